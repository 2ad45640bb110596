"""What was fixed to be sent (meldingens innhold): named with its hash, and tried against what is there."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.tables import OutboxMessage


async def message_contents(session: AsyncSession, encounter_id: str) -> tuple[str, ...]:
    """The messages of an encounter, each as `message:<id>:<hash>`."""
    found = await session.execute(
        select(OutboxMessage.id, OutboxMessage.sha256)
        .where(OutboxMessage.encounter_id == encounter_id, OutboxMessage.sha256.is_not(None))
        .order_by(OutboxMessage.id)
    )
    return tuple(f"message:{id}:{hash}" for id, hash in found)


async def contents_now(session: AsyncSession) -> AsyncIterator[str]:
    """Every message as it stands now, with the hash that its bytes give now."""
    messages = await session.stream(
        select(OutboxMessage.id, OutboxMessage.body)
        .where(OutboxMessage.body.is_not(None))
        .order_by(OutboxMessage.id)
        .execution_options(yield_per=100)
    )
    async for id, body in messages:
        yield f"message:{id}:{hashlib.sha256(body or b'').hexdigest()}"
