"""Deadlines (frister): when a doctor is due, how much of that time is used, when to look again.

All moments are UTC and handed in. The dangerous time is between triage and doctor: in Oslo in 2021 and at
Haukeland in 2018 a patient died waiting past the target with nobody having looked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf

DRAFT_KEPT = timedelta(hours=48)
"""After this a draft that nobody finished is thrown away: what was measured then says nothing of now."""

NEAR_SHARE = 0.8
"""From this share of the deadline the board marks the patient (nær fristen)."""


def target_at(since: datetime, target_minutes: int | None) -> datetime | None:
    """When a doctor should be there (frist til lege); None when the level has no target."""
    return None if target_minutes is None else since + timedelta(minutes=target_minutes)


def level_since(assessments: Sequence[tuple[datetime, int]]) -> datetime:
    """From when the present level counts, given (time, rank) of every assessment, oldest first.

    A new assessment at the same level does not restart the clock, and neither does lowering a level: time
    waited as more urgent is time waited. Only raising the level starts a new, shorter deadline.
    """
    since, present = assessments[-1]
    for at, rank in reversed(assessments):
        if rank > present:
            break
        since = at
    return since


def share_used(since: datetime, target_minutes: int, now: datetime) -> float:
    """How much of the time is used: 0.5 is half, 1 is due; a target of 0 is at once, and so infinite."""
    if target_minutes == 0:
        return inf
    return (now - since) / timedelta(minutes=target_minutes)


def overdue(target_at: datetime | None, now: datetime) -> bool:
    """Past the deadline (over fristen)."""
    return target_at is not None and now > target_at


def near(since: datetime, target_minutes: int | None, now: datetime) -> bool:
    """From 80 % of the deadline until it has passed (nær fristen)."""
    if target_minutes is None:
        return False
    return NEAR_SHARE <= share_used(since, target_minutes, now) <= 1


def next_assessment_at(
    assessed_at: datetime, reassess_minutes: int | None, *, monitor_minutes: int | None = None
) -> datetime | None:
    """When to look again (ny vurdering); None when the patient is watched without pause.

    A deterioration score shortens the interval of the level (`monitor_minutes`), it never lengthens it.
    """
    if reassess_minutes is None or monitor_minutes == 0:
        return None
    minutes = reassess_minutes if monitor_minutes is None else min(reassess_minutes, monitor_minutes)
    return assessed_at + timedelta(minutes=minutes)
