"""What was signed (signert innhold): named with the hash it had then, and tried against what stands there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from journal.order_tables import Result
from journal.rules.corrections import SIGNED, correction_hash
from journal.rules.note import NoteText, content_hash
from journal.rules.orders.signed_result import SEALED, result_hash
from journal.tables import Correction, Erased, Note

ERASED = "erased"
"""Stands for the hash of what was deleted by decision: sealed too, so that nothing else may be gone."""


async def signed_contents(session: AsyncSession, encounter_id: str) -> tuple[str, ...]:
    """What is signed in an encounter, each as `note:<id>:<hash>`; of what was deleted `note:<id>:erased`."""
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
    erased = await session.execute(
        select(Erased.what, Erased.object_id)
        .where(Erased.encounter_id == encounter_id)
        .order_by(Erased.what, Erased.object_id)
    )
    return (
        *(f"note:{id}:{hash}" for id, hash in notes),
        *(f"correction:{id}:{hash}" for id, hash in corrections),
        *(f"result:{id}:{hash}" for id, hash in results),
        *(f"{what}:{id}:{ERASED}" for what, id in erased),
    )


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
    async for line in _results_now(session):
        yield line


async def _results_now(session: AsyncSession) -> AsyncIterator[str]:
    results = await session.stream_scalars(
        select(Result).order_by(Result.id).execution_options(yield_per=500)
    )
    async for each in results:
        content = {name: getattr(each, name) for name in SEALED}
        yield f"result:{each.id}:{result_hash(content, each.reported_at)}"
