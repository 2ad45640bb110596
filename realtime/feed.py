"""The feed: wakes the hub on a commit here, on the database's bell from other processes, and regardless.

The bell (NOTIFY) carries nothing and may be lost; the log is always read by number, and a poll every few
seconds finds what no bell told.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from zlib import crc32

import asyncpg
from sqlalchemy.engine import URL

from core.store.work import BELL
from realtime.hub import Hub

logger = logging.getLogger(__name__)

_SWEEP_SECONDS = 2.0
"""A signed-out screen shows nothing more after this long."""

_DEAF_SECONDS = 5.0
"""A listener without a sign of life for this long hears nothing; another one is made."""

_LONGEST_REST = 0.05
_COMPARE_SECONDS = 60.0
_SLICES = 10
"""Units beat in turns, so that a country of them does not beat in the same millisecond."""


class Feed:
    """Runs the hub: pushes when rung, polls, beats, compares."""

    def __init__(self, hub: Hub, *, poll_seconds: float, beat_seconds: float) -> None:
        self.has_bell = False  # a bell there is only where several processes share a database
        self.bell_heard = asyncio.Event()  # set while somebody listens for it
        self._hub = hub
        self._poll_seconds = poll_seconds
        self._beat_seconds = beat_seconds
        self._rung: set[str] = set()
        self._others: list[Callable[[str], None]] = []
        self._anything = asyncio.Event()
        self._slice = 0
        self._tasks: list[asyncio.Task[None]] = []

    def ring(self, unit: str) -> None:
        """Something was committed in this unit."""
        self._rung.add(unit)
        self._anything.set()
        for other in self._others:
            other(unit)

    def also(self, ring: Callable[[str], None]) -> None:
        """Ring somebody else too, whichever process it was committed in."""
        self._others.append(ring)

    def start(self, bell: URL | None = None) -> None:
        """Begin; `bell` is the PostgreSQL database whose bell other processes ring."""
        for loop in (self._push, self._poll, self._beat, self._sweep, self._compare):
            self._run(loop)
        if bell is not None:
            self.has_bell = True
            self._run(lambda: self._listen(bell))

    async def stop(self) -> None:
        """End all loops."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def _run(self, loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._tasks.append(asyncio.create_task(_for_ever(loop)))

    async def _push(self) -> None:
        await self._anything.wait()
        self._anything.clear()
        rung, self._rung = self._rung, set()
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._hub.push(rung)
        # As long again belongs to those who save. With thousands of screens several changes then go out as
        # one; with a ward's few it is a moment nobody notices.
        await asyncio.sleep(min(loop.time() - began, _LONGEST_REST))

    async def _poll(self) -> None:
        await asyncio.sleep(self._poll_seconds)
        await self._hub.push()

    async def _beat(self) -> None:
        await asyncio.sleep(self._beat_seconds / _SLICES)
        self._slice = (self._slice + 1) % _SLICES
        await self._hub.beat(self._is_due)

    def _is_due(self, unit: str) -> bool:
        return crc32(unit.encode()) % _SLICES == self._slice

    async def _sweep(self) -> None:
        await asyncio.sleep(_SWEEP_SECONDS)
        self._hub.cut_the_slow()
        await self._hub.close_those_not_allowed()

    async def _compare(self) -> None:
        await asyncio.sleep(_COMPARE_SECONDS)
        await self._hub.compare()

    async def _listen(self, bell: URL) -> None:
        # A connection of its own, never from the pool, and asked for a sign of life: a listener that died
        # unnoticed is the classic way to show an old picture.
        plain = bell.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain, timeout=_DEAF_SECONDS, command_timeout=_DEAF_SECONDS)
        try:
            await connection.add_listener(
                BELL, lambda _connection, _pid, _channel, unit: self.ring(str(unit))
            )
            self.bell_heard.set()
            await self._hub.push()  # what was rung while nobody listened
            while True:
                await asyncio.sleep(self._poll_seconds)
                await connection.execute("SELECT 1")
        finally:
            self.bell_heard.clear()
            connection.terminate()


async def _for_ever(loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await loop()
        except Exception:
            # The database may be away for a while. Screens notice by the missing beat; we go on trying.
            logger.exception("the feed stumbled and goes on")
            await asyncio.sleep(1)
