"""How a backlog drains (kø som tømmes): what is left, how fast it goes, and when it will be empty.

Only measured: the rate is what left in the last minutes, and without one there is no estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from pydantic import model_validator
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.text import Answer
from integrations.tables import OutboxMessage

BACKLOG = 20
"""From so many waiting letters on it is told; a ward on a quiet evening has fewer."""
_MEASURED = timedelta(minutes=15)
_STEP = timedelta(minutes=1)
_CURVE = 30  # steps


class Draining(Answer):
    """A backlog that gets smaller, or does not."""

    left: int
    per_minute: float  # letters that left, over the minutes measured
    empty_at: datetime | None  # None: nothing leaves, or more comes than goes
    curve: tuple[int, ...]  # how many waited, minute by minute up to now

    @model_validator(mode="after")
    def _ends_now(self) -> Draining:
        if self.curve and self.curve[-1] != self.left:
            raise ValueError("the curve ends with what is left now")
        return self


@dataclass(frozen=True, slots=True)
class _Stay:
    came: datetime
    left: datetime | None


async def draining(session: AsyncSession, unit: str, now: datetime) -> Draining | None:
    """The backlog of a unit as it is now, or None when there is none to speak of."""
    due = or_(OutboxMessage.not_before.is_(None), OutboxMessage.not_before <= now)
    waits = and_(OutboxMessage.state == "queued", due)
    waiting = await session.execute(select(func.count()).where(OutboxMessage.unit_id == unit, waits))
    if waiting.scalar_one() < BACKLOG:
        return None
    found = await session.execute(
        select(OutboxMessage.state, OutboxMessage.created_at, OutboxMessage.left_at).where(
            OutboxMessage.unit_id == unit,
            or_(waits, OutboxMessage.left_at > now - _CURVE * _STEP),
        )
    )
    stays = [_Stay(came, None if state == "queued" else left) for state, came, left in found]
    return progress(stays, now)


def progress(stays: list[_Stay], now: datetime) -> Draining:
    """From when each letter came and left. Pure."""
    left = sum(stay.left is None for stay in stays)
    since = max(now - _MEASURED, min((stay.came for stay in stays), default=now))
    minutes = max((now - since) / _STEP, 1.0)
    gone = sum(stay.left is not None and stay.left > since for stay in stays)
    came = sum(stay.came > since for stay in stays)
    fewer = (gone - came) / minutes
    rate = gone / minutes
    # What comes meanwhile must go too: the estimate is by how much fewer they get.
    shrinking = fewer if came and fewer > 0 else rate if not came else 0.0
    empty_at = now + ceil(left / shrinking * 60) * timedelta(seconds=1) if shrinking else None
    moments = [now - step * _STEP for step in range(_CURVE, -1, -1)]
    curve = tuple(
        sum(stay.came <= at and (stay.left is None or stay.left > at) for stay in stays) for at in moments
    )
    return Draining(left=left, per_minute=round(rate, 1), empty_at=empty_at, curve=curve)
