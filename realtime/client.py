"""A reference client (referanseklient): follows a topic, resumes after breaks, knows when not to be believed.

For display vendors to read beside `docs/display-protocol.md`, and for our own load generators and tests:

    follower = Follower("wss://legevakt.example/ws/units/nordvik/board", token)
    async for frame in follower.frames():
        draw(follower.view.rows.values())
    # and each second, whether frames come or not:
    show_as_old(follower.stale)
    alarm(follower.view.missing)
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Generic, cast
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from realtime.protocol import Close
from realtime.view import Frame, OutOfStep, R, View

SILENCE_SECONDS = 12.0
"""A picture not proven true for longer than this must be marked as old."""

HEALTHY_SECONDS = 30.0
"""A connection that lasted this long was a good one: the next break is the first again."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0
_HANDSHAKE_SECONDS = 5.0


class NotAllowed(Exception):
    """The server does not take this token (any more); trying again with the same one is of no use."""


@dataclass(slots=True)
class Counted:
    """What happened to a follower, for tests and measurements."""

    breaks: int = 0
    resumes: int = 0  # connections that went on from where we were, with steps only
    snapshots: int = 0  # whole pictures
    beats: int = 0
    out_of_step: int = 0


class Follower(Generic[R]):
    """Follows `url` (`ws://…/ws/units/{unit}/{topic}`) with a token, for as long as `frames()` is read.

    `view` holds the picture, `stale` says whether it must be marked as old. `R` is the type of its rows.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        silence_seconds: float = SILENCE_SECONDS,
        random: Random | None = None,
    ) -> None:
        self.view: View[R] = View()
        self.connected = False
        self.counted = Counted()
        self._url = url
        self._token = token
        self._silence_seconds = silence_seconds
        self._random = random or Random()  # noqa: S311 - spreads reconnecting, protects nothing
        self._began = 0.0  # on the loop's clock, which nobody sets: when this connection was asked for
        self._greeted: datetime | None = None  # the server's time in its hello
        self._is_new = True
        self._proven: float | None = None  # when, on the same clock, the picture was last known to be true
        self._failures = 0

    @property
    def age(self) -> float | None:
        """Seconds since the picture was last known to be true; None before the first one."""
        return None if self._proven is None else asyncio.get_running_loop().time() - self._proven

    @property
    def stale(self) -> bool:
        """Whether what is shown must be marked as old; a screen asks every second."""
        age = self.age
        return age is None or age > self._silence_seconds

    async def frames(self) -> AsyncIterator[Frame[R]]:
        """Every frame after it was applied. Raises NotAllowed; every other trouble is waited out."""
        loop = asyncio.get_running_loop()
        while True:
            self._began, healthy_since = loop.time(), None
            try:
                async with connect(self._address(), **self._options()) as socket:
                    async for frame in self._until_broken(socket):
                        healthy_since = healthy_since or loop.time()
                        yield frame
            except InvalidStatus as refused:
                if refused.response.status_code in (401, 403, 404):
                    raise NotAllowed(str(refused.response.status_code)) from refused
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == Close.NOT_ALLOWED:
                    raise NotAllowed("closed") from closed
            except OutOfStep:
                self.counted.out_of_step += 1
                if self._proven is None or self._proven < self._began:
                    self.view.epoch = None  # going on from here did not help: a fresh picture will
            except (TimeoutError, OSError, WebSocketException, ValueError):
                pass
            finally:
                self.connected = False
            self.counted.breaks += 1
            await asyncio.sleep(self._pause(healthy_since))

    def _pause(self, healthy_since: float | None) -> float:
        """Full jitter: a ward whose server restarts does not come back as one."""
        now = asyncio.get_running_loop().time()
        if healthy_since is not None and now - healthy_since >= HEALTHY_SECONDS:
            self._failures = 0
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._failures, 10))
        self._failures += 1
        return self._random.uniform(0, longest)

    async def _until_broken(self, socket: ClientConnection) -> AsyncIterator[Frame[R]]:
        while True:
            async with asyncio.timeout(self._silence_seconds):
                frame = cast(Frame[R], json.loads(await socket.recv()))
            proven = self.view.take(frame)
            self._count(frame)
            if frame["type"] == "hello":
                self._greeted = datetime.fromisoformat(frame["server_time"])
            if proven and self.view.true_at and self._greeted:
                self._prove((self.view.true_at - self._greeted).total_seconds())
            yield frame
            if self.connected and self.stale:
                raise TimeoutError  # frames that come, but all of them late: no better than silence

    def _prove(self, after_hello: float) -> None:
        """Move the proof to when the server said what we now show, on our own clock.

        The server wrote its hello after we began to ask: its times, counted from there, can only make the
        picture look older than it is. So frames that were held back on the way are not taken for news, and a
        clock that is wrong, here or there, changes nothing.
        """
        self.connected = True
        proven = min(self._began + after_hello, asyncio.get_running_loop().time())
        self._proven = proven if self._proven is None else max(self._proven, proven)

    def _count(self, frame: Frame[R]) -> None:
        self.counted.snapshots += frame["type"] == "snapshot"
        self.counted.beats += frame["type"] == "beat"
        self.counted.resumes += self._is_new and frame["type"] in ("patch", "beat")
        self._is_new = frame["type"] == "hello"

    def _address(self) -> str:
        if self.view.epoch is None:
            return self._url
        return f"{self._url}?{urlencode({'epoch': self.view.epoch, 'after': self.view.seq})}"

    def _options(self) -> dict[str, Any]:
        return {
            "additional_headers": {"Authorization": f"Bearer {self._token}"},
            "compression": None,
            "proxy": None,
            "max_size": 16 * 1024 * 1024,
            "open_timeout": _HANDSHAKE_SECONDS,
            "close_timeout": 1,  # a line that is dead does not take our goodbye either
            "ping_interval": None,  # the beat is the sign of life
        }
