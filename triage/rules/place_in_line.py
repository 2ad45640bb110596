"""A patient's place in the line (plass i køen), as it may be told: a count, and never a promise.

Counted are those who wait with the same or a higher urgency and stand before: the more urgent, and of the
same urgency those who came first. Who has not been assessed yet has no place, and takes nobody's. The board's
own order turns with the clock (`board_order.py`); this one changes only when something happens, so that a
number on a phone does not go up and down by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

GRACE = timedelta(hours=2)
"""How long a patient's link says thanks after the visit; then it leads nowhere."""


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits for a doctor (venter)."""

    id: str
    rank: int | None  # of the level; None before anybody has assessed
    arrived_at: datetime


def place_in_line(mine: InLine, waiting: Iterable[InLine]) -> int | None:
    """1 for the first; None for somebody whom nobody has assessed yet."""
    if mine.rank is None:
        return None
    own = (mine.rank, mine.arrived_at, mine.id)
    return 1 + sum(
        (other.rank, other.arrived_at, other.id) < own for other in waiting if other.rank is not None
    )


def link_has_ended(withdrawn_at: datetime | None, visit_ended_at: datetime | None, now: datetime) -> bool:
    """Whether a patient's link leads nowhere: taken back, or the visit is over and thanked for."""
    return withdrawn_at is not None or (visit_ended_at is not None and now - visit_ended_at > GRACE)
