"""Taking a signature back (angre): within its time the encounter is as it was before, and nothing has left.

What was signed is sealed when it is signed, and the seal of its undoing stands after it (decision 31). The
database lets a signed row go only by a row of `finish_undone`, which it takes only within the window.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, or_, select

from core.access.permissions import Permission, require
from core.errors import Stale
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import OPEN, NotPossibleNow, Status
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer
from journal.events import EncounterReopened, FinishUndone
from journal.hand_over_tables import FinishUndone as Undoing
from journal.live_tables import keep_version
from journal.rules.note import NoteText
from journal.rules.undoing import require_undoable
from journal.tables import Conclusion, Correction, DeletionRequest, Draft, Note, last_edition

_CLOSING = ("outcome", "asked_of_gp", "told_to_patient", "medication_changes")


class FinishTakenBack(Answer):
    """The encounter, open again."""

    id: str
    version: int
    status: str


async def undo_finish(work: Work, encounter_id: str, expected: int) -> FinishTakenBack:
    """Take one's own signature back. Raises UndoTooLate after its time, LetterHasLeft when one went."""
    require(work.actor, Permission.FINISH)
    encounter = await encounters.load(work, encounter_id)
    conclusion = await work.session.get(Conclusion, encounter.id)
    if encounter.status != Status.FINISHED or conclusion is None:
        raise NotPossibleNow(encounter_status=encounter.status)
    require_undoable(
        work.actor.id,
        signed_by=conclusion.signed_by,
        undo_until=conclusion.undo_until,
        now=work.now,
        changed=await _changed_since(work, encounter),
        back=await _here_again(work, encounter),
    )
    edition = (await work.session.execute(last_edition(encounter.id))).scalar_one()
    if expected != encounter.version + edition:
        raise Stale(version=encounter.version + edition, expected=expected)
    # First the letters: one that has left refuses all of it, and none can be claimed from here on.
    await work.record(FinishUndone(encounter_id=encounter.id, happened_at=work.now))
    text = await _take_back(work, encounter, conclusion)
    encounters.reopen(encounter)
    version = encounters.changed(encounter)
    await work.session.flush()  # the database takes no draft of an encounter that has ended
    _put_draft_back(work, conclusion, text)
    await work.record(EncounterReopened(encounter_id=encounter.id, happened_at=work.now))
    return FinishTakenBack(id=encounter.id, version=version, status=encounter.status)


async def _changed_since(work: Work, encounter: Encounter) -> bool:
    found = await work.session.execute(
        select(
            or_(
                exists().where(Correction.encounter_id == encounter.id),
                exists().where(DeletionRequest.encounter_id == encounter.id),
            )
        )
    )
    return bool(found.scalar_one())


async def _here_again(work: Work, encounter: Encounter) -> bool:
    again = select(Encounter.id).where(
        Encounter.unit_id == encounter.unit_id,
        Encounter.patient_id == encounter.patient_id,
        Encounter.status.in_(OPEN),
    )
    return (await work.session.execute(again)).first() is not None


async def _take_back(work: Work, encounter: Encounter, conclusion: Conclusion) -> NoteText:
    """Unsign what was signed then; the text of the note that the draft had become."""
    found = await work.session.execute(
        select(Note).where(Note.encounter_id == encounter.id, Note.signed_at == conclusion.signed_at)
    )
    notes = found.scalars().all()
    work.session.add(_row(work, encounter, conclusion, [note.id for note in notes]))
    await work.session.flush()
    text = NoteText()
    for note in notes:
        if note.id == conclusion.note_id:
            text = NoteText.model_validate(note, from_attributes=True)
            await work.session.delete(note)
        else:
            note.signed_at = note.content_hash = None
    await work.session.flush()
    await work.session.delete(conclusion)
    await work.session.flush()
    return text


def _row(work: Work, encounter: Encounter, conclusion: Conclusion, notes: list[str]) -> Undoing:
    return Undoing(
        id=new_id(),
        encounter_id=encounter.id,
        version=encounter.version,
        signed_by=conclusion.signed_by,
        signed_at=conclusion.signed_at,
        undone_at=work.now,
        notes=sorted(notes),
    )


def _put_draft_back(work: Work, conclusion: Conclusion, text: NoteText) -> None:
    closing: dict[str, Any] = {name: getattr(conclusion, name) or "" for name in _CLOSING}
    none = [] if conclusion.asked_of_gp else ["asked_of_gp"]
    none += ["medication_changes"] if conclusion.medication_stated == "none" else []
    draft = Draft(encounter_id=conclusion.encounter_id, version=conclusion.draft_version or 0)
    work.session.add(draft)
    keep_version(work, draft, {**text.model_dump(), **closing, "nothing": none})
