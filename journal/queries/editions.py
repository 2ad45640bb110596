"""Notes, diagnoses and closing as they read now, with every version there has been (historikk)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.legal.bases import known
from journal.queries.page import (
    PageConclusion,
    PageDeletion,
    PageDiagnosis,
    PageEdition,
    PageNote,
    PagePerson,
)
from journal.rules.clinical.medicines import answered
from journal.rules.corrections import counts_now
from journal.tables import Conclusion, Correction, DeletionRequest, Diagnosis, Note, last_edition

_HEADINGS = ("subjective", "objective", "assessment", "plan")
_CLOSING = ("outcome", "asked_of_gp", "told_to_patient", "medication_changes")
Staff = Mapping[str, PagePerson]


@dataclass(frozen=True, slots=True)
class Editions:
    """The signed part of the page."""

    number: int  # of the newest edition; 0: as first signed
    notes: tuple[PageNote, ...]
    diagnoses: tuple[PageDiagnosis, ...]
    conclusion: PageConclusion | None
    deletions: tuple[PageDeletion, ...]


async def editions_of(session: AsyncSession, encounter_id: str, staff: Staff) -> Editions:
    """Everything written in the encounter, corrected where it was corrected."""
    found = await session.execute(
        select(Correction).where(Correction.encounter_id == encounter_id).order_by(Correction.number)
    )
    corrections = found.scalars().all()
    notes = await session.execute(
        select(Note).where(Note.encounter_id == encounter_id).order_by(Note.written_at)
    )
    diagnoses = await session.execute(
        select(Diagnosis).where(Diagnosis.encounter_id == encounter_id).order_by(Diagnosis.position)
    )
    first = tuple(PageDiagnosis.model_validate(row, from_attributes=True) for row in diagnoses.scalars())
    conclusion = await session.get(Conclusion, encounter_id)
    return Editions(
        number=(await session.execute(last_edition(encounter_id))).scalar_one(),
        notes=tuple(_note(note, corrections, staff) for note in notes.scalars()),
        diagnoses=_diagnoses(first, corrections),
        conclusion=_conclusion(conclusion, first, corrections, staff) if conclusion else None,
        deletions=await deletions_of(session, encounter_id, staff),
    )


async def deletions_of(session: AsyncSession, encounter_id: str, staff: Staff) -> tuple[PageDeletion, ...]:
    """What was asked to be deleted and what was decided, oldest first. Never what it said."""
    found = await session.execute(
        select(DeletionRequest)
        .where(DeletionRequest.encounter_id == encounter_id)
        .order_by(DeletionRequest.asked_at, DeletionRequest.id)
    )
    return tuple(_deletion(row, staff) for row in found.scalars())


def _deletion(row: DeletionRequest, staff: Staff) -> PageDeletion:
    named = known(row.basis) if row.basis else None
    return PageDeletion.model_validate(
        {
            "id": row.id,
            "what": row.what,
            "state": row.state,
            "basis": named.reference if named else row.basis,
            "reason": row.reason,
            "at": row.decided_at or row.asked_at,
            "by": staff[row.decided_by or row.registered_by],
            "object_id": row.object_id if row.state != "granted" else None,
            "wish": row.wish or None,
        }
    )


def _note(note: Note, corrections: Sequence[Correction], staff: Staff) -> PageNote:
    own = [each for each in corrections if each.note_id == note.id]
    corrected = counts_now(own, "note", note.id)
    first = {name: getattr(note, name) for name in _HEADINGS}
    return PageNote(
        id=note.id,
        author=staff[note.author_id],
        written_at=note.written_at,
        signed_at=note.signed_at,
        written_with=tuple(staff[each].name for each in note.written_with or ()),
        corrected=_edition(corrected, staff) if corrected else None,
        editions=_history(note.id, "note", first, note.author_id, note.signed_at, own, staff),
        **(corrected.body if corrected else first),
    )


def _diagnoses(
    first: tuple[PageDiagnosis, ...], corrections: Sequence[Correction]
) -> tuple[PageDiagnosis, ...]:
    now = counts_now(corrections, "diagnoses")
    if now is None:
        return first
    same = {(each.system, each.code): each.id for each in first}
    return tuple(
        PageDiagnosis(id=same.get((each["system"], each["code"]), now.id), **each)
        for each in now.body["diagnoses"]
    )


def _conclusion(
    row: Conclusion, diagnoses: tuple[PageDiagnosis, ...], corrections: Sequence[Correction], staff: Staff
) -> PageConclusion:
    now = counts_now(corrections, "conclusion")
    first = row.closing
    codes = {"diagnoses": [each.model_dump(exclude={"id"}) for each in diagnoses]}
    told = {"conclusion": first, "diagnoses": codes}
    histories = [
        _history(
            row.encounter_id,
            target,
            body,
            row.signed_by,
            row.signed_at,
            [each for each in corrections if each.target == target],
            staff,
        )
        for target, body in told.items()
    ]
    return PageConclusion(
        **{name: (now.body if now else first)[name] for name in _CLOSING},
        medicines_stated=answered(now.body if now else first),
        signed_at=row.signed_at,
        signed_by=staff[row.signed_by],
        undo_until=row.undo_until,
        editions=tuple(each for history in histories for each in history),
    )


def _history(
    id: str,
    target: str,
    first: dict[str, Any],
    author: str,
    signed_at: Any,
    corrections: Sequence[Correction],
    staff: Staff,
) -> tuple[PageEdition, ...]:
    """Nothing when nothing was changed; else the first version and all since."""
    if not corrections:
        return ()
    beginning = PageEdition.model_validate(
        {
            "id": id,
            "number": 0,
            "kind": "signed",
            "target": target,
            "reason": None,
            "by": staff[author],
            "at": signed_at,
            "body": first,
        }
    )
    return (beginning, *(_edition(each, staff) for each in corrections))


def _edition(row: Correction, staff: Staff) -> PageEdition:
    return PageEdition.model_validate(
        {
            "id": row.id,
            "number": row.number,
            "kind": row.kind,
            "target": row.target,
            "reason": row.reason,
            "by": staff[row.author_id],
            "at": row.signed_at,
            "body": row.body,
        }
    )
