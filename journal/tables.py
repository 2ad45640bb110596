"""Tables of the journal: drafts, signed notes, diagnoses and how the encounter ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class Draft(Table):
    """A doctor's unfinished text (kladd); belongs to its author alone."""

    __tablename__ = "draft"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class DraftKept(Table):
    """Text sent from an outdated draft: not taken over, and not thrown away either."""

    __tablename__ = "draft_kept"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    based_on: Mapped[int]
    body: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


class Note(Table):
    """A note (notat) by heading. Once signed the database refuses every change."""

    __tablename__ = "note"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    subjective: Mapped[str]
    objective: Mapped[str]
    assessment: Mapped[str]
    plan: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    content_hash: Mapped[str | None]  # SHA-256 of what was signed

    __table_args__ = (Index(None, "encounter_id", "written_at"),)


class Diagnosis(Table):
    """A diagnosis by code; `position` 0 is the main one."""

    __tablename__ = "diagnosis"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    position: Mapped[int]
    system: Mapped[str]
    code: Mapped[str]
    display: Mapped[str]
    set_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    set_at: Mapped[datetime]


class Conclusion(Table):
    """How the encounter ended (avslutning), written once, at signing."""

    __tablename__ = "conclusion"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    report_id: Mapped[str] = mapped_column(unique=True)  # the summary's own identity, kept over corrections
    outcome: Mapped[str]
    asked_of_gp: Mapped[str | None]
    told_to_patient: Mapped[str | None]
    medication_changes: Mapped[str | None]
    signed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime]
