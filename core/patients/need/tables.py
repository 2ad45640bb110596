"""Tables of blocks, of broken glass, and of who among the staff is which patient."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class AccessBlock(Table):
    """The patient's own no (sperring). Counts until withdrawn, also for what is written later."""

    __tablename__ = "access_block"

    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))  # where it was said
    kind: Mapped[str]  # person, unit, outside, gp-summary, shared-record
    target: Mapped[str | None]  # staff id or unit id
    target_name: Mapped[str | None]
    wish: Mapped[str | None]  # in the patient's words
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]


class BrokenGlass(Table):
    """Somebody opened with a reason of their own (selvvalgt tilgang, nødrett); to be reviewed."""

    __tablename__ = "broken_glass"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    role: Mapped[str]
    relation: Mapped[str]
    blocked: Mapped[bool]
    reason: Mapped[str]
    broken_at: Mapped[datetime]
    until: Mapped[datetime]
    reviewer_id: Mapped[str | None]  # who shall look; None: nobody but themselves could
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[str | None]
    verdict: Mapped[str | None]  # justified, not-justified
    review_note: Mapped[str | None]

    __table_args__ = (
        Index(None, "unit_id", "broken_at"),
        Index(None, "patient_id", "actor_id", "until"),
    )


class StaffNumber(Table):
    """The identity number of somebody who works here, so that a colleague's record is known as one."""

    __tablename__ = "staff_number"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    national_id: Mapped[str] = mapped_column(index=True)
    known_at: Mapped[datetime]
