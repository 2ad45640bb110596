"""The board in the waiting room (venteromstavla): numbers called in, and how long others wait.

Everybody can read it. So nothing of the patient is read here: no name, age, level, complaint, time or order
of arrival, and the encounter's own id does not leave. What is not in the query cannot leak from a screen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TypedDict

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.patients.encounter import OPEN
from core.patients.tables import Encounter, Unit
from core.store.event_log import position
from core.text import Answer
from triage.queries.board import open_count
from triage.queries.waiting_times import LevelWait, waiting_times
from triage.rules.calls import SHOWN, stands
from triage.tables import TriageState


class CalledRow(Answer):
    """One open encounter in public: its number, and the call that stands."""

    id: str  # one-way; never the encounter's
    number: str
    called_at: datetime | None  # a screen shows the call for `call_seconds` from then
    called_to: str | None  # room; None while called: to the desk


class AboutWaitingRoom(TypedDict):
    """What the board must know of the unit itself."""

    unit: str
    unit_name: str
    call_seconds: int


class WaitingRoom(Answer):
    """The whole board of a waiting room, with the place in the log it is true for."""

    unit: str
    unit_name: str
    call_seconds: int
    epoch: str
    seq: int
    server_time: datetime
    count: int  # open encounters; must equal len(rows)
    rows: tuple[CalledRow, ...]  # by number
    waits: tuple[LevelWait, ...]
    computed_at: datetime


async def waiting_room(session: AsyncSession, unit: str, now: datetime) -> WaitingRoom:
    """The board as it is now. Raises NotFound."""
    about = await about_waiting_room(session, unit)
    at = await position(session, unit)
    return WaitingRoom(
        **about,
        **await waiting_times(session, unit, now),
        epoch=at.epoch,
        seq=at.seq,
        server_time=now,
        count=await open_count(session, unit),
        rows=tuple(in_number_order(await called_rows(session, unit))),
    )


async def about_waiting_room(session: AsyncSession, unit: str) -> AboutWaitingRoom:
    """The unit's name, and how long a call is shown. Raises NotFound."""
    place = await session.get(Unit, unit)
    if place is None:
        raise NotFound(unit=unit)
    return AboutWaitingRoom(unit=unit, unit_name=place.name, call_seconds=int(SHOWN.total_seconds()))


def public_id(encounter_id: str) -> str:
    """The id a row carries in public; nobody gets from it to the encounter."""
    return hashlib.sha256(f"waiting-room:{encounter_id}".encode()).hexdigest()[:16]


async def called_rows(
    session: AsyncSession, unit: str, only: Collection[str] | None = None
) -> list[CalledRow]:
    """One row per open encounter, of all or of `only` some. Nothing in a row changes by the clock alone."""
    statement = (
        # The outer join: a row that lacks something is shown without it, never left out.
        select(
            Encounter.id,
            Encounter.number,
            TriageState.called_at,
            TriageState.called_to,
            Encounter.taken_at,
            TriageState.last_seen_at,
        )
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .where(Encounter.unit_id == unit, Encounter.status.in_(OPEN))
    )
    if only is not None:
        statement = statement.where(Encounter.id.in_(only))
    return [_row(*found) for found in await session.execute(statement)]


def _row(
    id: str, number: str, called_at: datetime | None, called_to: str | None, *met_at: datetime | None
) -> CalledRow:
    called = stands(called_at, *met_at)
    return CalledRow(
        id=public_id(id),
        number=number,
        called_at=called_at if called else None,
        called_to=called_to if called else None,
    )


def in_number_order(rows: Iterable[CalledRow]) -> list[CalledRow]:
    """By number: an order that says nothing about who came first."""
    return sorted(rows, key=lambda row: (row.number, row.id))
