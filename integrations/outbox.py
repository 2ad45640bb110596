"""The outbox (utboks): messages fixed at signing, and the states they pass through.

queued -> sent -> acknowledged | rejected, and given-up when a person must take over. `contradicted`: the
receiver has said both yes and no, which is not delivered. `held`: not to be sent until a person has decided
(`reviews.py`). Identity and bytes never change: a retry is the same message, and
the receiver can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from sqlalchemy import ColumnElement, Select, bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.patients.need.blocks import sent_nothing
from core.patients.tables import Encounter
from core.store.event_log import Event
from core.store.work import Work
from integrations.events import (
    MessageAcknowledged,
    MessageContradicted,
    MessageGivenUp,
    MessageRejected,
    MessageSent,
)
from integrations.inbox.kept import answers, from_receiver, keep, seen
from integrations.inbox.tasks import Kind, note_task
from integrations.sending import Receipt
from integrations.tables import OutboxMessage

LEASE = timedelta(seconds=60)
"""How long a claimed message belongs to one process; longer than any single sending may take."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message this process may send now."""

    id: str
    unit_id: str
    channel: str
    message_id: str
    body: bytes
    attempts: int
    created_at: datetime


async def claim_due(work: Work, room: Mapping[str, int]) -> tuple[Claimed, ...]:
    """Take due messages for this process, so many of each channel. A second process skips what is locked."""
    return tuple([each for channel, most in room.items() for each in await _claim(work, channel, most)])


async def _claim(work: Work, channel: str, most: int) -> list[Claimed]:
    asked = {"channel": channel, "now": work.now, "most": most}
    messages = (await work.session.execute(due_now(), asked)).scalars().all()
    going = await _those_patients_let(work, channel, messages) if messages else []
    for message in going:
        message.leased_until = work.now + LEASE
        message.attempts += 1
    return [
        Claimed(
            id=message.id,
            unit_id=message.unit_id,
            channel=message.channel,
            message_id=message.message_id,
            body=message.body or b"",
            attempts=message.attempts,
            created_at=message.created_at,
        )
        for message in going
    ]


@cache
def due_now() -> Select[OutboxMessage]:
    """What of a channel may be sent now, asked so that a long queue does not make it slow.

    Built once: putting the question together cost more than having it answered.
    """
    now = bindparam("now", type_=OutboxMessage.next_attempt_at.type)
    return (
        select(OutboxMessage)
        .where(
            OutboxMessage.state == "queued",
            OutboxMessage.channel == bindparam("channel"),
            OutboxMessage.next_attempt_at <= now,
            or_(OutboxMessage.not_before.is_(None), OutboxMessage.not_before <= now),
            or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < now),
            ~_one_before_waits(),
            ~_same_patient_waits(),
        )
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )


def _one_before_waits() -> ColumnElement[bool]:
    # A receiver that reads the correction first would put the old text on top of it.
    before = aliased(OutboxMessage)
    return exists().where(
        before.encounter_id == OutboxMessage.encounter_id,
        before.channel == OutboxMessage.channel,
        before.edition < OutboxMessage.edition,
        before.state.in_(("queued", "held")),
    )


def _same_patient_waits() -> ColumnElement[bool]:
    # A GP reads a patient's letters in the order of the visits. One that breaks the sender holds up nobody.
    # By way of the patient's few other visits, never of the whole queue: with ten thousand letters waiting
    # the latter took twenty seconds for each claim, and the queue stood.
    before, its, here = aliased(OutboxMessage), aliased(Encounter), aliased(Encounter)
    other_visits = (
        select(its.id)
        .join(here, here.patient_id == its.patient_id)
        .where(here.id == OutboxMessage.encounter_id, its.id != here.id)
        .correlate(OutboxMessage)
    )
    return exists().where(
        before.encounter_id.in_(other_visits),
        before.channel == OutboxMessage.channel,
        before.receiver_her_id == OutboxMessage.receiver_her_id,
        before.created_at < OutboxMessage.created_at,
        before.state == "queued",
        or_(before.reason.is_(None), before.reason != "fault"),
    )


async def _those_patients_let(
    work: Work, channel: str, messages: Sequence[OutboxMessage]
) -> list[OutboxMessage]:
    # Asked at each attempt: the patient may have blocked it since it was signed.
    about = {message.encounter_id for message in messages}
    found = await work.session.execute(
        select(Encounter.id, Encounter.patient_id).where(Encounter.id.in_(about))
    )
    patients = {row[0]: row[1] for row in found}
    blocked = await sent_nothing(work.session, set(patients.values()), channel)
    stopped = [message for message in messages if patients[message.encounter_id] in blocked]
    for message in stopped:
        _change(work, message, "given-up", "patient-blocked")
        await work.record(_event(MessageGivenUp, work, message), unit=message.unit_id)
    return [message for message in messages if message not in stopped]


async def release_leases(work: Work) -> None:
    """At the start of the only process: what a killed predecessor had claimed is due again."""
    held = OutboxMessage.leased_until.is_not(None)
    await work.session.execute(update(OutboxMessage).where(held).values(leased_until=None))


async def mark_sent(work: Work, id: str, external_id: str, receipt: Receipt | None) -> None:
    """The carrier has it; with a receipt, the receiver has answered too."""
    message = await _message_of(work.session, id)
    if message.state in ("queued", "held"):  # the receiver's answer may have been faster than ours
        _change(work, message, "sent", None)
        message.external_id = external_id
        await work.record(_event(MessageSent, work, message))
    message.leased_until = None
    if receipt is not None:
        await take_receipt(work, message.message_id, f"{external_id}/receipt", receipt, kind="application")


async def mark_retry(
    work: Work, id: str, reason: str, next_attempt_at: datetime, *, posted: bool = True
) -> None:
    """Not sent this time; why, and when the same bytes go again. An attempt is only what may have left."""
    message = await _message_of(work.session, id)
    message.leased_until = None
    message.attempts -= not posted
    if message.state == "queued":
        message.reason, message.next_attempt_at, message.changed_at = reason, next_attempt_at, work.now


async def mark_failed(work: Work, id: str, state: Literal["rejected", "given-up"], reason: str) -> None:
    """These bytes will not arrive by themselves: a person takes over."""
    message = await _message_of(work.session, id)
    message.leased_until = None
    if message.state != "queued":
        return
    _change(work, message, state, reason)
    await work.record(_event(MessageRejected if state == "rejected" else MessageGivenUp, work, message))


async def unanswered(session: AsyncSession, sent_before: datetime) -> tuple[tuple[str, str], ...]:
    """Sent, and nobody has said whether it came: message and unit of at most a hundred such."""
    found = await session.execute(
        select(OutboxMessage.id, OutboxMessage.unit_id)
        .where(OutboxMessage.state == "sent", OutboxMessage.changed_at < sent_before)
        .limit(100)
    )
    return tuple((row[0], row[1]) for row in found)


async def mark_unanswered(work: Work, id: str) -> None:
    """A person must ask the receiver. A late receipt still speaks."""
    message = await _message_of(work.session, id)
    if message.state == "sent":
        _change(work, message, "given-up", "no-receipt")
        await work.record(_event(MessageGivenUp, work, message), unit=message.unit_id)


async def take_receipt(
    work: Work,
    message_id: str,
    external_id: str,
    receipt: Receipt,
    *,
    kind: Literal["transport", "application"],
) -> bool:
    """Keep a receipt and let it speak. The same receipt again changes nothing. True when it was new.

    What answers nothing of ours, or comes from somebody else than the receiver, is a person's task.
    """
    if await seen(work, external_id):
        return False
    found = await work.session.execute(
        select(OutboxMessage).where(OutboxMessage.message_id == message_id).with_for_update()
    )
    message = found.scalar_one_or_none()
    theirs = message is not None and from_receiver(message, receipt)
    before = await answers(work, message) if message else ()
    kept = keep(work, message if theirs else None, external_id, receipt, kind=kind)
    if message is None or not theirs:
        await note_task(
            work,
            "other-receiver" if message else "unmatched-receipt",
            external_id,
            code=", ".join(receipt.errors) or receipt.status,
            sender=receipt.sender,
            outbox_id=message.id if message else None,
            receipt_id=kept,
        )
    elif kind == "application":
        await _let_speak(work, message, receipt, before)
    elif message.state == "sent" and receipt.status == "rejected":
        # A late word of the receiver still counts: transport may fail on the way back.
        _change(work, message, "given-up", ", ".join(receipt.errors) or "transport-rejected")
        await work.record(_event(MessageGivenUp, work, message), unit=message.unit_id)
    return True


async def set_aside(
    work: Work, external_id: str, raw: bytes, reason: str, *, kind: Kind = "unreadable-receipt"
) -> bool:
    """Keep what nobody could read: it answers or asks something, and a person must find out what."""
    if await seen(work, external_id):
        return False
    unreadable = Receipt(status="rejected", errors=(reason,), raw=raw)
    kept = keep(work, None, external_id, unreadable, kind="application")
    await note_task(work, kind, external_id, code=reason, receipt_id=kept)
    return True


async def _let_speak(work: Work, message: OutboxMessage, receipt: Receipt, before: Sequence[str]) -> None:
    accepted = receipt.status != "rejected"
    if before:
        said = {status != "rejected" for status in before}
        if message.state != "contradicted" and accepted not in said:
            # Nobody knows which word counts: not delivered until a person has asked. Both are kept.
            _change(work, message, "contradicted", "contradicting-receipts")
            await work.record(_event(MessageContradicted, work, message), unit=message.unit_id)
        return
    reason = None if receipt.status == "ok" else ", ".join(receipt.errors) or receipt.status
    _change(work, message, "acknowledged" if accepted else "rejected", reason)
    kind = MessageAcknowledged if accepted else MessageRejected
    await work.record(_event(kind, work, message), unit=message.unit_id)


def _change(work: Work, message: OutboxMessage, state: str, reason: str | None) -> None:
    message.state, message.reason, message.changed_at = state, reason, work.now
    message.left_at = message.left_at or work.now


async def _message_of(session: AsyncSession, id: str) -> OutboxMessage:
    return await session.get_one(OutboxMessage, id, with_for_update=True)


def _event(
    kind: type[MessageSent | MessageAcknowledged | MessageRejected | MessageGivenUp | MessageContradicted],
    work: Work,
    message: OutboxMessage,
) -> Event:
    return kind(
        encounter_id=message.encounter_id,
        happened_at=work.now,
        channel=message.channel,
        receiver=message.receiver,
    )
