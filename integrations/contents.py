"""What was fixed to be sent (meldingens innhold): named with its hash, and tried against what is there."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.tables import DialogueMessage, OutboxMessage


async def message_contents(session: AsyncSession, encounter_id: str) -> tuple[str, ...]:
    """The messages of an encounter as `message:<id>:<hash>`; what GPs wrote as `dialogue:<id>:<hash>`."""
    found = await session.execute(
        select(OutboxMessage.id, OutboxMessage.sha256)
        .where(OutboxMessage.encounter_id == encounter_id, OutboxMessage.sha256.is_not(None))
        .order_by(OutboxMessage.id)
    )
    came = await session.execute(
        select(DialogueMessage.id, DialogueMessage.sha256)
        .where(DialogueMessage.encounter_id == encounter_id, DialogueMessage.raw.is_not(None))
        .order_by(DialogueMessage.id)
    )
    return (
        *(f"message:{id}:{hash}" for id, hash in found),
        *(f"dialogue:{id}:{hash}" for id, hash in came),
    )


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
    came = await session.stream(
        select(DialogueMessage.id, DialogueMessage.raw)
        .where(DialogueMessage.raw.is_not(None), DialogueMessage.encounter_id.is_not(None))
        .order_by(DialogueMessage.id)
        .execution_options(yield_per=100)
    )
    async for id, raw in came:
        yield f"dialogue:{id}:{hashlib.sha256(raw or b'').hexdigest()}"
