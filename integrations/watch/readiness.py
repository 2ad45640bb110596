"""Is the service itself well (klar til drift): what it can vouch for, and nothing it cannot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.displays import displays_of
from core.store.event_log import EventRow
from core.store.lease import LeaseRow
from integrations.tables import OutboxMessage
from integrations.watch.canary import is_silent, last_answer, latest
from integrations.watch.worklist import Trouble

State = Literal["ok", "wait", "bad"]
CHANNELS = ("gp-summary", "shared-record")
JOBS = "jobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One line: `code` and `state` have their words in the texts, `at` and the numbers fill them."""

    code: str
    state: State
    at: datetime | None = None
    count: int = 0
    of: int = 0


Readiness = tuple[Point, ...]


async def readiness(
    session: AsyncSession,
    unit: str,
    now: datetime,
    *,
    ways: Collection[str],
    troubles: Collection[Trouble],
    missing: int,
    canary: bool = False,
) -> Readiness:
    """Each point, always in the same order. `missing`: open encounters that the board here does not show.

    `canary`: there is a test receiver, whose silence is told.
    """
    return (
        await _writing(session, unit),
        Point(code="board", state="bad" if missing else "ok", count=missing),
        await _displays(session, unit, now),
        await _jobs(session, now),
        *[await _way(session, unit, channel, ways, troubles) for channel in CHANNELS],
        *([await _canary(session, unit, now)] if canary else []),
    )


async def _writing(session: AsyncSession, unit: str) -> Point:
    found = await session.execute(
        select(EventRow.recorded_at).where(EventRow.unit_id == unit).order_by(EventRow.seq.desc()).limit(1)
    )
    at = found.scalar_one_or_none()
    return Point(code="writing" if at else "writing-nothing", state="ok" if at else "wait", at=at)


async def _displays(session: AsyncSession, unit: str, now: datetime) -> Point:
    displays = (await displays_of(session, unit, now)).displays
    here = sum(each.connected for each in displays)
    state: State = "ok" if displays and here == len(displays) else "wait" if here else "bad"
    return Point(code="displays" if displays else "no-displays", state=state, count=here, of=len(displays))


async def _jobs(session: AsyncSession, now: datetime) -> Point:
    row = await session.get(LeaseRow, JOBS)
    runs = row is not None and row.until > now
    return Point(code="jobs" if runs else "no-jobs", state="ok" if runs else "bad")


async def _way(
    session: AsyncSession, unit: str, channel: str, ways: Collection[str], troubles: Collection[Trouble]
) -> Point:
    if channel not in ways:
        return Point(code=f"{channel}-none", state="bad")
    for trouble in troubles:
        if trouble.channel == channel:
            return Point(code=f"{channel}-unstable", state="wait", at=trouble.since, count=trouble.waiting)
    found = await session.execute(
        select(OutboxMessage.changed_at)
        .where(
            OutboxMessage.unit_id == unit,
            OutboxMessage.channel == channel,
            OutboxMessage.state == "acknowledged",
        )
        .order_by(OutboxMessage.changed_at.desc())
        .limit(1)
    )
    at = found.scalar_one_or_none()
    return Point(code=channel if at else f"{channel}-unused", state="ok" if at else "wait", at=at)


async def _canary(session: AsyncSession, unit: str, now: datetime) -> Point:
    row, answered = await latest(session, unit), await last_answer(session, unit)
    if row is None:
        return Point(code="canary-none", state="wait")
    if is_silent(row, now):
        return Point(code="canary-silent" if answered else "canary-never", state="bad", at=answered)
    return Point(
        code="canary" if answered else "canary-sent", state="ok" if answered else "wait", at=answered
    )
