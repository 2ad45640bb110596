"""Finishing (avslutte og signere): one motion that signs, closes and fixes what leaves the ward."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from core.access.permissions import Permission, require
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, LongText, Moment, Request
from journal.clinical_tables import medicines_written
from journal.code_tables import known_proposals, settle_note
from journal.events import EncounterFinished
from journal.live_tables import open_conflicts, writers
from journal.order_tables import Result, ResultSeen, ServiceRequest
from journal.rules.clinical.medicines import changes_in, stated
from journal.rules.clinical.sealed import CONCLUSION, line_hash
from journal.rules.hand_over import NotYours
from journal.rules.merging import ConflictsOpen, DraftNotSeen, same_words
from journal.rules.note import NoteText, content_hash
from journal.rules.orders.course import UNANSWERED, NotAnsweredBefore, ResultsNotSeen
from journal.rules.signing import MissingBeforeSigning, missing
from journal.rules.summary import Outcome
from journal.rules.writing.proposals import settled
from journal.tables import Conclusion, Diagnosis, Draft, Note

_CLOSING = ("asked_of_gp", "told_to_patient", "medication_changes")


class Finishing(Request):
    """How it ended. None under what is asked and told says "nothing", on purpose and to the reader.

    Without `note`, the doctor's saved draft is what is signed.
    """

    outcome: Outcome
    asked_of_gp: LongText | None = None
    told_to_patient: LongText | None = None
    medication_changes: LongText | None = None
    no_medication_changes: bool = False  # "none" on purpose; without it the letter says that nobody said
    note: NoteText | None = None


class Finished(Answer):
    """The signed encounter."""

    id: str
    version: int
    status: str
    signed_at: Moment
    content_hash: str | None
    undo_until: Moment | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be signed: nothing of it is in the database yet."""

    encounter: Encounter
    conclusion: Conclusion
    note: Note | None  # what the draft becomes


async def prepare_finish(
    work: Work, encounter_id: str, finishing: Finishing, expected: int, *, undo_for: timedelta = timedelta(0)
) -> Prepared:
    """Everything that is asked before signing. Only reads: a preview asks the same beside all writers."""
    require(work.actor, Permission.FINISH)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_move(encounter, Status.FINISHED)
    if encounter.doctor_id != work.actor.id:
        raise NotYours
    finishing = await _made_own(work, encounter, finishing)
    conclusion = _conclusion(work, encounter, finishing, undo_for)
    await _freeze_medicines(work, conclusion, finishing)
    note = await _make_note(work, encounter, finishing.note)
    conclusion.note_id = note.id if note else None
    await _require_complete(work, encounter, finishing, note)
    return Prepared(encounter, conclusion, note)


async def finish_encounter(
    work: Work, encounter_id: str, finishing: Finishing, expected: int, *, undo_for: timedelta = timedelta(0)
) -> Finished:
    """Sign and close. Raises MissingBeforeSigning with what is not there, and NotYours for other doctors.

    `undo_for`: so long the signer may take it back (`undo_finish.py`), and letters wait.
    """
    prepared = await prepare_finish(work, encounter_id, finishing, expected, undo_for=undo_for)
    encounter, conclusion = prepared.encounter, prepared.conclusion
    if prepared.note:
        work.session.add(prepared.note)
    signed = await _sign_notes(work, encounter)
    conclusion.draft_version = await _clear_drafts(work, encounter)
    work.session.add(conclusion)
    # The database refuses rows that join a finished encounter, so what belongs to it goes in first.
    await work.session.flush()
    encounters.move(encounter, Status.FINISHED)
    encounter.ended_at = work.now
    version = encounters.changed(encounter)
    await work.record(EncounterFinished(encounter_id=encounter.id, happened_at=work.now))
    return Finished(
        id=encounter.id,
        version=version,
        status=encounter.status,
        signed_at=work.now,
        content_hash=signed,
        undo_until=conclusion.undo_until,
    )


async def _made_own(work: Work, encounter: Encounter, finishing: Finishing) -> Finishing:
    """What a phrase proposed in the closing and nobody touched is not signed; the note: `settle_note`."""
    said = {name: getattr(finishing, name) or "" for name in _CLOSING}
    known = await known_proposals(work.session, encounter.unit_id, list(said.values()))
    return finishing.model_copy(update={name: text or None for name, text in settled(said, known).items()})


async def _freeze_medicines(work: Work, conclusion: Conclusion, finishing: Finishing) -> None:
    """What the closing says about medicines stays as signed, and says "none" only when that was said."""
    changes = changes_in(await medicines_written(work.session, conclusion.encounter_id))
    words, none = conclusion.medication_changes, finishing.no_medication_changes
    conclusion.medication_stated = stated(changes, words, said_none=none)
    conclusion.medicines = {"changes": [asdict(each) for each in changes]}
    content = {name: getattr(conclusion, name) for name in CONCLUSION}
    conclusion.content_hash = line_hash(content, work.now)


async def _make_note(work: Work, encounter: Encounter, text: NoteText | None) -> Note | None:
    draft = await work.session.get(Draft, encounter.id)
    others = await _others_seen(work, encounter, text, draft)
    if text is None and draft is not None:
        text = NoteText.model_validate({key: draft.body.get(key, "") for key in NoteText.model_fields})
    text = await settle_note(work.session, encounter.unit_id, text) if text else None
    if text is None or text.empty:
        return None
    return Note(
        id=new_id(),
        encounter_id=encounter.id,
        author_id=work.actor.id,
        written_at=work.now,
        written_with=others or None,
        **text.model_dump(),
    )


async def _others_seen(
    work: Work, encounter: Encounter, text: NoteText | None, draft: Draft | None
) -> list[str]:
    """Who else wrote in the draft. The signer must have seen what they wrote, and nothing be undecided."""
    if draft is None:
        return []
    if conflicts := await open_conflicts(work.session, encounter.id):
        raise ConflictsOpen(conflicts=len(conflicts))
    others = sorted(await writers(work.session, encounter.id) - {work.actor.id})
    if text is not None and others and not same_words(text, draft.body):
        raise DraftNotSeen(draft_version=draft.version)
    return others


async def _require_complete(
    work: Work, encounter: Encounter, finishing: Finishing, note: Note | None
) -> None:
    notes = await work.session.execute(
        select(func.count()).select_from(Note).where(Note.encounter_id == encounter.id)
    )
    diagnoses = await work.session.execute(
        select(func.count()).select_from(Diagnosis).where(Diagnosis.encounter_id == encounter.id)
    )
    lacking = missing(
        has_note=note is not None or notes.scalar_one() > 0,
        diagnoses=diagnoses.scalar_one(),
        outcome=finishing.outcome,
    )
    if lacking:
        raise MissingBeforeSigning(missing=lacking)
    await _require_orders_answered(work, encounter)


async def _require_orders_answered(work: Work, encounter: Encounter) -> None:
    """Nobody signs past a result no doctor has seen, or an order that nobody is to follow up."""
    seen = exists().where(ResultSeen.result_id == Result.id, ResultSeen.by_doctor.is_(True))
    later = aliased(Result)
    newer = exists().where(later.order_id == Result.order_id, later.number > Result.number)
    unseen = await work.session.execute(
        select(ServiceRequest.display)
        .join(Result, Result.order_id == ServiceRequest.id)
        .where(ServiceRequest.encounter_id == encounter.id, ~seen, ~newer)
    )
    if names := tuple(unseen.scalars()):
        raise ResultsNotSeen(orders=names)
    left = await work.session.execute(
        select(ServiceRequest.display).where(
            ServiceRequest.encounter_id == encounter.id,
            ServiceRequest.status.in_(UNANSWERED),
            ServiceRequest.follow_up.is_(None),
        )
    )
    if names := tuple(left.scalars()):
        raise NotAnsweredBefore(orders=names)


async def _sign_notes(work: Work, encounter: Encounter) -> str | None:
    notes = await work.session.execute(
        select(Note).where(Note.encounter_id == encounter.id, Note.signed_at.is_(None))
    )
    signed: str | None = None
    for note in notes.scalars():
        if note.author_id != work.actor.id:
            continue  # nobody signs a colleague's words; unsigned notes are chased with their author
        signed = content_hash(
            NoteText.model_validate(note, from_attributes=True),
            author_id=note.author_id,
            encounter_id=encounter.id,
            signed_at=work.now,
        )
        note.signed_at, note.content_hash = work.now, signed
    return signed


async def _clear_drafts(work: Work, encounter: Encounter) -> int | None:
    draft = await work.session.get(Draft, encounter.id)
    if draft is None:
        return None
    await work.session.delete(draft)
    return draft.version


def _conclusion(work: Work, encounter: Encounter, finishing: Finishing, undo_for: timedelta) -> Conclusion:
    return Conclusion(
        encounter_id=encounter.id,
        report_id=new_id(),
        outcome=finishing.outcome.value,
        asked_of_gp=finishing.asked_of_gp or None,
        told_to_patient=finishing.told_to_patient or None,
        medication_changes=finishing.medication_changes or None,
        signed_by=work.actor.id,
        signed_at=work.now,
        undo_until=work.now + undo_for if undo_for else None,
    )
