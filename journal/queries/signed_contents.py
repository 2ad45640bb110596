"""What was signed (signert innhold): named with the hash it had then, and tried against what stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.control.verify import ERASED, UNDONE
from journal.clinical_tables import CriticalInformation, MedicationStatement
from journal.hand_over_tables import FinishUndone, HandOver
from journal.order_tables import Result
from journal.queries.compositions.signed import compositions_now, compositions_signed
from journal.queries.medication.signed import administrations_now, administrations_signed
from journal.rules.clinical.sealed import CONCLUSION, CRITICAL, MEDICINE, line_hash
from journal.rules.corrections import SIGNED, correction_hash
from journal.rules.isbar import SEALED as HAND_OVER
from journal.rules.isbar import words_hash
from journal.rules.note import NoteText, content_hash
from journal.rules.orders.signed_result import SEALED, result_hash
from journal.tables import Conclusion, Correction, Erased, Note


async def signed_contents(session: AsyncSession, encounter_id: str) -> tuple[str, ...]:
    """What is signed in an encounter, each as `note:<id>:<hash>`.

    Of what was deleted `note:<id>:erased`; of a signature taken back `note:<id>:undone`, until signed anew.
    """
    notes = await session.execute(
        select(Note.id, Note.content_hash)
        .where(Note.encounter_id == encounter_id, Note.content_hash.is_not(None))
        .order_by(Note.id)
    )
    corrections = await session.execute(
        select(Correction.id, Correction.content_hash)
        .where(Correction.encounter_id == encounter_id)
        .order_by(Correction.number)
    )
    results = await session.execute(
        select(Result.id, Result.content_hash)
        .where(Result.encounter_id == encounter_id)
        .order_by(Result.reported_at, Result.id)
    )
    proposals = await session.execute(select(HandOver).where(HandOver.encounter_id == encounter_id))
    undone = await _undone(session, encounter_id)
    erased = await session.execute(
        select(Erased.what, Erased.object_id)
        .where(Erased.encounter_id == encounter_id)
        .order_by(Erased.what, Erased.object_id)
    )
    return (
        *(f"note:{id}:{UNDONE}" for id in undone),
        *(f"note:{id}:{hash}" for id, hash in notes),
        *[line async for line in _conclusion(session, encounter_id)],
        *(f"correction:{id}:{hash}" for id, hash in corrections),
        *(f"result:{id}:{hash}" for id, hash in results),
        *[line async for line in _clinical(session, encounter_id)],
        *await compositions_signed(session, encounter_id),
        *await administrations_signed(session, encounter_id),
        *(_hand_over(each) for each in proposals.scalars()),
        *(f"{what}:{id}:{ERASED}" for what, id in erased),
    )


async def _conclusion(session: AsyncSession, encounter_id: str) -> AsyncIterator[str]:
    """The closing; taken back, it stands as undone until it is signed anew."""
    undone = await session.execute(
        select(FinishUndone.id).where(FinishUndone.encounter_id == encounter_id).limit(1)
    )
    if undone.first():
        yield f"conclusion:{encounter_id}:{UNDONE}"
    row = await session.get(Conclusion, encounter_id)
    if row is not None and row.content_hash is not None:
        yield f"conclusion:{row.sealed_as}:{row.content_hash}"


def _hand_over(row: HandOver) -> str:
    content = {name: getattr(row, name) for name in HAND_OVER}
    return f"hand-over:{row.id}:{words_hash(content, row.proposed_at)}"


async def _undone(session: AsyncSession, encounter_id: str) -> list[str]:
    found = await session.execute(
        select(FinishUndone.notes)
        .where(FinishUndone.encounter_id == encounter_id)
        .order_by(FinishUndone.version)
    )
    return [id for notes in found.scalars() for id in notes]


async def contents_now(session: AsyncSession) -> AsyncIterator[str]:
    """Everything signed as it stands now, with the hash that its text gives now."""
    notes = await session.stream_scalars(
        select(Note).where(Note.signed_at.is_not(None)).order_by(Note.id).execution_options(yield_per=500)
    )
    async for note in notes:
        assert note.signed_at is not None
        hash = content_hash(
            NoteText.model_construct(**{name: getattr(note, name) for name in NoteText.model_fields}),
            author_id=note.author_id,
            encounter_id=note.encounter_id,
            signed_at=note.signed_at,
        )
        yield f"note:{note.id}:{hash}"
    corrections = await session.stream_scalars(
        select(Correction).order_by(Correction.id).execution_options(yield_per=500)
    )
    async for each in corrections:
        content = {name: getattr(each, name) for name in SIGNED}
        yield f"correction:{each.id}:{correction_hash(content, each.signed_at)}"
    proposals = await session.stream_scalars(select(HandOver).order_by(HandOver.id))
    async for proposal in proposals:
        if proposal.isbar:  # else its words were deleted by decision
            yield _hand_over(proposal)
    async for line in _results_now(session):
        yield line
    async for line in _conclusions_now(session):
        yield line
    async for line in _clinical_now(session):
        yield line
    async for line in compositions_now(session):
        yield line
    async for line in administrations_now(session):
        yield line


async def _conclusions_now(session: AsyncSession) -> AsyncIterator[str]:
    rows = await session.stream_scalars(
        select(Conclusion)
        .where(Conclusion.content_hash.is_not(None))
        .order_by(Conclusion.encounter_id)
        .execution_options(yield_per=500)
    )
    async for row in rows:
        content = {name: getattr(row, name) for name in CONCLUSION}
        yield f"conclusion:{row.sealed_as}:{line_hash(content, row.signed_at)}"


_Lines = type[CriticalInformation] | type[MedicationStatement]
_CLINICAL: tuple[tuple[str, _Lines, tuple[str, ...]], ...] = (
    ("critical", CriticalInformation, CRITICAL),
    ("medicine", MedicationStatement, MEDICINE),
)


async def _clinical(session: AsyncSession, encounter_id: str) -> AsyncIterator[str]:
    for name, table, _ in _CLINICAL:
        found = await session.execute(
            select(table.id, table.content_hash).where(table.encounter_id == encounter_id).order_by(table.id)
        )
        for id, hash in found:
            yield f"{name}:{id}:{hash}"


async def _clinical_now(session: AsyncSession) -> AsyncIterator[str]:
    for name, table, sealed in _CLINICAL:
        lines: Select[CriticalInformation | MedicationStatement] = select(table)
        rows = await session.stream_scalars(lines.order_by(table.id).execution_options(yield_per=500))
        async for row in rows:
            content = {field: getattr(row, field) for field in sealed}
            yield f"{name}:{row.id}:{line_hash(content, row.recorded_at)}"


async def _results_now(session: AsyncSession) -> AsyncIterator[str]:
    results = await session.stream_scalars(
        select(Result).order_by(Result.id).execution_options(yield_per=500)
    )
    async for each in results:
        content = {name: getattr(each, name) for name in SEALED}
        yield f"result:{each.id}:{result_hash(content, each.reported_at)}"
