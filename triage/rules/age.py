"""Age (alder) in whole months, the unit in which triage tables and labels are chosen."""

from __future__ import annotations

from datetime import date


def age_months(born: date | None, on: date) -> int | None:
    """Whole months from birth to `on`; None when the birth date is unknown or lies after it."""
    if born is None or born > on:
        return None
    months = (on.year - born.year) * 12 + on.month - born.month
    return months - (on.day < born.day)
