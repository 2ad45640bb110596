"""How soon calls are answered (svartid): 80 % of all within two minutes, by akuttmedisinforskriften § 13.

Counted as Helsedirektoratet does: from when it rings at the operators until one of them answers; what a
caller hears and keys before is not counted, and calls nobody answered are. The rest is in decision 23.
Differences are between moments, so a night with changing clocks is as long as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import as_utc, local

WITHIN = timedelta(minutes=2)
GOAL = 80
"""Per cent of all calls (akuttmedisinforskriften § 13)."""
LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rung:
    """One call that rang: when, and when somebody answered or the caller gave up."""

    rang_at: datetime
    answered_at: datetime | None
    hung_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class Answered:
    """So many in time, of so many."""

    in_time: int
    counted: int

    @property
    def per_cent(self) -> int | None:
        """Rounded down: 79.9 is not 80. None when there was no call."""
        return 100 * self.in_time // self.counted if self.counted else None


def rung(
    rang_at: datetime,
    *,
    answered_at: datetime | None,
    taken_at: datetime | None,
    hung_up_at: datetime | None,
) -> Rung:
    """When it was answered: by the exchange's word, else when an operator took it in time."""
    if answered_at is None and taken_at is not None and (hung_up_at is None or taken_at <= hung_up_at):
        answered_at = taken_at
    return Rung(rang_at, answered_at, hung_up_at)


def in_time(call: Rung, now: datetime) -> bool | None:
    """Whether it was answered in time; None while it still rings and can be."""
    if call.answered_at is not None:
        return call.answered_at - call.rang_at <= WITHIN
    if call.hung_up_at is None and now - call.rang_at <= WITHIN:
        return None
    return False


def answered(calls: Iterable[Rung], now: datetime) -> Answered:
    """How many of these were answered in time, of those that can be judged."""
    judged = [found for found in (in_time(call, now) for call in calls) if found is not None]
    return Answered(in_time=sum(judged), counted=len(judged))


def month_began(now: datetime) -> datetime:
    """The first midnight of the month in Norway."""
    return as_utc(local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0))
