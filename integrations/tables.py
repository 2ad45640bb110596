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
    edition: Mapped[int] = mapped_column(default=0, server_default="0")  # of the record: 0 as first signed
    basis: Mapped[str | None]  # code of the law it is sent by, see core/access/legal
    receiver_her_id: Mapped[int | None]  # entry in Adresseregisteret the bytes are addressed to
    address_source: Mapped[str | None]  # register or door: who said that this is the GP
    address_as_of: Mapped[datetime | None]  # when the register said so
    address_checked_at: Mapped[datetime | None]  # asked again before it left; from then on the bytes go
    by_hand: Mapped[str | None]  # printed, portal or post: a person took it over and did it so
    by_hand_at: Mapped[datetime | None]
    by_hand_by: Mapped[str | None]
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


class InboxPosition(Table):
    """How far we have read a carrier that hands out notifications by number (EDI 2.0, version 3)."""

    __tablename__ = "inbox_position"

    her_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[str]


class MessageReview(Table):
    """A person must look at this message again: who it is about has changed (identitet endret).

    `left`: it had gone out already. Not gone, it is held back until somebody has decided.
    """

    __tablename__ = "message_review"

    id: Mapped[str] = mapped_column(primary_key=True)
    outbox_id: Mapped[str] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    change_id: Mapped[str]  # identity change
    left: Mapped[bool]
    found_at: Mapped[datetime]
    decision: Mapped[str | None]
    note: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]

    __table_args__ = (Index(None, "unit_id", "decided_at"),)
