"""How long each level waits for a doctor (ventetid), as the waiting room is told: measured, not guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.encounter import Status
from core.patients.tables import Encounter, Unit
from core.text import Answer
from triage.rules.levels import Level
from triage.rules.wait_range import WINDOW, Wait, observed, wait_range
from triage.scale_packs import scale_in_use, unit_levels
from triage.tables import TriageState

_LONGEST = timedelta(hours=24)  # a longer wait was forgotten by somebody, and tells nothing of tonight
_MOST = 2000


class LevelWait(Answer):
    """A level's wait in minutes: 0 to 0 at once; without `high` longer than `low`; without both unknown."""

    level: int
    low: int | None
    high: int | None


class Waits(TypedDict):
    """The waiting times, and when they were computed."""

    waits: tuple[LevelWait, ...]
    computed_at: datetime


async def waiting_times(session: AsyncSession, unit: str, now: datetime) -> Waits:
    """The range of each level somebody can wait at, by the unit's own scale and targets."""
    place = await session.get_one(Unit, unit)
    by_level = await _observed(session, unit, now)
    offered = await _waited_at(session, place)
    found = tuple(_level_wait(level, by_level.get(level.rank, ())) for level in offered)
    return Waits(waits=found, computed_at=now)


async def _waited_at(session: AsyncSession, unit: Unit) -> list[Level]:
    used = await scale_in_use(session, unit)
    return [level for level in unit_levels(unit, used) if used.level(level.code).queue]


def _level_wait(level: Level, waits: Sequence[Wait]) -> LevelWait:
    if level.target_minutes == 0:
        return LevelWait(level=level.rank, low=0, high=0)
    found = wait_range(waits)
    return LevelWait(level=level.rank, low=found and found.low, high=found and found.high)


async def _observed(session: AsyncSession, unit: str, now: datetime) -> dict[int, list[Wait]]:
    """Every wait of the last hours, by level; one query, by the index on arrivals."""
    over_at: ColumnElement[datetime | None] = func.coalesce(Encounter.taken_at, Encounter.ended_at)
    statement = (
        select(TriageState.level_rank, Encounter.arrived_at, Encounter.taken_at, Encounter.ended_at)
        .join(TriageState, TriageState.encounter_id == Encounter.id)
        .where(
            Encounter.unit_id == unit,
            Encounter.arrived_at.between(now - _LONGEST, now),
            Encounter.status != Status.PLANNED,
            over_at.is_(None) | (over_at > now - WINDOW),
        )
        .order_by(Encounter.arrived_at.desc())
        .limit(_MOST)
    )
    found: dict[int, list[Wait]] = {}
    for level, arrived_at, taken_at, ended_at in await session.execute(statement):
        wait = observed(arrived_at, taken_at, ended_at, now)
        if wait is not None and level is not None:
            found.setdefault(level, []).append(wait)
    return found
