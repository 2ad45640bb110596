"""What was done and what rang, read from the database: while the night is on, and when it is over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.store.event_log import EventRow
from core.store.work import Store
from scripts.waiting.checks import Kept, Night
from scripts.waiting.model import Happened, story
from scripts.waiting.ward import UNIT
from triage.commands.assess import Assessed
from triage.queries.due_looks import unwatched
from triage.tables import Alarm


async def look_for_faults(store: Store, night: Night) -> None:
    """One look while the night is on."""
    night.slipped += sum(len(each) for each in (await store.read(unwatched)).values())
    doubled, nobodys = await store.read(_faults, store.clock() - night.slack)
    night.doubled += doubled
    night.nobodys += nobodys


async def _faults(session: AsyncSession, limit: datetime) -> tuple[int, int]:
    active = Alarm.ended_at.is_(None)
    twice = select(Alarm.encounter_id).where(active).group_by(Alarm.encounter_id).having(func.count() > 1)
    doubled = len((await session.execute(twice)).all())
    taken = (await session.execute(select(Alarm).where(active, Alarm.taken_at.is_not(None)))).scalars().all()
    nobodys = sum(not each.taken_by_name or each.again_at is None or each.again_at < limit for each in taken)
    return doubled, nobodys


async def read_night(store: Store, night: Night, assessed: Mapping[str, Sequence[Assessed]]) -> None:
    """Everything, when it is over."""
    log = await store.read(_log)
    told = {
        encounter: _with_answers(rows, list(assessed.get(encounter, ()))) for encounter, rows in log.items()
    }
    night.stories = {encounter: story(rows, night.end) for encounter, rows in told.items()}
    night.kept = await store.read(_kept)


async def _log(session: AsyncSession) -> Mapping[str, list[EventRow]]:
    found = await session.execute(select(EventRow).where(EventRow.unit_id == UNIT).order_by(EventRow.seq))
    log: dict[str, list[EventRow]] = defaultdict(list)
    for row in found.scalars():
        if row.encounter_id is not None:
            log[row.encounter_id].append(row)
    return log


async def _kept(session: AsyncSession) -> list[Kept]:
    found = await session.execute(select(Alarm).order_by(Alarm.rang_at))
    return [
        Kept(each.encounter_id, each.rang_at, each.ended_at, each.taken_at, each.again_at)
        for each in found.scalars()
    ]


def _with_answers(rows: Sequence[EventRow], answers: list[Assessed]) -> list[Happened]:
    """The log with what whoever assessed was told; in its order, which is the order of the changes."""
    told: list[Happened] = []
    for row in rows:
        at = max(row.recorded_at, told[-1].at) if told else row.recorded_at
        facts = dict(row.facts)
        if row.kind == "alarm-rang":
            facts = {"rules": facts["rules"].split(", ")}
        elif row.kind == "assessed":
            said = answers.pop(0)
            facts = {
                "rank": said.rank,
                "target": said.target_at,
                "again": said.next_assessment_at,
                "lowered": said.second_look_needed,
            }
        told.append(Happened(row.kind, at, row.actor_id, facts))
    return told


def in_seconds(passed: timedelta, speed: float) -> float:
    """Simulated time as seconds on the wall."""
    return passed.total_seconds() / speed
