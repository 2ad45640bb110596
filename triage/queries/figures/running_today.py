"""How the ward runs today (drift): arrivals beside what is usual, and how soon a doctor came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import day_began, local
from core.patients.encounter import Status
from core.patients.tables import Encounter
from core.store.event_log import EventRow
from core.text import Answer
from triage.events import PatientLeft
from triage.rules.spread import USUAL_WEEKS, spread, usual, usual_by_hour
from triage.tables import Assessment, TriageState

_WEEK = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


class LevelWait(Answer):
    """Minutes from the door to a doctor at one level, the last seven days."""

    level: int
    target: int | None  # minutes; 0: at once
    median: int
    ninety: int
    counted: int


class RunningToday(Answer):
    """Today, since midnight by the clock on the wall; a share is None while there is nothing to judge."""

    arrivals: int
    usual_arrivals: int | None  # up to this hour of such a weekday
    by_hour: tuple[int, ...]  # arrivals of each hour so far
    usual_by_hour: tuple[float, ...]  # of the whole day; empty: no custom yet
    minutes_to_triage: int | None  # median
    in_time: int
    judged: int  # had a deadline, and it was met or is over
    left: int  # gikk uten å bli sett
    to_doctor: tuple[LevelWait, ...]


async def running_today(session: AsyncSession, unit: str, now: datetime) -> RunningToday:
    """The figures of the operations screen."""
    begun = day_began(now)
    came = await _arrivals(session, unit, begun - USUAL_WEEKS * _WEEK - timedelta(days=1), now)
    by_hour, usual_days = _days(came, local(now).date())
    hour = local(now).hour
    met, judged = await _in_time(session, unit, begun, now)
    return RunningToday(
        arrivals=sum(by_hour),
        usual_arrivals=usual([sum(day[: hour + 1]) for day in usual_days]),
        by_hour=tuple(by_hour[: hour + 1]),
        usual_by_hour=usual_by_hour(usual_days),
        minutes_to_triage=await _to_triage(session, unit, begun),
        in_time=met,
        judged=judged,
        left=await _left(session, unit, begun),
        to_doctor=await _to_doctor(session, unit, now - _WEEK),
    )


async def _arrivals(session: AsyncSession, unit: str, since: datetime, now: datetime) -> Sequence[datetime]:
    found = await session.execute(
        select(Encounter.arrived_at).where(
            Encounter.unit_id == unit,
            Encounter.arrived_at > since,
            Encounter.arrived_at <= now,
            Encounter.status != Status.PLANNED.value,
        )
    )
    return found.scalars().all()


def _days(came: Iterable[datetime], today: date) -> tuple[list[int], list[list[int]]]:
    """Arrivals by hour of today, and of the same weekdays before that had any."""
    days: dict[date, list[int]] = {today: [0] * 24}
    for moment in came:
        shown = local(moment)
        if (today - shown.date()).days % 7 == 0:
            days.setdefault(shown.date(), [0] * 24)[shown.hour] += 1
    return days.pop(today), list(days.values())


async def _to_triage(session: AsyncSession, unit: str, begun: datetime) -> int | None:
    found = await session.execute(
        select(Encounter.arrived_at, func.min(Assessment.assessed_at))
        .join(Assessment, Assessment.encounter_id == Encounter.id)
        .where(Encounter.unit_id == unit, Encounter.arrived_at >= begun)
        .group_by(Encounter.id, Encounter.arrived_at)
    )
    seen = spread([max(0.0, (at - came) / _MINUTE) for came, at in found])
    return seen.median if seen else None


async def _in_time(session: AsyncSession, unit: str, begun: datetime, now: datetime) -> tuple[int, int]:
    found = await session.execute(
        select(Encounter.taken_at, TriageState.target_at)
        .join(TriageState, TriageState.encounter_id == Encounter.id)
        .where(
            Encounter.unit_id == unit,
            Encounter.arrived_at >= begun,
            Encounter.status != Status.CANCELLED.value,
            TriageState.target_at.is_not(None),
        )
    )
    # Nobody who still waits past the deadline is left out: that would flatter.
    judged = [
        taken is not None and taken <= due for taken, due in found if due is not None and (taken or due < now)
    ]
    return sum(judged), len(judged)


async def _left(session: AsyncSession, unit: str, begun: datetime) -> int:
    found = await session.execute(
        select(func.count())
        .select_from(Encounter)
        .join(EventRow, EventRow.encounter_id == Encounter.id)
        .where(Encounter.unit_id == unit, Encounter.arrived_at >= begun, EventRow.kind == PatientLeft.kind)
    )
    return found.scalar_one()


async def _to_doctor(session: AsyncSession, unit: str, since: datetime) -> tuple[LevelWait, ...]:
    found = await session.execute(
        select(TriageState.level_rank, TriageState.target_minutes, Encounter.arrived_at, Encounter.taken_at)
        .join(Encounter, Encounter.id == TriageState.encounter_id)
        .where(
            Encounter.unit_id == unit,
            Encounter.taken_at > since,
            TriageState.level_rank.is_not(None),
        )
    )
    waits: dict[int, list[float]] = {}
    targets: dict[int, int | None] = {}
    for level, target, came, taken in found:
        assert level is not None  # both were asked for
        assert taken is not None
        waits.setdefault(level, []).append(max(0.0, (taken - came) / _MINUTE))
        targets[level] = target
    return tuple(_level(level, targets, waits[level]) for level in sorted(waits))


def _level(level: int, targets: Mapping[int, int | None], minutes: Sequence[float]) -> LevelWait:
    seen = spread(minutes)
    assert seen is not None  # a level is there because somebody was
    return LevelWait(
        level=level,
        target=targets[level],
        median=seen.median,
        ninety=seen.ninety,
        counted=seen.counted,
    )
