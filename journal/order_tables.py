"""Tables of orders and results: what was asked for, each version of what came, and who has seen it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table
from triage.tables import ExactDecimal


class ServiceRequest(Table):
    """An order (bestilling). What is ordered never changes; its status does until the answer."""

    __tablename__ = "service_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    requisition: Mapped[str]  # shared by those ordered at once
    position: Mapped[int]  # among them
    category: Mapped[str]  # laboratory, imaging, treatment
    code: Mapped[str]
    display: Mapped[str]
    question: Mapped[str | None]  # what is asked (klinisk problemstilling)
    status: Mapped[str]
    version: Mapped[int]
    ordered_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    ordered_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime]
    reason: Mapped[str | None]  # why it was revoked or put on hold
    follow_up: Mapped[str | None]  # doctor, unit, gp: who follows up when it is unanswered at finishing

    __table_args__ = (Index(None, "unit_id", "status"),)


class Result(Table):
    """One version of a result (svar). A corrected result is a row more; the database refuses every change."""

    __tablename__ = "test_result"

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("service_request.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    number: Mapped[int]  # from 1
    status: Mapped[str]  # preliminary, final, corrected
    value: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    text: Mapped[str | None]
    unit: Mapped[str | None]  # UCUM
    low: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    high: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    reason: Mapped[str | None]  # why it was corrected
    reported_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    reported_at: Mapped[datetime]
    content_hash: Mapped[str]

    __table_args__ = (UniqueConstraint("order_id", "number"),)


class ResultSeen(Table):
    """Somebody has seen this version of a result (sett av)."""

    __tablename__ = "result_seen"

    result_id: Mapped[str] = mapped_column(ForeignKey("test_result.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    by_doctor: Mapped[bool]  # a nurse who has seen it does not take it off the doctor's list
    responsible: Mapped[bool]  # was responsible for the patient then
    seen_at: Mapped[datetime]
