"""Tables of forwarding: each message out with its fixed bytes, and every receipt as it came."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class OutboxMessage(Table):
    """One message to one receiver (melding ut). Identity and bytes are fixed when the encounter is signed."""

    __tablename__ = "outbox_message"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    channel: Mapped[str]
    receiver: Mapped[str | None]  # name, as people know it
    message_id: Mapped[str] = mapped_column(unique=True)
    content_type: Mapped[str]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)  # None: no document could be made, see reason
    sha256: Mapped[str | None]
    state: Mapped[str]
    reason: Mapped[str | None]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    external_id: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_outbox_message_due", "state", "next_attempt_at"),
        Index(None, "unit_id", "created_at"),
    )


class ReceiptRow(Table):
    """One receipt (kvittering), raw. `outbox_id` None: it answers nothing we know; a person must look."""

    __tablename__ = "receipt"

    id: Mapped[str] = mapped_column(primary_key=True)
    outbox_id: Mapped[str | None] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    external_id: Mapped[str] = mapped_column(unique=True)  # what the carrier calls it: seen once, kept once
    kind: Mapped[str]  # transport or application
    status: Mapped[str]
    errors: Mapped[list[str]]
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
