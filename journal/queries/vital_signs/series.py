"""Measurements over time (kurver), as the page draws them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from core.text import Answer


class PageMeasured(Answer):
    """One point of a series. `text` where it is an answer and not a number: `A` for awake."""

    at: datetime
    value: Decimal
    text: str | None = None


class PageVitalSign(Answer):
    """A series of one vital sign (vitale mål), oldest first; `low`..`high` scores 0 in NEWS2."""

    code: str  # rr, spo2, hr, sbp, temp, glucose, avpu, gcs, pain, news2, tews
    unit: str | None  # UCUM
    low: Decimal | None
    high: Decimal | None
    points: tuple[PageMeasured, ...]
