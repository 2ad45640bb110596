"""Who will break their deadline soon (prognose): from the queue and the pace at which doctors take patients.

A warning before the deadline is worth more than an alarm after it; the coordinator can still move somebody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

AHEAD = timedelta(minutes=20)
"""How far ahead a breach is told."""

_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A waiting patient in board order, with the deadline to a doctor."""

    id: str
    target_at: datetime | None


@dataclass(frozen=True, slots=True)
class Breach:
    """Somebody who at the present pace is not taken in time."""

    id: str
    target_at: datetime
    expected_at: datetime | None  # when a doctor would come; None: nobody has been taken lately


def breaches(queue: Sequence[Place], taken: Sequence[datetime], now: datetime) -> tuple[Breach, ...]:
    """Deadlines within the next twenty minutes that the present pace does not meet, soonest first.

    `queue` in board order; `taken` when doctors took patients lately. The pace is that of the last hour.
    Without any, everybody whose deadline is that near is told of.
    """
    recent = sum(now - _WINDOW < at <= now for at in taken)
    found = []
    for position, place in enumerate(queue, start=1):
        if place.target_at is None or not now < place.target_at <= now + AHEAD:
            continue
        expected = now + _WINDOW * position / recent if recent else None
        if expected is None or expected > place.target_at:
            found.append(Breach(place.id, place.target_at, expected))
    return tuple(sorted(found, key=lambda breach: (breach.target_at, breach.id)))
