"""Whether a code may be chosen for a contact: it counts on the day the patient came. Pure."""

from __future__ import annotations

from datetime import date

from core.errors import Invalid


class CodeNotValid(Invalid):
    """The code is not in the pack that counts that day, or has gone out or not yet come (utgått kode)."""

    code = "code-not-valid"


def require_valid(system: str, code: str, day: str, *, begins: date | None, ends: date | None) -> None:
    """Refuse a code outside its own days. Old records keep it; new contacts do not get it."""
    if (begins is not None and begins.isoformat() > day) or (ends is not None and ends.isoformat() < day):
        raise CodeNotValid(system=system, value=code, day=day)
