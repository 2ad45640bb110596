"""The time (klokka): asked for here only, in UTC, so that nights with changing clocks count true minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Something that tells the time in UTC; tests hand in their own."""

NORWAY = ZoneInfo("Europe/Oslo")


def utc_now() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def as_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without offset is a programming fault and raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a time without offset is not a moment")
    return moment.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The moment as the wall clock in Norway shows it; for display only, never for subtraction."""
    return as_utc(moment).astimezone(NORWAY)


def day_began(now: datetime) -> datetime:
    """Midnight in Norway before this moment, in UTC: what "today" counts from."""
    return as_utc(local(now).replace(hour=0, minute=0, second=0, microsecond=0, fold=0))
