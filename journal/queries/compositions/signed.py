"""Signed documents by their hash, as it was and as the text gives it now, for `legevakt verify-log`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from journal.code_tables import Composition
from journal.rules.compositions.forms import SIGNED
from journal.rules.corrections import correction_hash


async def compositions_signed(session: AsyncSession, encounter_id: str) -> list[str]:
    """Each as `composition:<id>:<hash>`."""
    found = await session.execute(
        select(Composition.id, Composition.content_hash)
        .where(Composition.encounter_id == encounter_id, Composition.content_hash.is_not(None))
        .order_by(Composition.id)
    )
    return [f"composition:{id}:{hash}" for id, hash in found]


async def compositions_now(session: AsyncSession) -> AsyncIterator[str]:
    """All that are signed, with the hash of what they say now."""
    rows = await session.stream_scalars(
        select(Composition)
        .where(Composition.signed_at.is_not(None))
        .order_by(Composition.id)
        .execution_options(yield_per=500)
    )
    async for each in rows:
        assert each.signed_at is not None
        content = {name: getattr(each, name) for name in SIGNED}
        yield f"composition:{each.id}:{correction_hash(content, each.signed_at)}"
