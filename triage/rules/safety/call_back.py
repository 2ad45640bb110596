"""Calling back somebody who left without being seen (ringe tilbake): whom, and how soon.

Leaving is an end of its own, not a cancelled visit: the most urgent and those nobody had assessed are called.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

Result = Literal["reached", "no-answer", "wrong-number", "comes-back", "sent-for-help"]
"""What came of an attempt; all but `no-answer` and `wrong-number` end the task."""

ENOUGH_ATTEMPTS = 3
"""Calls without answer after which a person decides that no more can be done."""

_SOON, _LATER = timedelta(minutes=15), timedelta(minutes=60)
_PAUSE = timedelta(minutes=15)


def call_back_at(level: int | None, age_months: int | None, left_at: datetime) -> datetime | None:
    """By when to call; None when advice at the door is enough (the least urgent, if not a small child)."""
    if level is not None and level <= 2:
        return left_at + _SOON
    if level is None or level == 3 or (age_months is not None and age_months < 24):
        return left_at + _LATER
    return None


def no_show_at(level: int | None, missed_at: datetime) -> datetime:
    """By when to call somebody who was expected and never came: nobody has seen them, so all are called."""
    return missed_at + (_SOON if level is not None and level <= 2 else _LATER)


def ends(result: Result, attempts: int) -> bool:
    """Whether the task is done after so many attempts, the last with this result."""
    return result not in ("no-answer", "wrong-number") or attempts >= ENOUGH_ATTEMPTS


def again_at(tried_at: datetime) -> datetime:
    """When to try once more."""
    return tried_at + _PAUSE
