"""What screens follow (emner), as the hub asks for it: each a thin layer over a query of the ward."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypedDict

from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission
from realtime.asyncapi import Payload, Schema, document
from triage.queries.board import about_unit, figures, in_order, rows_of
from triage.queries.board_row import AboutUnit, BoardFigures, BoardRow
from triage.queries.telephone.calls import (
    AboutCalls,
    CallFigures,
    ExpectedRow,
    about_calls,
    call_figures,
    with_pre_alerts,
)
from triage.queries.waiting_room import (
    AboutWaitingRoom,
    CalledRow,
    about_waiting_room,
    called_rows,
    in_number_order,
    public_id,
)
from triage.queries.waiting_times import Waits, waiting_times


class BoardBeat(TypedDict):
    """What the board's pictures and beats carry besides."""

    figures: BoardFigures


class CallsBeat(TypedDict):
    """What the telephone's pictures and beats carry besides."""

    answered: CallFigures


class BoardTopic:
    """The staff board (personaltavle); without `names` for walls that the public can see."""

    permission = Permission.READ_BOARD

    def __init__(self, *, names: bool = True) -> None:
        self._names = names

    def row_id(self, encounter_id: str) -> str:
        """The encounter's own id."""
        return encounter_id

    async def rows(
        self, session: AsyncSession, unit: str, now: datetime, only: Collection[str] | None = None
    ) -> Mapping[str, BoardRow]:
        """Everybody who is here, or those of `only` who still are."""
        return {row.id: row for row in await rows_of(session, unit, now, only, names=self._names)}

    def in_order(self, rows: Iterable[BoardRow], now: datetime) -> Sequence[BoardRow]:
        """In board order."""
        return in_order(rows, now)

    async def about(self, session: AsyncSession, unit: str) -> Mapping[str, Any]:
        """The unit's rooms."""
        return dict(await about_unit(session, unit))

    async def with_beat(self, session: AsyncSession, unit: str, now: datetime) -> Mapping[str, Any]:
        """The figures of the wall's footer."""
        return dict(BoardBeat(figures=await figures(session, unit, now)))


class CallsTopic(BoardTopic):
    """The telephone (telefon): calls that are not closed, beside the board that callers are sent to."""

    permission = Permission.TAKE_CALLS

    async def rows(
        self, session: AsyncSession, unit: str, now: datetime, only: Collection[str] | None = None
    ) -> Mapping[str, ExpectedRow]:
        """As on the board, with what was told of those on the way."""
        rows = await with_pre_alerts(session, await rows_of(session, unit, now, only))
        return {row.id: row for row in rows}

    async def about(self, session: AsyncSession, unit: str) -> Mapping[str, Any]:
        """The calls themselves: every event of a call is about the unit."""
        return dict(await about_calls(session, unit))

    async def with_beat(self, session: AsyncSession, unit: str, now: datetime) -> Mapping[str, Any]:
        """How soon calls are answered."""
        return dict(CallsBeat(answered=await call_figures(session, unit, now)))


class WaitingRoomTopic:
    """The board in the waiting room (venteromstavle): numbers and ranges, nothing that tells who."""

    permission = Permission.READ_WAITING_ROOM

    def row_id(self, encounter_id: str) -> str:
        """The id the encounter has in public."""
        return public_id(encounter_id)

    async def rows(
        self, session: AsyncSession, unit: str, now: datetime, only: Collection[str] | None = None
    ) -> Mapping[str, CalledRow]:
        """The numbers of everybody who is here, or of those of `only` who still are."""
        return {row.id: row for row in await called_rows(session, unit, only)}

    def in_order(self, rows: Iterable[CalledRow], now: datetime) -> Sequence[CalledRow]:
        """By number."""
        return in_number_order(rows)

    async def about(self, session: AsyncSession, unit: str) -> Mapping[str, Any]:
        """The unit's name, and how long a call is shown."""
        return dict(await about_waiting_room(session, unit))

    async def with_beat(self, session: AsyncSession, unit: str, now: datetime) -> Mapping[str, Any]:
        """The waiting times, as measured up to now."""
        return dict(await waiting_times(session, unit, now))


PAYLOADS: Mapping[str, Payload] = {
    "board": Payload(
        "The staff board. A display where the public can see it gets contact numbers for names.",
        row=BoardRow,
        about=AboutUnit,
        with_beat=BoardBeat,
    ),
    "calls": Payload(
        "Telephone contacts that are not closed, and the board with what was told of those on the way.",
        row=ExpectedRow,
        about=AboutCalls,
        with_beat=CallsBeat,
    ),
    "waiting-room": Payload(
        "The board in the waiting room: numbers that are called, and how long others wait.",
        row=CalledRow,
        about=AboutWaitingRoom,
        with_beat=Waits,
    ),
}
"""What is sent where, for `/asyncapi.json`."""


@cache
def described(version: str) -> Schema:
    """`/asyncapi.json`: the same for every application of this program, made once."""
    return document(PAYLOADS, version=version)
