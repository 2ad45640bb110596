"""Tables of handing over and of undoing: who was asked to take over with which words, and what was undone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class FinishUndone(Table):
    """A signature taken back in time (angret avslutning). What the database lets go, it lets go by this.

    `version` is the encounter's when it was finished: each finishing is undone at most once.
    """

    __tablename__ = "finish_undone"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    version: Mapped[int]
    signed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime]
    undone_at: Mapped[datetime]
    notes: Mapped[list[str]]  # whose signature was taken back

    __table_args__ = (UniqueConstraint("encounter_id", "version"),)


class HandOver(Table):
    """A proposal to take over a patient (overlevering), with the words it was made with, by ISBAR.

    Responsibility moves when `state` becomes confirmed, and not before.
    """

    __tablename__ = "hand_over"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    from_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    to_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    isbar: Mapped[dict[str, Any]]
    state: Mapped[str]  # proposed, confirmed, declined, withdrawn, expired
    reason: Mapped[str | None]  # of declining
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "to_id", "state"),
        Index(None, "state", "expires_at"),
        Index(
            "uq_hand_over_one_open",
            "encounter_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )
