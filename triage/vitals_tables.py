"""Tables of measurements between triage assessments, and of patients under observation (observasjonspost)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.types import JSON

from core.ids import new_id
from core.store.database import Table
from triage.rules.observe.standing import Look
from triage.rules.observe.worse import score_in
from triage.tables import ExactDecimal

_OPEN = text("ended_at IS NULL")
_WAITS = text("done_at IS NULL")


class Measurement(Table):
    """One round of measuring (målerunde) outside triage. A corrected round is a row more; none is changed."""

    __tablename__ = "measurement"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    status: Mapped[str]  # final, amended, entered-in-error (FHIR Observation.status)
    source: Mapped[str]  # manual, device
    device: Mapped[str | None]  # which, where it is said
    measured_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_id: Mapped[str]
    by_name: Mapped[str]
    by_role: Mapped[str]
    scores: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    inputs: Mapped[dict[str, Any]]  # everything the scales were asked about
    confirmed: Mapped[list[str]]  # odd values somebody said are right
    replaces: Mapped[str | None] = mapped_column(ForeignKey("measurement.id"))
    reason: Mapped[str | None]  # why it was corrected

    __table_args__ = (
        UniqueConstraint("replaces"),  # two corrections of the same round: the second sees the first
        Index(None, "encounter_id", "measured_at"),
    )


class MeasuredValue(Table):
    """One value of a round: a number with its UCUM unit, or an answer such as `A` for awake."""

    __tablename__ = "measured_value"

    measurement_id: Mapped[str] = mapped_column(ForeignKey("measurement.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    value: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    text: Mapped[str | None]
    unit: Mapped[str | None]


class ObservationPlan(Table):
    """Somebody under observation (observasjonspost): what is measured, how often, when a doctor is called.

    A plan is never changed: a new one takes its place, and the old one ends then.
    """

    __tablename__ = "observation_plan"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    unit_id: Mapped[str]
    version: Mapped[int]
    question: Mapped[str]  # what is watched for
    signs: Mapped[list[str]]
    every_minutes: Mapped[int]
    limits: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # code, low, high
    until_at: Mapped[datetime]  # by when a doctor decides what next
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[str]
    begun_by_name: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[str | None]
    ended_by_name: Mapped[str | None]
    end_code: Mapped[str | None]
    end_reason: Mapped[str | None]

    __table_args__ = (
        Index(
            "uq_observation_plan_one_active",
            "encounter_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(None, "encounter_id", "begun_at"),
    )


class ObservationDue(Table):
    """One time to measure (måletidspunkt) of a plan: the one that waits, and those that were."""

    __tablename__ = "observation_due"

    id: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("observation_plan.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    number: Mapped[int]  # from 1
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    measurement_id: Mapped[str | None] = mapped_column(ForeignKey("measurement.id"))  # None: the plan ended

    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        Index(
            "uq_observation_due_one_ahead",
            "encounter_id",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
    )


def rounds_that_count(encounter_id: str) -> Select[Measurement]:
    """The rounds of an encounter as they stand now, newest first: without what was corrected or withdrawn."""
    later = aliased(Measurement)
    replaced = select(later.id).where(later.replaces == Measurement.id).exists()
    return (
        select(Measurement)
        .where(Measurement.encounter_id == encounter_id, Measurement.status != "entered-in-error", ~replaced)
        .order_by(Measurement.measured_at.desc(), Measurement.recorded_at.desc(), Measurement.id.desc())
    )


def active_plan(encounter_id: str) -> Select[ObservationPlan]:
    """The plan somebody is observed by now."""
    return select(ObservationPlan).where(
        ObservationPlan.encounter_id == encounter_id, ObservationPlan.ended_at.is_(None)
    )


def due_now(encounter_id: str) -> Select[ObservationDue]:
    """The time to measure that waits."""
    return select(ObservationDue).where(
        ObservationDue.encounter_id == encounter_id, ObservationDue.done_at.is_(None)
    )


def due_after(due: ObservationDue, at: datetime) -> ObservationDue:
    """The time that comes after this one."""
    return ObservationDue(
        id=new_id(), plan_id=due.plan_id, encounter_id=due.encounter_id, number=due.number + 1, due_at=at
    )


async def looks_of(session: AsyncSession, encounter_id: str) -> list[Look]:
    """The rounds that count with their numbers, newest first."""
    rounds = (await session.execute(rounds_that_count(encounter_id))).scalars().all()
    found = await session.execute(select(MeasuredValue).where(MeasuredValue.encounter_id == encounter_id))
    values: dict[str, dict[str, Decimal]] = {}
    for row in found.scalars():
        if row.value is not None:
            values.setdefault(row.measurement_id, {})[row.code] = row.value
    return [Look(each.measured_at, score_in(each.scores), values.get(each.id, {})) for each in rounds]
