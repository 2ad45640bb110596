"""Rounds of measuring and the plan of observation, as screens and the API show them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.text import Answer
from triage.queries.board import row_alarm
from triage.queries.board_row import RowAlarm
from triage.rules.observe.plan import Limit
from triage.rules.observe.rounds import RoundValue
from triage.tables import Alarm
from triage.vitals_tables import MeasuredValue, Measurement, ObservationDue, ObservationPlan


class RoundScore(Answer):
    """One score of a round. `complete` False: a lower bound, something was not measured."""

    name: str
    total: int
    complete: bool


class Round(Answer):
    """One version of a round of measuring (målerunde)."""

    id: str
    status: Literal["final", "amended", "entered-in-error"]
    measured_at: datetime
    recorded_at: datetime
    by: str
    source: Literal["manual", "device"]
    device: str | None
    values: tuple[RoundValue, ...]
    scores: tuple[RoundScore, ...]
    replaces: str | None
    reason: str | None
    stands: bool  # not corrected or withdrawn since


class MeasuringTime(Answer):
    """One time to measure; `measurement` None and done: the plan ended, or the round was withdrawn."""

    number: int
    due_at: datetime
    done_at: datetime | None
    measurement: str | None


class Observation(Answer):
    """The plan somebody is, or was last, observed by (observasjonsplan)."""

    id: str
    version: int  # its own, for If-Match
    question: str
    signs: tuple[str, ...]
    every_minutes: int
    limits: tuple[Limit, ...]
    until_at: datetime
    begun_at: datetime
    begun_by: str
    ended_at: datetime | None
    ended_by: str | None
    end_code: str | None
    end_reason: str | None
    times: tuple[MeasuringTime, ...]

    @property
    def next_due_at(self) -> datetime | None:
        """When somebody must measure; None when the plan has ended."""
        return next((each.due_at for each in self.times if each.done_at is None), None)


async def rounds_of(session: AsyncSession, encounter_id: str) -> tuple[Round, ...]:
    """All versions, the newest measurement first and of one round the newest version."""
    found = await session.execute(
        select(Measurement)
        .where(Measurement.encounter_id == encounter_id)
        .order_by(Measurement.measured_at.desc(), Measurement.recorded_at.desc(), Measurement.id.desc())
    )
    rows = found.scalars().all()
    values: dict[str, list[RoundValue]] = {row.id: [] for row in rows}
    measured = await session.execute(
        select(MeasuredValue).where(MeasuredValue.encounter_id == encounter_id).order_by(MeasuredValue.code)
    )
    for each in measured.scalars():
        value = RoundValue(code=each.code, value=each.value, text=each.text, unit=each.unit)
        values[each.measurement_id].append(value)
    replaced = {row.replaces for row in rows}
    return tuple(_round(row, values[row.id], replaced=row.id in replaced) for row in rows)


def _round(row: Measurement, values: list[RoundValue], *, replaced: bool) -> Round:
    kept = ("id", "status", "measured_at", "recorded_at", "source", "device", "replaces", "reason")
    return Round.model_validate(
        {name: getattr(row, name) for name in kept}
        | {"by": row.by_name, "values": tuple(values)}
        | {"stands": not replaced and row.status != "entered-in-error"}
        | {
            "scores": tuple(
                RoundScore(name=each["name"], total=each["total"], complete=each["complete"])
                for each in row.scores
            )
        }
    )


async def observation_of(session: AsyncSession, encounter_id: str) -> Observation | None:
    """The plan that holds, else the last one that did."""
    found = await session.execute(
        select(ObservationPlan)
        .where(ObservationPlan.encounter_id == encounter_id)
        .order_by(ObservationPlan.version.desc())
        .limit(1)
    )
    plan = found.scalar_one_or_none()
    if plan is None:
        return None
    times = await session.execute(
        select(ObservationDue).where(ObservationDue.plan_id == plan.id).order_by(ObservationDue.number)
    )
    kept = ("id", "version", "question", "every_minutes", "until_at", "begun_at", "ended_at")
    return Observation.model_validate(
        {name: getattr(plan, name) for name in (*kept, "end_code", "end_reason")}
        | {"signs": tuple(plan.signs), "limits": tuple(Limit.model_validate(each) for each in plan.limits)}
        | {"begun_by": plan.begun_by_name, "ended_by": plan.ended_by_name}
        | {
            "times": tuple(
                MeasuringTime(
                    number=row.number,
                    due_at=row.due_at,
                    done_at=row.done_at,
                    measurement=row.measurement_id,
                )
                for row in times.scalars()
            )
        }
    )


async def alarm_of(session: AsyncSession, encounter_id: str) -> RowAlarm | None:
    """What rings for the patient, or is taken."""
    found = await session.execute(
        select(Alarm).where(Alarm.encounter_id == encounter_id, Alarm.ended_at.is_(None))
    )
    row = found.scalar_one_or_none()
    return row_alarm(row) if row else None
