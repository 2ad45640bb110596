"""One screen's connection: bounded, and never waited for.

A frozen screen must delay nobody. What it has not taken yet is bounded in bytes and in time; past either it
is cut with 4008, and resumes when it can. The same encoded bytes go into every screen's own buffer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from core.ids import Actor
from realtime.protocol import Burst, Close, Frame

MOST_BYTES = 512 * 1024
"""As much as a screen may be behind: several pictures of the largest ward.

Where one picture is larger (nobody closes those who never came), half as much again as the picture: else the
screen would be cut by its first frame, and again each time it comes back.
"""

STUCK_SECONDS = 3.0
"""A screen that takes nothing for this long, while something waits for it, is frozen."""


class Pipe(Protocol):
    """A way to one screen that never blocks: bytes go into its buffer, and the buffer says how full it is."""

    def write(self, burst: Burst) -> None:
        """Hand over frames that go together."""
        ...

    def backlog(self) -> int:
        """How many bytes the screen has not taken yet."""
        ...

    def end(self) -> None:
        """Nothing more will be written."""
        ...

    def cut(self) -> None:
        """Drop the connection, if it is still there, without another word."""
        ...


class PlainPipe:
    """The ordinary way, through ASGI, for servers that offer no direct one: a queue and a sender of its own.

    `backlog` counts what the sender has not got rid of.
    """

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._frames: asyncio.Queue[Frame] = asyncio.Queue()
        self._waiting = 0
        self._sender = asyncio.create_task(self._send_all())

    def write(self, burst: Burst) -> None:
        """Queue frames; what bounds the queue is the connection's own limit on the backlog."""
        for frame in burst.frames:
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


class Connection:
    """What the hub knows of a screen: who it is, where it is in the log, and how to reach it."""

    def __init__(self, pipe: Pipe, actor: Actor, credential: str) -> None:
        self.actor = actor
        self.credential = credential
        self.seq = 0
        self.closed: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._pipe = pipe
        self._behind_since: float | None = None
        self._least_behind = 0
        self._most_behind = MOST_BYTES

    def offer(self, burst: Burst) -> None:
        """Hand over frames; never waits. Steps the screen has already are left out."""
        if self.closed.done():
            return
        if 0 < burst.first <= self.seq:
            wanted = [frame for frame in burst.frames if frame.seq > self.seq]
            if not wanted:
                return
            burst = Burst(wanted)
        self._pipe.write(burst)
        self._most_behind = max(self._most_behind, len(burst.wire) * 3 // 2)
        self.seq = burst.last or self.seq
        if self._pipe.backlog():  # rarely: most have taken it all by now
            self.cut_if_slow()

    def cut_if_slow(self) -> None:
        """Cut a screen that is too far behind, or that has taken nothing for too long."""
        behind = self._pipe.backlog()
        if behind == 0:
            self._behind_since = None
            return
        now = asyncio.get_running_loop().time()
        if self._behind_since is None or behind < self._least_behind:
            self._behind_since, self._least_behind = now, behind
        elif now - self._behind_since > STUCK_SECONDS:
            self.close(Close.TOO_SLOW)
        if behind > self._most_behind:
            self.close(Close.TOO_SLOW)

    def close(self, why: Close) -> None:
        """Ask for the end of this connection."""
        if not self.closed.done():
            self.closed.set_result(why)

    def end(self) -> None:
        """Nothing more will be sent."""
        self._pipe.end()

    def cut(self) -> None:
        """Drop it at once; a frozen screen does not take a goodbye."""
        self._pipe.cut()
