"""Try a waiting letter at once (send nå), instead of when its pause is over."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer
from integrations.tables import OutboxMessage


class NotWaiting(Conflict):
    """Only a letter that waits for its next attempt can be tried now."""

    code = "message-not-waiting"


class TriedNow(Answer):
    """The letter goes with the next round; delivered only on the receiver's word."""

    id: str
    state: str


async def send_now(work: Work, encounter_id: str, message_id: str) -> TriedNow:
    """The same bytes, the same identity, now. Nothing else about it changes."""
    require(work.actor, Permission.READ_BALANCE)
    encounter = await encounters.load(work, encounter_id)
    message = await work.session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None or message.encounter_id != encounter.id:
        raise NotFound(message=message_id)
    if message.state != "queued":
        raise NotWaiting(state=message.state)
    message.next_attempt_at = work.now
    return TriedNow(id=message.id, state=message.state)
