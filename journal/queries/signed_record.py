"""What was signed and what has been changed since (signert, rettet, tillegg, slettet), read together.

The one place that lays corrections over what was signed first: letters and the journal page read from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from journal.rules.clinical.medicines import MedicineChange, Stated, answered
from journal.rules.corrections import changes, counts_now
from journal.rules.summary import SummaryAddendum, SummaryChange
from journal.tables import Conclusion, Correction, DeletionRequest, Diagnosis, Note

_HEADINGS = ("subjective", "objective", "assessment", "plan")
_ERASED = "Noe i denne kontakten er slettet etter vedtak. Det som står her, gjelder."


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """The record of one finished encounter as it reads now."""

    conclusion: Conclusion
    closing: Mapping[str, Any]
    notes: tuple[Mapping[str, str], ...]
    diagnoses: tuple[Mapping[str, str], ...]
    addenda: tuple[SummaryAddendum, ...]
    change: SummaryChange | None  # the newest
    medicines_stated: Stated
    medicine_changes: tuple[MedicineChange, ...]  # as signed; a corrected closing says it in its own words


async def signed_record(session: AsyncSession, encounter_id: str) -> SignedRecord:
    """What counts now, and what the newest change changed."""
    conclusion = await session.get_one(Conclusion, encounter_id)
    corrections = await _corrections(session, encounter_id)
    notes, diagnoses = (
        await _first_notes(session, encounter_id),
        await _first_diagnoses(session, encounter_id),
    )
    staff = await _names(session, [each.author_id for each in corrections])
    closing = counts_now(corrections, "conclusion")
    set_now = counts_now(corrections, "diagnoses")
    return SignedRecord(
        conclusion=conclusion,
        closing=closing.body if closing else conclusion.closing,
        notes=tuple(_note_now(corrections, note) for note in notes),
        diagnoses=tuple(set_now.body["diagnoses"] if set_now else diagnoses),
        addenda=tuple(
            SummaryAddendum(number=c.number, at=c.signed_at, by=staff[c.author_id], text=c.body["text"])
            for c in corrections
            if c.kind == "addendum"
        ),
        change=await _change(session, conclusion, corrections, notes, diagnoses, staff),
        medicines_stated=answered(closing.body if closing else conclusion.closing),
        medicine_changes=() if closing else conclusion.medicine_changes,
    )


async def would_read(session: AsyncSession, conclusion: Conclusion, note: Note | None) -> SignedRecord:
    """The record as signing would leave it; `conclusion` and `note` are not in the database yet."""
    found = await session.execute(
        select(Note).where(
            Note.encounter_id == conclusion.encounter_id,
            or_(Note.signed_at.is_not(None), Note.author_id == conclusion.signed_by),
        )
    )
    notes = [*found.scalars(), *([note] if note else [])]
    closing = conclusion.closing
    return SignedRecord(
        conclusion=conclusion,
        closing=closing,
        notes=tuple(
            _note_now((), each) for each in sorted(notes, key=lambda each: (each.written_at, each.id))
        ),
        diagnoses=tuple(await _first_diagnoses(session, conclusion.encounter_id)),
        addenda=(),
        change=None,
        medicines_stated=answered(closing),
        medicine_changes=conclusion.medicine_changes,
    )


async def _names(session: AsyncSession, people: Sequence[str]) -> Mapping[str, str]:
    found = await session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people)))
    return {row.id: row.name for row in found}


async def _corrections(session: AsyncSession, encounter_id: str) -> Sequence[Correction]:
    found = await session.execute(
        select(Correction).where(Correction.encounter_id == encounter_id).order_by(Correction.number)
    )
    return found.scalars().all()


async def _first_notes(session: AsyncSession, encounter_id: str) -> Sequence[Note]:
    found = await session.execute(
        select(Note)
        .where(Note.encounter_id == encounter_id, Note.signed_at.is_not(None))
        .order_by(Note.written_at, Note.id)
    )
    return found.scalars().all()


async def _first_diagnoses(session: AsyncSession, encounter_id: str) -> list[Mapping[str, str]]:
    found = await session.execute(
        select(Diagnosis).where(Diagnosis.encounter_id == encounter_id).order_by(Diagnosis.position)
    )
    return [{"system": row.system, "code": row.code, "display": row.display} for row in found.scalars()]


def _note_now(corrections: Sequence[Correction], note: Note) -> Mapping[str, str]:
    corrected = counts_now(corrections, "note", note.id)
    return corrected.body if corrected else {name: getattr(note, name) for name in _HEADINGS}


async def _change(
    session: AsyncSession,
    conclusion: Conclusion,
    corrections: Sequence[Correction],
    notes: Sequence[Note],
    diagnoses: list[Mapping[str, str]],
    staff: Mapping[str, str],
) -> SummaryChange | None:
    newest = corrections[-1] if corrections else None
    erased = await _last_erasure(session, conclusion.encounter_id)
    if erased is not None and (newest is None or (erased.edition or 0) >= newest.number):
        assert erased.decided_at is not None
        by = (await _names(session, [erased.decided_by or ""]))[erased.decided_by or ""]
        told = (_ERASED,)
        return SummaryChange(
            kind="correction", number=erased.edition or 0, at=erased.decided_at, by=by, reason=None, told=told
        )
    if newest is None:
        return None
    return SummaryChange(
        kind="addendum" if newest.kind == "addendum" else "correction",
        number=newest.number,
        at=newest.signed_at,
        by=staff[newest.author_id],
        reason=newest.reason,
        told=_told(newest, corrections, conclusion, notes, diagnoses),
    )


def _told(
    newest: Correction,
    corrections: Sequence[Correction],
    conclusion: Conclusion,
    notes: Sequence[Note],
    diagnoses: list[Mapping[str, str]],
) -> tuple[str, ...]:
    if newest.kind == "addendum":
        return (newest.body["text"],)
    earlier = [each for each in corrections if each is not newest]
    if newest.target == "note":
        before: Mapping[str, Any] = next(
            _note_now(earlier, note) for note in notes if note.id == newest.note_id
        )
    else:
        last = counts_now(earlier, newest.target)
        first = {"diagnoses": diagnoses} if newest.target == "diagnoses" else conclusion.closing
        before = last.body if last else first
    return tuple(each.words for each in changes(before, newest.body))


async def _last_erasure(session: AsyncSession, encounter_id: str) -> DeletionRequest | None:
    found = await session.execute(
        select(DeletionRequest)
        .where(
            DeletionRequest.encounter_id == encounter_id,
            DeletionRequest.state == "granted",
            DeletionRequest.edition.is_not(None),  # else it was of nothing that letters tell
        )
        .order_by(DeletionRequest.edition.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()
