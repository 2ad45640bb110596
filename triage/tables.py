"""Tables of triage: assessments as they were made, vital signs as measured, and where each patient stands."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

from core.store.database import Table


class ExactDecimal(TypeDecorator[Decimal]):
    """A measured value kept digit by digit: 38.5 must never come back as 38.499999."""

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Assessment(Table):
    """One triage assessment (triagevurdering): what was seen, what the scale said, what was chosen and why.

    Append-only: a later assessment never rewrites an earlier one, and the scale's version is kept with it.
    """

    __tablename__ = "assessment"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    scale: Mapped[str]
    scale_version: Mapped[str]
    level_rank: Mapped[int]
    level_code: Mapped[str]
    suggested_rank: Mapped[int | None]
    suggested_code: Mapped[str | None]
    reason: Mapped[str | None]
    discriminators: Mapped[list[str]]
    scores: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    assessed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    by_id: Mapped[str]
    by_name: Mapped[str]
    by_role: Mapped[str]

    __table_args__ = (Index(None, "encounter_id", "assessed_at"),)


class VitalSign(Table):
    """One measurement (vitalt mål) as entered, with its UCUM unit. Append-only."""

    __tablename__ = "vital_sign"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessment.id"))
    code: Mapped[str]
    value: Mapped[Decimal] = mapped_column(ExactDecimal)
    unit: Mapped[str]
    measured_at: Mapped[datetime]

    __table_args__ = (Index(None, "encounter_id", "measured_at"),)


class TriageState(Table):
    """Where an open patient stands now: level, deadlines, place, who looks after. One row per encounter."""

    __tablename__ = "triage_state"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    level_rank: Mapped[int | None]
    level_code: Mapped[str | None]
    target_minutes: Mapped[int | None]
    target_at: Mapped[datetime | None]
    next_assessment_at: Mapped[datetime | None]
    continuous: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str | None]
    nurse: Mapped[str | None]  # initials
    last_seen_at: Mapped[datetime | None]
    called_at: Mapped[datetime | None]
