"""One screen's connection: its own bounded queue, its own sender, and a deadline for each sending.

A frozen screen must delay nobody: when its queue is full or a sending takes too long it is cut, and resumes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from realtime.protocol import Close, Frame

QUEUE = 200
SEND_SECONDS = 3.0

Send = Callable[[str], Awaitable[None]]


class Connection:
    """What the hub knows of a screen: where it is in the log, and a queue it can put frames in."""

    def __init__(self, send: Send) -> None:
        self.seq = 0
        self.closed: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._send = send
        self._queue: asyncio.Queue[Frame] = asyncio.Queue(QUEUE)

    def offer(self, frame: Frame) -> None:
        """Queue a frame; never waits. Steps the screen has already are left out."""
        if self.closed.done() or 0 < frame.seq <= self.seq:
            return
        try:
            self._queue.put_nowait(frame)
        except asyncio.QueueFull:
            self.close(Close.TOO_SLOW)
            return
        self.seq = frame.seq or self.seq

    def close(self, why: Close) -> None:
        """Ask for the end of this connection."""
        if not self.closed.done():
            self.closed.set_result(why)

    async def send_all(self) -> None:
        """The sender: one frame after another until cut."""
        while True:
            frame = await self._queue.get()
            try:
                await asyncio.wait_for(self._send(frame.text), SEND_SECONDS)
            except TimeoutError:
                self.close(Close.TOO_SLOW)
                return
