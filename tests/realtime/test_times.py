"""The times that screens are told: never later than what is shown was read."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.topics import BoardTopic
from core.store.work import Store
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.protocol import Burst
from tests.cast import UNIT, move_in
from tests.conftest import SettableClock

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class SlowTopic(BoardTopic):
    """A board on a busy database: while it is read, time passes."""

    def __init__(self, clock: SettableClock) -> None:
        super().__init__()
        self._clock = clock

    async def rows(
        self, session: AsyncSession, unit: str, now: datetime, only: Collection[str] | None = None
    ) -> Mapping[str, Any]:
        found = await super().rows(session, unit, now, only)
        self._clock.advance(seconds=20)
        return found


class Line:
    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    def write(self, burst: Burst) -> None:
        self.frames += [json.loads(frame.text) for frame in burst.frames]

    def backlog(self) -> int:
        return 0

    def end(self) -> None: ...

    def cut(self) -> None: ...


async def test_neither_hello_nor_beat_makes_a_picture_look_newer_than_it_is(
    store: Store, clock: SettableClock
) -> None:
    cast = await move_in(store)
    hub, line = Hub(store, {"board": SlowTopic(clock)}), Line()
    began = clock()

    await hub.attach(Connection(line, cast.wall.actor, "hash"), "board", UNIT, epoch=None, after=None)
    asked = clock()
    await hub.beat()

    hello, _, beat = line.frames
    assert datetime.fromisoformat(hello["server_time"]) == began
    assert datetime.fromisoformat(beat["server_time"]) == asked
