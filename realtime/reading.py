"""Reading for the hub (lesing): where the log stands, what came since, and what topics make of it.

Everything of one reading comes from one transaction, so the number and the rows are of the same moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.encounter import OPEN
from core.patients.tables import Encounter
from core.store.event_log import Position, after, position
from realtime.protocol import Topic

MOST = 500
"""More missed events than this and a fresh picture is cheaper than a replay."""

Events = Sequence[tuple[int, str | None]]
"""Number and encounter of each event, oldest first."""


@dataclass(frozen=True, slots=True)
class News:
    """What came after a place in the log, for all topics of a unit; not `complete` when that was too much."""

    at: Position
    events: Events
    rows: Mapping[str, Mapping[str, Any]]  # by topic, then by the row's id: touched and still open
    about: Mapping[str, Mapping[str, Any]]  # by topic, when the unit itself changed
    complete: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a topic shows, at one place in the log."""

    at: Position
    rows: Mapping[str, Any]
    about: Mapping[str, Any]
    with_beat: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pulse:
    """What beats say: who is open, counted from the encounters alone, and each topic's own figures."""

    open: frozenset[str]
    with_beat: Mapping[str, Mapping[str, Any]]


async def read_news(
    session: AsyncSession, unit: str, known: Position, topics: Mapping[str, Topic], *, now: datetime
) -> News:
    """What came after `known`; one reading of the log serves every topic."""
    at = await position(session, unit)
    if at == known:
        return News(at, (), {}, {}, complete=True)
    events = await after(session, unit, known.seq, limit=MOST) if at.epoch == known.epoch else ()
    complete = at.epoch == known.epoch and at.seq - known.seq == len(events)
    touched = {encounter for _, encounter in events if encounter}
    rows, about = {}, {}
    for name, topic in topics.items() if complete else ():
        rows[name] = await topic.rows(session, unit, now, only=touched) if touched else {}
        if any(encounter is None for _, encounter in events):
            about[name] = await topic.about(session, unit)
    return News(at, events, rows, about, complete=complete)


async def read_picture(session: AsyncSession, unit: str, topic: Topic, now: datetime) -> Picture:
    """A topic's whole picture."""
    return Picture(
        await position(session, unit),
        await topic.rows(session, unit, now),
        await topic.about(session, unit),
        await topic.with_beat(session, unit, now),
    )


async def read_events(session: AsyncSession, unit: str, since: int, until: int) -> Events | None:
    """The events after `since` up to `until`; None when they are too many to replay, or not all there."""
    events = await after(session, unit, since, limit=min(MOST, until - since))
    return events if len(events) == until - since else None


async def read_pulse(
    session: AsyncSession, unit: str, known: Position, topics: Mapping[str, Topic], *, now: datetime
) -> tuple[News, Pulse]:
    """What came after `known`, and what beats say at that same moment."""
    news = await read_news(session, unit, known, topics, now=now)
    with_beat = {name: await topic.with_beat(session, unit, now) for name, topic in topics.items()}
    return news, Pulse(await _open(session, unit), with_beat)


async def _open(session: AsyncSession, unit: str) -> frozenset[str]:
    # From the table of encounters and nothing else: a fault in what draws the board cannot hide here too.
    statement = select(Encounter.id).where(Encounter.unit_id == unit, Encounter.status.in_(OPEN))
    return frozenset((await session.execute(statement)).scalars())


def last_touch(events: Events) -> Mapping[str, int]:
    """The last event of each encounter; only there is its row sent: earlier it would show what is no more."""
    return {encounter: seq for seq, encounter in events if encounter}
