"""Messages about somebody who turned out to be another (feil identitet): held back, or work for a person.

What has not gone out waits until a person has decided. What has gone out cannot be called back by us, so it
becomes work: whoever decides says what was done about it. Undoing the change of identity takes both away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, require
from core.errors import Conflict, Invalid, NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.identity.events import IdentityChanged, IdentityRestored
from core.patients.identity_tables import IdentityChange
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Request, ShortText
from integrations.events import MessageHeld, MessageQuestioned, MessageReviewed, MessageWantedAnew
from integrations.tables import MessageReview, OutboxMessage
from journal.queries.page import PageReview

Decided = Literal["send", "send-anew", "withdraw", "told", "still-right"]
_OF_HELD = frozenset({"send", "send-anew", "withdraw"})
_OF_LEFT = frozenset({"told", "still-right", "send-anew"})


class ReviewedAlready(Conflict):
    """Somebody has decided already, or there is nothing to decide."""

    code = "reviewed-already"


class DecisionNotPossible(Invalid):
    """What has gone out cannot be held back, and what has not gone out needs no telling."""

    code = "decision-not-possible"


class Deciding(Request):
    """What to do about the message, and what was said to the receiver."""

    decision: Decided
    note: ShortText


class ReviewAnswer(Answer):
    """What was decided."""

    id: str
    state: str
    decision: Decided


class ReviewLine(Answer):
    """One message that waits for a person's decision."""

    id: str
    encounter: str
    number: str
    channel: str
    receiver: str | None
    left: bool
    held: bool  # has not gone out, as far as we know: it can be sent, written anew or withdrawn
    found_at: datetime


async def hold_back(work: Work, event: IdentityChanged) -> None:
    """The reaction to a changed identity: hold what waits, question what has gone."""
    found = await work.session.execute(
        select(OutboxMessage)
        .where(OutboxMessage.encounter_id == event.encounter_id)
        .order_by(OutboxMessage.created_at, OutboxMessage.channel)
        .with_for_update()
    )
    messages = found.scalars().all()
    taken_back = set[str]()
    if isinstance(event, IdentityRestored):
        taken_back = await _take_back(work, messages, await _undone_by(work, event.change_id))
    if event.who_changed:
        for message in messages:
            if message.id not in taken_back and message.body is not None:
                await _question(work, message, event.change_id)


async def _question(work: Work, message: OutboxMessage, change: str) -> None:
    waits = message.state in ("queued", "held")
    if not waits and message.state not in ("sent", "acknowledged", "contradicted"):
        return  # rejected or given up: nobody has it, and a person looks at it anyway
    if waits and message.reason == "replaced":
        return
    # Under way at this moment: it may have arrived already.
    left = not waits or (message.leased_until is not None and message.leased_until > work.now)
    if waits:
        message.state, message.changed_at = "held", work.now
    work.session.add(
        MessageReview(
            id=new_id(),
            outbox_id=message.id,
            unit_id=message.unit_id,
            change_id=change,
            left=left,
            found_at=work.now,
        )
    )
    await _record(work, MessageQuestioned if left else MessageHeld, message)


async def _undone_by(work: Work, change_id: str) -> str | None:
    undoing = select(IdentityChange.undoes).where(IdentityChange.id == change_id).scalar_subquery()
    found = await work.session.execute(select(IdentityChange.id).where(IdentityChange.number == undoing))
    return found.scalar_one_or_none()


async def _take_back(work: Work, messages: Sequence[OutboxMessage], change: str | None) -> set[str]:
    """The change is undone: what it put in doubt is in doubt no more. Says which messages those are."""
    taken = set[str]()
    for message in messages:
        reviews = await _open_reviews(work, message.id)
        for review in reviews:
            if review.change_id == change:
                _close(work, review, "undone", None)
                taken.add(message.id)
        if message.id in taken and message.state == "held" and len(reviews) == 1:
            message.state, message.changed_at = "queued", work.now
    return taken


async def decide(work: Work, encounter_id: str, message_id: str, deciding: Deciding) -> ReviewAnswer:
    """A person's decision on a message in doubt (avklare)."""
    require(work.actor, Permission.MERGE_PATIENTS)
    encounter = await encounters.load(work, encounter_id)
    message = await work.session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None or message.encounter_id != encounter.id:
        raise NotFound(message=message_id)
    reviews = await _open_reviews(work, message.id)
    if not reviews:
        raise ReviewedAlready
    held = message.state == "held"
    if deciding.decision not in (_OF_HELD if held else _OF_LEFT):
        raise DecisionNotPossible(decision=deciding.decision)
    for review in reviews:
        _close(work, review, deciding.decision, deciding.note)
    if held:
        _settle(work, message, deciding.decision)
    await _record(work, MessageReviewed, message)
    if deciding.decision == "send-anew":
        await _record(work, MessageWantedAnew, message)
    return ReviewAnswer(id=message.id, state=message.state, decision=deciding.decision)


def _settle(work: Work, message: OutboxMessage, decision: str) -> None:
    if decision == "send":
        message.state, message.next_attempt_at = "queued", work.now
    else:
        message.state = "given-up"
        message.reason = "replaced" if decision == "send-anew" else "withdrawn"
    message.changed_at = work.now


async def close_undone(work: Work, message_id: str) -> None:
    """The letter is withdrawn because its signature was: there is nothing left to decide."""
    for review in await _open_reviews(work, message_id):
        _close(work, review, "undone", None)


def _close(work: Work, review: MessageReview, decision: str, note: str | None) -> None:
    review.decision, review.note = decision, note
    review.decided_at, review.decided_by = work.now, work.actor.id


async def _open_reviews(work: Work, message_id: str) -> Sequence[MessageReview]:
    found = await work.session.execute(
        select(MessageReview).where(MessageReview.outbox_id == message_id, MessageReview.decided_at.is_(None))
    )
    return found.scalars().all()


async def _record(
    work: Work,
    kind: type[MessageHeld | MessageQuestioned | MessageReviewed | MessageWantedAnew],
    message: OutboxMessage,
) -> None:
    event = kind(
        encounter_id=message.encounter_id,
        happened_at=work.now,
        channel=message.channel,
        receiver=message.receiver,
    )
    await work.record(event, unit=message.unit_id)


async def open_review(session: AsyncSession, message_id: str) -> PageReview | None:
    """What waits for a decision about this message, if anything."""
    found = await session.execute(
        select(MessageReview)
        .where(MessageReview.outbox_id == message_id, MessageReview.decided_at.is_(None))
        .order_by(MessageReview.found_at)
    )
    review = found.scalars().first()
    return PageReview(id=review.id, left=review.left, found_at=review.found_at) if review else None


async def reviews_of(session: AsyncSession, unit: str) -> tuple[ReviewLine, ...]:
    """Every message of the unit that waits for a person's decision, the oldest first."""
    found = await session.execute(
        select(MessageReview, OutboxMessage, Encounter.number)
        .join(OutboxMessage, OutboxMessage.id == MessageReview.outbox_id)
        .join(Encounter, Encounter.id == OutboxMessage.encounter_id)
        .where(MessageReview.unit_id == unit, MessageReview.decided_at.is_(None))
        .order_by(MessageReview.found_at, MessageReview.id)
    )
    return tuple(
        ReviewLine(
            id=message.id,
            encounter=message.encounter_id,
            number=number,
            channel=message.channel,
            receiver=message.receiver,
            left=review.left,
            held=message.state == "held",
            found_at=review.found_at,
        )
        for review, message, number in found
    )
