"""Deleting what was written to or from a GP, by decision (slette en henvendelse).

The row stays, so that the same message from the carrier is not taken in as new; what it said goes, from it
and from the letter. Answers of ours repeat the question they answer, and go with it. A GP who has got a
message of ours is told that it is deleted here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from core.clock import local
from core.errors import NotFound
from core.store.work import Work
from integrations.dialogue.writing import tell_withdrawn
from integrations.kith import msg_head, safe_xml
from integrations.kith.apprec import Party
from integrations.tables import DialogueMessage, OutboxMessage
from journal.commands.signed.delete import OwnDeletion
from journal.events import DeletionAsked, DialogueErased
from journal.tables import DeletionRequest, tombstone

_TELLS = "Meldingen vi sendte {day} er slettet hos oss etter vedtak. Vi ber om at den ikke brukes."


async def require_known(work: Work, event: DeletionAsked) -> None:
    """The reaction to a wish for deletion: refuse one about a message this encounter does not have."""
    request = await work.session.get_one(DeletionRequest, event.request_id)
    if request.what == "dialogue":
        await _messages(work, request)


async def erase_dialogue(work: Work, event: DialogueErased) -> None:
    """The reaction to the decision, in its transaction. Raises OwnDeletion for who wrote it."""
    request = await work.session.get_one(DeletionRequest, event.request_id)
    messages = await _messages(work, request)
    if request.decided_by in {each.author_id for each in messages}:
        raise OwnDeletion
    sent = [await _empty(work, request, each) for each in messages]
    await work.session.flush()
    for message, receiver in zip(messages, sent, strict=True):
        if receiver is not None:
            text = _TELLS.format(day=f"{local(message.issued_at):%d.%m.%Y}")
            await tell_withdrawn(work, message, receiver, text)


async def _messages(work: Work, request: DeletionRequest) -> Sequence[DialogueMessage]:
    """The message, and our answers to it."""
    named = await work.session.get(DialogueMessage, request.object_id)
    if named is None or named.encounter_id != request.encounter_id:
        raise NotFound(dialogue=request.object_id)
    answers = (DialogueMessage.parent_id == named.message_id) & (DialogueMessage.direction == "out")
    found = await work.session.execute(
        select(DialogueMessage)
        .where(
            DialogueMessage.encounter_id == request.encounter_id,
            or_(DialogueMessage.id == named.id, answers),
        )
        .order_by(DialogueMessage.received_at, DialogueMessage.id)
    )
    return found.scalars().all()


async def _empty(work: Work, request: DeletionRequest, message: DialogueMessage) -> Party | None:
    """Take the words away; the receiver, when one has got them."""
    letter = await work.session.get(OutboxMessage, message.outbox_id) if message.outbox_id else None
    marked = [("dialogue", message.id)]
    marked += [("message", letter.id)] if letter and letter.body else []
    work.session.add_all(
        tombstone(request.id, request.encounter_id, what, id, at=work.now) for what, id in marked
    )
    await work.session.flush()
    receiver = _receiver(letter) if letter else None
    message.text, message.subject, message.raw, message.attachments = "", None, None, []
    message.closed_at, message.closed_by, message.closed_how = work.now, work.actor.name, "erased"
    message.row_version += 1
    if letter is not None:
        letter.body = None
        if letter.state in ("queued", "held"):
            letter.state, letter.reason, letter.changed_at = "given-up", "withdrawn", work.now
    return receiver


def _receiver(letter: OutboxMessage) -> Party | None:
    went = letter.state in ("sent", "acknowledged", "contradicted") or letter.attempts > 0
    return msg_head.read_head(safe_xml.parse(letter.body)).receiver if went and letter.body else None
