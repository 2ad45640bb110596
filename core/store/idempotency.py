"""Doing a thing once (gjentatt innsending): a key made when the form opened, kept with the answer it got.

A nurse who taps twice, or a network that hides the first answer, gets the first answer again.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import Invalid
from core.store.database import Table

KEPT = timedelta(hours=24)


class KeyReused(Invalid):
    """The same key came with another content: one of the two would be lost, so neither is guessed at."""

    code = "idempotency-key-reused"


class IdempotencyRow(Table):
    """One key of one person, with what was asked (as a hash) and what was answered."""

    __tablename__ = "idempotency"

    actor_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[str]
    stored_at: Mapped[datetime] = mapped_column(index=True)


@dataclass(frozen=True, slots=True)
class Once:
    """The key of a request and the fingerprint of its path and body."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, key: str, path: str, body: bytes) -> Once:
        """Two requests are the same when key, path and body are."""
        return cls(key, hashlib.sha256(path.encode() + b"\0" + body).hexdigest())


async def earlier_answer(session: AsyncSession, actor_id: str, once: Once) -> str | None:
    """The stored answer to this key, or None the first time. Raises KeyReused for another content."""
    row = await session.get(IdempotencyRow, (actor_id, once.key))
    if row is None:
        return None
    if row.fingerprint != once.fingerprint:
        raise KeyReused
    return row.answer


def remember(session: AsyncSession, actor_id: str, once: Once, answer: str, *, now: datetime) -> None:
    """Keep the answer in the same transaction as the change."""
    session.add(
        IdempotencyRow(
            actor_id=actor_id, key=once.key, fingerprint=once.fingerprint, answer=answer, stored_at=now
        )
    )


async def forget_answers_about(session: AsyncSession, id: str) -> None:
    """Let go every kept answer that names this: something it may tell was deleted by decision."""
    await session.execute(delete(IdempotencyRow).where(IdempotencyRow.answer.contains(id)))


async def forget_old(session: AsyncSession, now: datetime) -> int:
    """Remove keys older than a day; says how many."""
    old = (
        await session.execute(select(IdempotencyRow.key).where(IdempotencyRow.stored_at < now - KEPT))
    ).all()
    await session.execute(delete(IdempotencyRow).where(IdempotencyRow.stored_at < now - KEPT))
    return len(old)
