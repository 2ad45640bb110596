"""Writing letters (brev ut): fixed in the transaction that signs, corrects, adds or deletes.

A correction is a letter of its own, of a later `edition`, that says what is different; the outbox sends it
only after the ones before it have gone. What goes out is by the paragraph of law that counted that day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import or_, select

from core.access.legal.bases import Kind, basis
from core.ids import new_id
from core.store.work import Reaction, Work
from integrations.events import MessageGivenUp, MessageWantedAnew
from integrations.tables import OutboxMessage
from integrations.undone import wait_until
from journal.events import AddendumWritten, EncounterFinished, RecordCorrected, RecordErased
from journal.queries.summary import summary
from journal.rules.summary import Summary
from journal.tables import tombstone

_THERE = ("sent", "acknowledged", "contradicted")
_BEFORE = ("queued", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One kind of message out: how it is checked, built and addressed. Pure functions of the summary."""

    channel: Literal["gp-summary", "shared-record"]
    content_type: str
    problems: Callable[[Summary], Sequence[str]]
    build: Callable[[Summary, str, datetime], bytes]
    receiver: Callable[[Summary], str | None]
    basis: Kind
    to_gp: bool = False  # addressed by the register, which is asked again before it leaves


def queue(letters: Sequence[Letter]) -> Reaction:
    """The reaction to signing: fix every letter's bytes in the same transaction."""

    async def on_finished(work: Work, event: EncounterFinished) -> None:
        frozen = await summary(work.session, event.encounter_id)
        for letter in letters:
            await _write(work, letter, frozen)

    return on_finished


def write_again(letters: Sequence[Letter]) -> Reaction:
    """The reaction to a person's decision: the letter anew, with an identity and bytes of its own."""
    by_channel = {letter.channel: letter for letter in letters}

    async def on_wanted(work: Work, event: MessageWantedAnew) -> None:
        letter = by_channel[event.channel]  # type: ignore[index]
        await _write(work, letter, await summary(work.session, event.encounter_id))

    return on_wanted


def write_changed(letters: Sequence[Letter]) -> Reaction:
    """The reaction to a correction or addendum: each receiver gets the new version, and what is different."""

    async def on_changed(work: Work, event: RecordCorrected | AddendumWritten) -> None:
        frozen = await summary(work.session, event.encounter_id)
        for letter in letters:
            await _write(work, letter, frozen)

    return on_changed


def withdraw(letters: Sequence[Letter]) -> Reaction:
    """The reaction to a deletion: what waits is not sent, what went is cancelled, and what is left goes anew.

    The deletion counts as two editions: the cancellation, and the letter that takes its place.
    """

    async def on_erased(work: Work, event: RecordErased) -> None:
        frozen = await summary(work.session, event.encounter_id)
        assert frozen.change is not None
        notice = replace(frozen.change, kind="withdrawn", told=())
        for letter in letters:
            went = await _last_gone(work, letter, frozen.encounter_id, perhaps=False)
            arrived = went is not None and went.arrived
            await _empty(work, letter, frozen.encounter_id, event.request_id)
            if went is not None:
                bare = replace(frozen, change=replace(notice, replaces=went.message_id, arrived=arrived))
                work.session.add(fix(work, letter, bare, notice.number - 1))
            if went is not None and frozen.diagnoses:
                work.session.add(fix(work, letter, frozen, notice.number))

    return on_erased


async def _write(work: Work, letter: Letter, frozen: Summary) -> None:
    change = frozen.change
    went = await _last_gone(work, letter, frozen.encounter_id) if change else None
    told = frozen
    if change and went:
        told = replace(frozen, change=replace(change, replaces=went.message_id, arrived=went.arrived))
    message = fix(work, letter, told, change.number if change else 0)
    message.not_before = await wait_until(work, frozen.encounter_id)
    work.session.add(message)
    if message.state == "given-up":
        await work.record(_given_up(work, message))


@dataclass(frozen=True, slots=True)
class _Gone:
    message_id: str
    arrived: bool  # the receiver has it, or it goes first; else it was tried and nobody knows


async def _last_gone(work: Work, letter: Letter, encounter_id: str, *, perhaps: bool = True) -> _Gone | None:
    """The newest letter that the receiver has; `perhaps`, also one that waits and goes before this one."""
    tried = or_(OutboxMessage.external_id.is_not(None), OutboxMessage.attempts > 0)
    went = or_(
        OutboxMessage.state.in_(_THERE),
        tried & (OutboxMessage.state != "rejected"),
    )
    found = await work.session.execute(
        select(OutboxMessage)
        .where(
            OutboxMessage.encounter_id == encounter_id,
            OutboxMessage.channel == letter.channel,
            or_(went, OutboxMessage.state.in_(_BEFORE)) if perhaps else went,
        )
        .order_by(OutboxMessage.edition.desc(), OutboxMessage.created_at.desc())
        .limit(1)
    )
    last = found.scalar_one_or_none()
    if last is None:
        return None
    return _Gone(last.message_id, last.external_id is not None or last.state in (*_THERE, *_BEFORE))


async def _empty(work: Work, letter: Letter, encounter_id: str, request_id: str) -> None:
    """Letters keep their identity, hash and receipts, and lose what they said; what waits is not sent."""
    found = await work.session.execute(
        select(OutboxMessage).where(
            OutboxMessage.encounter_id == encounter_id,
            OutboxMessage.channel == letter.channel,
            OutboxMessage.body.is_not(None),
        )
    )
    messages = found.scalars().all()
    work.session.add_all(
        tombstone(request_id, encounter_id, "message", each.id, at=work.now) for each in messages
    )
    await work.session.flush()
    for message in messages:
        message.body = None
        if message.state in ("queued", "held"):
            message.state, message.reason, message.changed_at = "given-up", "withdrawn", work.now
    await work.session.flush()


def fix(work: Work, letter: Letter, frozen: Summary, edition: int = 0) -> OutboxMessage:
    """The message with its bytes and identity, as they stay."""
    message_id = new_id()
    problems = tuple(letter.problems(frozen))
    waits = letter.to_gp and frozen.gp_asked and problems == ("no-gp",)  # the register may still tell
    gp = frozen.gp if letter.to_gp else None
    body = None if problems else letter.build(frozen, message_id, work.now)
    return OutboxMessage(
        id=new_id(),
        unit_id=work.unit,
        encounter_id=frozen.encounter_id,
        channel=letter.channel,
        receiver=letter.receiver(frozen),
        message_id=message_id,
        content_type=letter.content_type,
        body=body,
        sha256=hashlib.sha256(body).hexdigest() if body else None,
        state="given-up" if problems and not waits else "queued",
        reason="gp-asked" if waits else problems[0] if problems else None,
        attempts=0,
        next_attempt_at=work.now,
        edition=edition,
        basis=basis(letter.basis, work.now).code,
        receiver_her_id=gp.her_id if gp else None,
        address_source=gp.source if gp else None,
        address_as_of=gp.as_of if gp else None,
        created_at=work.now,
        changed_at=work.now,
    )


def _given_up(work: Work, message: OutboxMessage) -> MessageGivenUp:
    return MessageGivenUp(
        encounter_id=message.encounter_id,
        happened_at=work.now,
        channel=message.channel,
        receiver=message.receiver,
    )
