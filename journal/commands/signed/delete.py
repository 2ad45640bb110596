"""Deletion by the procedure of the law (sletting): asked for, decided by another, never more than decided.

What is deleted leaves a tombstone that says that, when, by whom and on which basis; not what. A refusal is
kept too, with its reason and that the right of appeal was told (helsepersonelloven §§ 43-44).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from sqlalchemy import delete, select

from core.access.legal.bases import Kind, basis, chosen
from core.access.permissions import Permission, require
from core.errors import Conflict, NotAllowed, NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import NotPossibleNow, Status
from core.patients.need.relation_here import require_need
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Code, LongText, Moment, Request, ShortText
from journal.code_tables import Composition, HandedOver
from journal.events import CompositionErased, DeletionAsked, DeletionRefused, RecordErased
from journal.hand_over_tables import HandOver
from journal.live_tables import forget_versions
from journal.tables import Correction, DeletionRequest, Diagnosis, DraftKept, Note, last_edition, tombstone

What = Literal["note", "diagnosis", "correction", "composition"]
Signed = Note | Diagnosis | Correction | Composition


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
    encounter = await _finished(work, encounter_id)
    await _object(work, encounter, asking.what, asking.id)
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
    await work.record(DeletionAsked(encounter_id=encounter.id, happened_at=work.now))
    return await _answer(work, encounter, request)


async def decide_deletion(
    work: Work, encounter_id: str, request_id: str, deciding: DecidingDeletion
) -> Deletion:
    """Delete, or refuse. What was sent about it is withdrawn in the same transaction."""
    require(work.actor, Permission.DECIDE_DELETION)
    encounter = await _finished(work, encounter_id)
    request = await work.session.get(DeletionRequest, request_id, with_for_update=True)
    if request is None or request.encounter_id != encounter.id:
        raise NotFound(deletion=request_id)
    if request.state != "asked":
        raise DeletionDecided
    signed = await _object(work, encounter, request.what, request.object_id)
    if work.actor.id in (request.registered_by, _author(signed)):
        raise OwnDeletion
    edition = (await work.session.execute(last_edition(encounter.id))).scalar_one()
    granted = deciding.granted
    counts = (
        chosen(deciding.basis or "", Kind.DELETION, work.now) if granted else basis(Kind.REFUSAL, work.now)
    )
    request.reason, request.decided_at, request.decided_by = deciding.reason, work.now, work.actor.id
    request.basis, request.state = counts.code, "granted" if granted else "refused"
    if not granted:
        request.appeal_told = True
        await work.record(DeletionRefused(encounter_id=encounter.id, happened_at=work.now))
        return await _answer(work, encounter, request)
    if isinstance(signed, Composition):  # no letter tells of it
        request.wish = ""
        await work.session.flush()
        await _erase_document(work, request, signed)
        await work.record(CompositionErased(encounter_id=encounter.id, happened_at=work.now))
        return await _answer(work, encounter, request)
    # Two editions: receivers are told that the letter is withdrawn, and then get what is left.
    request.edition, request.wish = edition + 2, ""  # the wish may say what was to be gone
    await work.session.flush()  # the database lets nothing be deleted before it is decided
    await _erase(work, request, signed)
    await work.record(RecordErased(encounter_id=encounter.id, happened_at=work.now, request_id=request.id))
    return await _answer(work, encounter, request)


async def _finished(work: Work, encounter_id: str) -> Encounter:
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    if encounter.status != Status.FINISHED:
        raise NotPossibleNow(encounter_status=encounter.status)
    return encounter


async def _object(work: Work, encounter: Encounter, what: str, id: str) -> Signed:
    found: Signed | None = await work.session.get(_TABLES[what], id)
    if found is None or found.encounter_id != encounter.id:
        raise NotFound(**{what: id})
    return found


def _author(signed: Signed) -> str:
    return signed.set_by if isinstance(signed, Diagnosis) else signed.author_id


async def _erase(work: Work, request: DeletionRequest, signed: Signed) -> None:
    """Everything that holds the words: the thing, later versions of it, and kept drafts."""
    doomed: list[Signed | DraftKept] = [signed]
    told = list[HandOver]()
    if isinstance(signed, Note):
        about = select(Correction).where(Correction.note_id == signed.id)
        doomed += (await work.session.execute(about)).scalars()
        handed = select(HandOver).where(HandOver.encounter_id == signed.encounter_id)
        told += (await work.session.execute(handed)).scalars()  # filled from the notes
        await forget_versions(work.session, of=signed.encounter_id)
        kept = select(DraftKept).where(
            DraftKept.encounter_id == signed.encounter_id, DraftKept.author_id == signed.author_id
        )
        doomed += (await work.session.execute(kept)).scalars()
    if isinstance(signed, Diagnosis):  # whole lists that name it go; the newest that does not name it counts
        lists = select(Correction).where(
            Correction.encounter_id == signed.encounter_id, Correction.target == "diagnoses"
        )
        doomed += [
            each for each in (await work.session.execute(lists)).scalars() if _names(each, signed.code)
        ]
    work.session.add_all(
        tombstone(request.id, request.encounter_id, _KINDS[type(each)], each.id, at=work.now)
        for each in (*doomed, *told)
    )
    await work.session.flush()
    for each in doomed:
        await work.session.delete(each)
    for proposal in told:
        proposal.isbar = {}
    await work.session.flush()


async def _erase_document(work: Work, request: DeletionRequest, document: Composition) -> None:
    """Every version of it, and who was handed which: the rows say whose illness it was."""
    versions = await work.session.scalars(
        select(Composition).where(Composition.document_id == document.document_id)
    )
    doomed = versions.all()
    work.session.add_all(
        tombstone(request.id, request.encounter_id, "composition", each.id, at=work.now) for each in doomed
    )
    await work.session.flush()
    await work.session.execute(
        delete(HandedOver).where(HandedOver.composition_id.in_([each.id for each in doomed]))
    )
    for each in doomed:
        await work.session.delete(each)
    await work.session.flush()


_TABLES: Mapping[str, type[Note] | type[Diagnosis] | type[Correction] | type[Composition]] = {
    "composition": Composition,
    "note": Note,
    "diagnosis": Diagnosis,
    "correction": Correction,
}
_KINDS = {
    Note: "note",
    Diagnosis: "diagnosis",
    Correction: "correction",
    DraftKept: "draft",
    HandOver: "hand-over",
}


def _names(correction: Correction, code: str) -> bool:
    return any(each["code"] == code for each in correction.body.get("diagnoses", ()))


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
