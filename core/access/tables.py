"""Tables of staff, displays, what proves who is asking, and the access log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class Staff(Table):
    """A person who works at the legevakt (ansatt)."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    password_hash: Mapped[str]
    hpr_number: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]


class Display(Table):
    """A wall screen (skjerm); it may read one board and nothing else."""

    __tablename__ = "display"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    added_at: Mapped[datetime]


class Credential(Table):
    """A session, API token or display token. Only its hash is kept: a stolen database opens nothing."""

    __tablename__ = "credential"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]  # session, token, display
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    display_id: Mapped[str | None] = mapped_column(ForeignKey("display.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class AccessLogRow(Table):
    """One opening of one patient, or of a board (innsynslogg). Append-only by database rule."""

    __tablename__ = "access_log"

    id: Mapped[str] = mapped_column(primary_key=True)  # also the `decision_ref` of the access
    at: Mapped[datetime]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    role: Mapped[str]
    unit_id: Mapped[str]
    patient_id: Mapped[str | None]
    encounter_id: Mapped[str | None]
    what: Mapped[str]  # encounter, messages, board
    purpose: Mapped[str]  # TREAT: purpose of use by the national trust framework (tillitsrammeverk)

    __table_args__ = (Index(None, "patient_id", "at"), Index(None, "actor_id", "at"))
