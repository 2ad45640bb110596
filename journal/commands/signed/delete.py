"""Deletion by the procedure of the law (sletting): asked for, decided by another, never more than decided.

What is deleted leaves a tombstone that says that, when, by whom and on which basis; not what. A refusal is
kept too, with its reason and that the right of appeal was told (helsepersonelloven §§ 43-44).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from sqlalchemy import select

from core.access.legal.bases import Kind, basis, chosen
from core.access.permissions import Permission, require
from core.errors import Conflict, NotAllowed, NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import OPEN, NotPossibleNow, Status
from core.patients.need.relation_here import require_need
from core.patients.tables import Encounter
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer, Code, LongText, Moment, Request, ShortText
from journal.commands.signed.erase import erase, forget_earlier_wishes
from journal.events import (
    CompositionErased,
    DeletionAsked,
    DeletionRefused,
    DialogueErased,
    LineErased,
    RecordErased,
)
from journal.rules.deleting import What
from journal.tables import DeletionRequest, last_edition
from journal.whole_things import Doomed, find_doomed


class DeletionAskedAlready(Conflict):
    """The same is waiting for a decision."""

    code = "deletion-asked-already"


class DeletionDecided(Conflict):
    """It is decided; a new wish is a new request."""

    code = "deletion-decided"


class OwnDeletion(NotAllowed):
    """Nobody decides about their own words, or about what they brought up themselves."""

    code = "own-deletion"


class AskingDeletion(Request):
    """What somebody wants gone, and why, in their words."""

    what: What
    id: ShortText
    asked_by: Literal["patient", "representative", "staff"]
    wish: Annotated[LongText, Field(min_length=3)]


class DecidingDeletion(Request):
    """The decision and its grounds. A refusal tells of the right of appeal to the county governor."""

    granted: bool
    basis: Code | None = None
    reason: Annotated[ShortText, Field(min_length=10)]
    appeal_told: bool = False

    @model_validator(mode="after")
    def _grounded(self) -> Self:
        if self.granted and self.basis is None:
            raise ValueError("basis-missing")
        if not self.granted and not self.appeal_told:
            raise ValueError("appeal-not-told")
        return self


class Deletion(Answer):
    """Where the request stands, and the version of the record after it."""

    id: str
    encounter: str
    state: Literal["asked", "granted", "refused"]
    basis: str | None
    at: Moment
    version: int


async def ask_deletion(work: Work, encounter_id: str, asking: AskingDeletion) -> Deletion:
    """Write down that somebody wants something deleted; it stays until it is decided."""
    require(work.actor, Permission.ASK_DELETION)
    encounter = await _ended(work, encounter_id)
    await _find(work, encounter, asking.what, asking.id)
    waiting = select(DeletionRequest.id).where(
        DeletionRequest.object_id == asking.id, DeletionRequest.state == "asked"
    )
    if (await work.session.execute(waiting)).first() is not None:
        raise DeletionAskedAlready
    request = DeletionRequest(
        id=new_id(),
        unit_id=work.unit,
        encounter_id=encounter.id,
        what=asking.what,
        object_id=asking.id,
        asked_by=asking.asked_by,
        wish=asking.wish,
        asked_at=work.now,
        registered_by=work.actor.id,
        state="asked",
    )
    work.session.add(request)
    await work.record(DeletionAsked(encounter_id=encounter.id, happened_at=work.now, request_id=request.id))
    return await _answer(work, encounter, request)


async def refuse_dialogue(work: Work, event: DeletionAsked) -> None:
    """The reaction where nothing is forwarded: there are no messages to delete."""
    request = await work.session.get_one(DeletionRequest, event.request_id)
    if request.what == "dialogue":
        raise NotFound(dialogue=request.object_id)


async def decide_deletion(
    work: Work, encounter_id: str, request_id: str, deciding: DecidingDeletion
) -> Deletion:
    """Delete, or refuse. What was sent about it is withdrawn in the same transaction."""
    require(work.actor, Permission.DECIDE_DELETION)
    encounter = await _ended(work, encounter_id)
    request = await work.session.get(DeletionRequest, request_id, with_for_update=True)
    if request is None or request.encounter_id != encounter.id:
        raise NotFound(deletion=request_id)
    if request.state != "asked":
        raise DeletionDecided
    doomed = await _find(work, encounter, request.what, request.object_id)
    if work.actor.id in (request.registered_by, *(doomed.authors if doomed else ())):
        raise OwnDeletion
    edition = (await work.session.execute(last_edition(encounter.id))).scalar_one()
    granted = deciding.granted
    counts = (
        chosen(deciding.basis or "", Kind.DELETION, work.now) if granted else basis(Kind.REFUSAL, work.now)
    )
    request.reason, request.decided_at, request.decided_by = deciding.reason, work.now, work.actor.id
    request.basis, request.state = counts.code, "granted" if granted else "refused"
    if granted:
        await _carry_out(work, encounter, request, doomed, edition)
    else:
        request.appeal_told = True
        await work.record(DeletionRefused(encounter_id=encounter.id, happened_at=work.now))
    return await _answer(work, encounter, request)


async def _carry_out(
    work: Work, encounter: Encounter, request: DeletionRequest, doomed: Doomed | None, edition: int
) -> None:
    request.wish = ""  # it may say what was to be gone
    told = doomed is not None and doomed.in_letters and encounter.status == Status.FINISHED
    if told:
        # Two editions: receivers are told that the letter is withdrawn, and then get what is left.
        request.edition = edition + 2
    await work.session.flush()  # the database lets nothing be deleted before it is decided
    if doomed is None:  # whoever keeps it deletes it, as the reaction to the event
        await forget_earlier_wishes(work, request)
    else:
        await erase(work, request, encounter, doomed)
    await work.record(_event(work, request, told=told))


def _event(work: Work, request: DeletionRequest, *, told: bool) -> Event:
    encounter, now = request.encounter_id, work.now
    if told:
        return RecordErased(encounter_id=encounter, happened_at=now, request_id=request.id)
    if request.what == "dialogue":
        return DialogueErased(encounter_id=encounter, happened_at=now, request_id=request.id)
    kind = CompositionErased if request.what == "composition" else LineErased
    return kind(encounter_id=encounter, happened_at=now)


async def _ended(work: Work, encounter_id: str) -> Encounter:
    """Also of somebody who left unseen: what was written at triage is a record."""
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    if encounter.status in OPEN:
        raise NotPossibleNow(encounter_status=encounter.status)
    return encounter


async def _find(work: Work, encounter: Encounter, what: str, id: str) -> Doomed | None:
    """None for a message of a dialogue, which forwarding keeps: the reaction looks for it."""
    if what == "dialogue":
        return None
    found = await find_doomed(work, encounter, what, id)
    if found is None:
        raise NotFound(**{what: id})
    return found


async def _answer(work: Work, encounter: Encounter, request: DeletionRequest) -> Deletion:
    await work.session.flush()
    edition = (await work.session.execute(last_edition(encounter.id))).scalar_one()
    return Deletion.model_validate(
        {
            "id": request.id,
            "encounter": encounter.id,
            "state": request.state,
            "basis": request.basis,
            "at": request.decided_at or request.asked_at,
            "version": encounter.version + edition,
        }
    )
