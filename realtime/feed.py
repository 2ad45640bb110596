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

import asyncpg
from sqlalchemy.engine import URL

from core.store.work import BELL
from realtime.hub import Hub

logger = logging.getLogger(__name__)

_SWEEP_SECONDS = 2.0
"""A signed-out screen shows nothing more after this long."""


class Feed:
    """Runs the hub: pushes when rung, polls, beats."""

    def __init__(self, hub: Hub, *, poll_seconds: float, beat_seconds: float) -> None:
        self._hub = hub
        self._poll_seconds = poll_seconds
        self._beat_seconds = beat_seconds
        self._rung = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def ring(self) -> None:
        """Something was committed."""
        self._rung.set()

    def start(self, bell: URL | None = None) -> None:
        """Begin; `bell` is the PostgreSQL database whose bell other processes ring."""
        self._run(self._push)
        self._run(self._beat)
        self._run(self._sweep)
        if bell is not None:
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
        with suppress(TimeoutError):
            await asyncio.wait_for(self._rung.wait(), self._poll_seconds)
        self._rung.clear()
        await self._hub.push()

    async def _beat(self) -> None:
        await asyncio.sleep(self._beat_seconds)
        await self._hub.beat()

    async def _sweep(self) -> None:
        await asyncio.sleep(_SWEEP_SECONDS)
        await self._hub.close_those_not_allowed()

    async def _listen(self, bell: URL) -> None:
        # A connection of its own, never from the pool, and asked for a sign of life: a listener that died
        # unnoticed is the classic way to show an old picture.
        plain = bell.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await asyncpg.connect(plain, timeout=5, command_timeout=5)
        try:
            await connection.add_listener(BELL, lambda *_: self.ring())
            self.ring()  # what was rung while nobody listened
            while True:
                await asyncio.sleep(self._poll_seconds)
                await connection.execute("SELECT 1")
        finally:
            connection.terminate()


async def _for_ever(loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await loop()
        except Exception:
            # The database may be away for a while. Screens notice by the missing beat; we go on trying.
            logger.exception("the feed stumbled and goes on")
            await asyncio.sleep(1)
