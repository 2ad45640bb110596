"""The ordinary way to a screen, through ASGI: for servers that do not offer the direct one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from realtime.protocol import Frame


class PlainPipe:
    """A queue and a sender of its own; `backlog` counts what the sender has not got rid of."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._waiting = 0
        self._sender = asyncio.create_task(self._send_all())

    def write(self, frame: Frame) -> None:
        """Queue a frame; what bounds the queue is the connection's own limit on the backlog."""
        self._waiting += len(frame.text)
        self._frames.put_nowait(frame)

    def backlog(self) -> int:
        """Bytes not yet handed to the server."""
        return self._waiting

    def end(self) -> None:
        """Send nothing more."""
        self._sender.cancel()

    def cut(self) -> None:
        """The same: the connection itself is the server's."""
        self.end()

    async def _send_all(self) -> None:
        while True:
            frame = await self._frames.get()
            await self._send(frame.text.decode())
            self._waiting -= len(frame.text)
