"""Tables of medicines given on the ward (utdeling), and of the standing orders behind them (delegering)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from core.store.database import Table
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
    dose: Mapped[Decimal] = mapped_column(ExactDecimal)
    unit: Mapped[str]  # UCUM
    route: Mapped[str]
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
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
