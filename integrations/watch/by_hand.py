"""A letter no network takes is given to somebody by a person (levert på annen måte): printed, portal or post.

It is work until that is done; then who did it, when and how stays with the letter. A receipt that comes later
still speaks.
"""

from __future__ import annotations

from typing import Literal

from core.access.permissions import Permission, require
from core.errors import Conflict, Invalid, NotFound
from core.patients import encounter as encounters
from core.patients.protection import is_protected
from core.patients.tables import Patient
from core.store.work import Work
from core.text import Answer, Request
from integrations.events import MessageByHand
from integrations.tables import OutboxMessage
from integrations.undone import UNDONE

Way = Literal["printed", "portal", "post", "confirmed"]
"""`confirmed`: the receiver was asked, and has it."""


_FOR_A_PERSON = ("rejected", "given-up", "contradicted")


class NotForAPerson(Conflict):
    """It has been delivered, is on its way, or somebody has done it already."""

    code = "message-not-for-a-person"


class PostNotPossible(Invalid):
    """The address is protected: nothing is posted to it; it is handed over or sent through the portal."""

    code = "post-not-possible"


class Doing(Request):
    """How it was done: printed and handed over, in the portal, by post, or the receiver says it is there."""

    way: Way


class Done(Answer):
    """What is written down."""

    id: str
    way: Way


async def deliver_by_hand(work: Work, encounter_id: str, message_id: str, doing: Doing) -> Done:
    """Write down that a person has delivered it in another way."""
    require(work.actor, Permission.READ_BALANCE)
    encounter = await encounters.load(work, encounter_id)
    message = await work.session.get(OutboxMessage, message_id, with_for_update=True)
    if message is None or message.encounter_id != encounter.id:
        raise NotFound(message=message_id)
    if message.state not in _FOR_A_PERSON or message.by_hand or message.reason in ("readdressed", UNDONE):
        raise NotForAPerson(state=message.state)
    patient = await work.session.get_one(Patient, encounter.patient_id)
    if doing.way == "post" and is_protected(patient.protection):
        raise PostNotPossible
    message.by_hand, message.by_hand_at, message.by_hand_by = doing.way, work.now, work.actor.name
    told = MessageByHand(
        encounter_id=encounter.id,
        happened_at=work.now,
        channel=message.channel,
        receiver=message.receiver,
    )
    await work.record(told, unit=message.unit_id)
    return Done(id=message.id, way=doing.way)
