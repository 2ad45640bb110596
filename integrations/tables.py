"""Tables of forwarding: each message out with its fixed bytes, and every receipt as it came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
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
    not_before: Mapped[datetime | None]  # so long the signer may take it back, and it does not leave
    leased_until: Mapped[datetime | None]
    left_at: Mapped[datetime | None]  # when it first left the queue, sent or for a person
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
        Index(None, "encounter_id", "channel", "state"),
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


class InboxTask(Table):
    """Something came to our inbox that the service cannot place by itself: work for a person (må avklares).

    Once settled it never changes. What came stands in `receipt` or `dialogue_message`, as it came.
    """

    __tablename__ = "inbox_task"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str]  # see `integrations/inbox/tasks.py`
    external_id: Mapped[str] = mapped_column(unique=True)  # what the carrier calls it: one task each
    code: Mapped[str | None]  # why, e.g. `not-xml`, or what a receipt said
    sender: Mapped[str | None]  # as they call themselves
    outbox_id: Mapped[str | None]  # the message of ours it is about, when there is one
    receipt_id: Mapped[str | None]
    dialogue_id: Mapped[str | None]
    found_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    note: Mapped[str | None]  # what was done about it

    __table_args__ = (Index(None, "unit_id", "settled_at"),)


class DialogueMessage(Table):
    """One message of a dialogue with a GP (dialogmelding), in or out. What was said never changes."""

    __tablename__ = "dialogue_message"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    encounter_id: Mapped[str | None] = mapped_column(ForeignKey("encounter.id"), index=True)  # None: unplaced
    direction: Mapped[str]  # in or out
    external_id: Mapped[str | None]  # what the carrier calls it
    message_id: Mapped[str]  # MsgId
    sender_her_id: Mapped[int]
    sender: Mapped[str]  # the office
    person: Mapped[str | None]  # who wrote it
    receiver_her_id: Mapped[int]
    kind: Mapped[str]  # question, answer or note
    topic_code: Mapped[str | None]  # list 7322 or 9152
    topic: Mapped[str | None]
    subject: Mapped[str | None]
    text: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # name, type, size; bytes in `raw`
    conversation_id: Mapped[str | None]  # MsgId of the first message
    parent_id: Mapped[str | None]  # MsgId of the message this answers
    version: Mapped[str]  # 1.0 or 1.1
    issued_at: Mapped[datetime]
    received_at: Mapped[datetime]
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)  # as it came; ours stands in the outbox
    sha256: Mapped[str]
    outbox_id: Mapped[str | None]
    author_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    row_version: Mapped[int] = mapped_column(default=1, server_default="1")  # of what follows
    due_at: Mapped[datetime | None]  # when an answer should have gone
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # who answers
    assigned_at: Mapped[datetime | None]
    answer_id: Mapped[str | None]  # the dialogue message that answered
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_how: Mapped[str | None]  # answered, no-answer-needed, or erased by decision

    __table_args__ = (UniqueConstraint("sender_her_id", "message_id"), Index(None, "unit_id", "closed_at"))


class ReceiptOut(Table):
    """Our own receipt (AppRec) on a message we received: fixed with it, sent as often as needed."""

    __tablename__ = "receipt_out"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    about_id: Mapped[str]  # MsgId of what was received
    receiver_her_id: Mapped[int]
    status: Mapped[str]  # ok or rejected
    error: Mapped[str | None]  # code of list 8221
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]  # queued, sent or given-up
    reason: Mapped[str | None]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("receiver_her_id", "about_id"),
        Index(None, "state", "next_attempt_at"),
    )


class CanaryMessage(Table):
    """The hourly message to a test receiver (prøvemelding). Never about a patient, never in the balance."""

    __tablename__ = "canary_message"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    message_id: Mapped[str] = mapped_column(unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]  # queued, sent, answered or failed
    reason: Mapped[str | None]
    attempts: Mapped[int]
    external_id: Mapped[str | None]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "unit_id", "created_at"),)
