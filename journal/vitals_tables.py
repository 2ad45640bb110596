"""Tables of medicines given on the ward (utdeling), and of the standing orders behind them (delegering)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column
from sqlalchemy.types import JSON

from core.patients.tables import Encounter
from core.store.database import Table
from journal.rules.medication.standing import Given, StandingOrderText
from triage.tables import ExactDecimal


class StandingOrder(Table):
    """One version of a unit's standing order (stående ordinasjon), as its file was brought. Append-only."""

    __tablename__ = "standing_order"

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]  # SHA-256 of the body
    body: Mapped[dict[str, Any]]
    valid_from: Mapped[date]
    valid_to: Mapped[date]  # the last day it can be used
    brought_at: Mapped[datetime]
    brought_by: Mapped[str]


class StandingOrderDecision(Table):
    """A doctor of the ward approved a version, or withdrew it (godkjent, trukket tilbake). Append-only."""

    __tablename__ = "standing_order_decision"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str]
    version: Mapped[str]
    number: Mapped[int]  # from 1; the last one counts
    approved: Mapped[bool]
    by_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    reason: Mapped[str | None]

    __table_args__ = (UniqueConstraint("unit_id", "code", "version", "number"),)


class MedicationAdministration(Table):
    """A medicine given, refused or not kept down (utdeling). Correcting adds a row; none is changed."""

    __tablename__ = "medication_administration"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    status: Mapped[str]  # completed, not-done, entered-in-error (FHIR MedicationAdministration.status)
    outcome: Mapped[str]  # given, refused, vomited, not-given
    medication: Mapped[str]
    substance: Mapped[str]  # what ceilings are counted over
    dose: Mapped[Decimal] = mapped_column(ExactDecimal)
    unit: Mapped[str]  # UCUM
    route: Mapped[str]
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    recorded_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))  # another, when it was put right
    ordered_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # the doctor, where one ordered it
    standing_code: Mapped[str | None]  # else by which standing order
    standing_version: Mapped[str | None]
    weight_kg: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    cleared: Mapped[list[str]] = mapped_column(JSON)  # contraindications somebody asked about and ruled out
    needs_check: Mapped[bool]  # a second person must look at it (dobbeltkontroll)
    remark: Mapped[str | None]
    replaces: Mapped[str | None] = mapped_column(ForeignKey("medication_administration.id"))
    reason: Mapped[str | None]  # why it was corrected
    content_hash: Mapped[str]

    __table_args__ = (
        UniqueConstraint("replaces"),
        Index(None, "unit_id", "given_at"),
    )


class AdministrationCheck(Table):
    """A second person looked at the medicine and the dose (dobbeltkontroll). Append-only."""

    __tablename__ = "administration_check"

    administration_id: Mapped[str] = mapped_column(
        ForeignKey("medication_administration.id"), primary_key=True
    )
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    by_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


async def last_decisions(session: AsyncSession, unit: str) -> dict[tuple[str, str], StandingOrderDecision]:
    """What was last decided about each version of each standing order of a unit."""
    found = await session.execute(
        select(StandingOrderDecision)
        .where(StandingOrderDecision.unit_id == unit)
        .order_by(StandingOrderDecision.number)
    )
    return {(each.code, each.version): each for each in found.scalars()}


async def orders_in_use(session: AsyncSession, unit: str, day: date) -> dict[str, StandingOrderText]:
    """By code what can be given from: approved, within its days, and of several versions the last brought."""
    found = await session.execute(
        select(StandingOrder)
        .where(StandingOrder.unit_id == unit, StandingOrder.valid_from <= day, StandingOrder.valid_to >= day)
        .order_by(StandingOrder.brought_at, StandingOrder.version)
    )
    decided = await last_decisions(session, unit)
    return {
        row.code: StandingOrderText.model_validate(row.body)
        for row in found.scalars()
        if (said := decided.get((row.code, row.version))) is not None and said.approved
    }


def not_replaced() -> Select[MedicationAdministration]:
    """Administrations as they stand now: without what was corrected, or was never so."""
    later = aliased(MedicationAdministration)
    replaced = select(later.id).where(later.replaces == MedicationAdministration.id).exists()
    return select(MedicationAdministration).where(
        MedicationAdministration.status != "entered-in-error", ~replaced
    )


async def had_before(
    session: AsyncSession, patient: str, unit: str, since: datetime, *, but: str | None = None
) -> list[Given]:
    """What the patient was given at this unit since then, in this contact or another; not the row `but`."""
    found = await session.execute(
        not_replaced()
        .join(Encounter, Encounter.id == MedicationAdministration.encounter_id)
        .where(
            Encounter.patient_id == patient,
            MedicationAdministration.unit_id == unit,
            MedicationAdministration.status == "completed",
            MedicationAdministration.given_at > since,
        )
    )
    return [
        Given(substance=row.substance, dose=row.dose, unit=row.unit, at=row.given_at)
        for row in found.scalars()
        if row.id != but
    ]
