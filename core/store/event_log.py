"""The event log (hendelseslogg): what happened, numbered without gaps per unit.

The number comes from a counter row that the transaction locks, so numbers become visible in order and a
reader that has seen n can trust that nothing below n will appear later. The epoch changes when history is
lost (a restored backup): a screen that knows another epoch takes a fresh picture.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.store.database import Table


class EventCounter(Table):
    """Where a unit's log stands; locked for the length of every write in that unit."""

    __tablename__ = "event_counter"

    unit_id: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[str]
    seq: Mapped[int]


class EventRow(Table):
    """One event. Append-only: the database itself refuses to change or delete it."""

    __tablename__ = "event"

    unit_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    encounter_id: Mapped[str | None]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]

    __table_args__ = (Index(None, "encounter_id", "seq"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; named in the past tense. `facts` holds no clinical text."""

    kind: ClassVar[str]
    paper_only: ClassVar[bool] = False  # what became of a letter: who waits, and for whom, is as it was

    encounter_id: str | None  # None: about the unit itself, such as its rooms
    happened_at: datetime

    def facts(self) -> dict[str, Any]:
        """What the course tonight (forløp) shows besides who and when."""
        return {}


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a unit's log."""

    epoch: str
    seq: int


def new_epoch() -> str:
    """An epoch nobody has seen before."""
    return new_id()[:8]


async def position(session: AsyncSession, unit: str) -> Position:
    """Where the unit's log stands in this transaction's picture."""
    row = (
        await session.execute(select(EventCounter).where(EventCounter.unit_id == unit))
    ).scalar_one_or_none()
    return Position(row.epoch, row.seq) if row else Position("none", 0)


async def positions(session: AsyncSession, units: Collection[str]) -> dict[str, Position]:
    """Where the logs of several units stand, in one question."""
    found = await session.execute(
        select(EventCounter.unit_id, EventCounter.epoch, EventCounter.seq).where(
            EventCounter.unit_id.in_(units)
        )
    )
    return {unit: Position(epoch, seq) for unit, epoch, seq in found}


async def next_seq(session: AsyncSession, unit: str) -> int:
    """Take the next number; the row stays locked until the transaction ends."""
    statement = (
        update(EventCounter)
        .where(EventCounter.unit_id == unit)
        .values(seq=EventCounter.seq + 1)
        .returning(EventCounter.seq)
    )
    return int((await session.execute(statement)).scalar_one())


async def lock_unit(session: AsyncSession, unit: str) -> None:
    """Wait for our turn in this unit; one write at a time also on PostgreSQL, as on SQLite."""
    await session.execute(select(EventCounter.seq).where(EventCounter.unit_id == unit).with_for_update())


async def after(
    session: AsyncSession, unit: str, seq: int, *, limit: int
) -> Sequence[tuple[int, str | None]]:
    """Number and encounter of the events after `seq`, oldest first."""
    statement = (
        select(EventRow.seq, EventRow.encounter_id)
        .where(EventRow.unit_id == unit, EventRow.seq > seq)
        .order_by(EventRow.seq)
        .limit(limit)
    )
    return [(number, encounter) for number, encounter in (await session.execute(statement))]


async def of_encounter(session: AsyncSession, encounter_id: str) -> Sequence[EventRow]:
    """Everything that happened in one encounter, oldest first."""
    statement = (
        select(EventRow)
        .where(EventRow.encounter_id == encounter_id)
        .order_by(EventRow.happened_at, EventRow.seq)
    )
    return (await session.execute(statement)).scalars().all()
