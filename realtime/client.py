"""A reference client (referanseklient): follows a topic, resumes after breaks, knows when not to be believed.

For display vendors to read, and for our own load generators and tests to use. It holds the same rules as the
wall in the browser: numbers without gaps, the epoch, the count in every beat, and silence as a fault.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from realtime.protocol import Close

SILENCE_SECONDS = 12.0
"""Longer without any frame, and what is shown must be marked as old."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class NotAllowed(Exception):
    """The server does not take this token (any more); trying again with the same one is of no use."""


class OutOfStep(Exception):
    """A gap, another epoch, or a count that does not agree: what we hold is not the whole truth."""


@dataclass(slots=True)
class View:
    """What a screen holds: rows by id, true at one place in the log."""

    epoch: str | None = None
    seq: int = 0
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def take(self, frame: dict[str, Any]) -> None:
        """Apply one frame. Raises OutOfStep when something is missing."""
        match frame["type"]:
            case "snapshot":
                self.epoch, self.seq = frame["epoch"], frame["seq"]
                self.rows = {row["id"]: row for row in frame["rows"]}
            case "patch":
                self._patch(frame)
            case "beat":
                self._compare(frame)
            case _:
                return
        known = {"type", "epoch", "seq", "rows", "removed", "count", "server_time"}
        self.extra |= {name: value for name, value in frame.items() if name not in known}

    def _patch(self, frame: dict[str, Any]) -> None:
        if frame["epoch"] != self.epoch or frame["seq"] != self.seq + 1:
            raise OutOfStep(f"patch {frame['seq']} after {self.seq}")
        for row in frame["rows"]:
            self.rows[row["id"]] = row
        for gone in frame["removed"]:
            self.rows.pop(gone, None)
        self.seq = frame["seq"]

    def _compare(self, frame: dict[str, Any]) -> None:
        if frame["epoch"] != self.epoch or frame["seq"] > self.seq:
            raise OutOfStep(f"beat at {frame['seq']}, we are at {self.seq}")
        if frame["seq"] == self.seq and frame["count"] != len(self.rows):
            self.epoch = None  # same number, another picture: only a fresh one will do
            raise OutOfStep(f"{frame['count']} are open, we show {len(self.rows)}")


class Follower:
    """Follows `url` (`ws://…/ws/units/{unit}/{topic}`) with a token, for as long as it runs."""

    def __init__(self, url: str, token: str, *, random: Random | None = None) -> None:
        self.view = View()
        self.connected = False
        self.breaks = 0
        self._url = url
        self._token = token
        self._random = random or Random()  # noqa: S311 - spreads reconnecting, protects nothing

    async def frames(self) -> AsyncIterator[dict[str, Any]]:
        """Every frame after it was applied. Raises NotAllowed; every other trouble is waited out."""
        failures = 0
        while True:
            try:
                async with connect(self._address(), **self._options()) as socket:
                    async for frame in self._until_broken(socket):
                        failures = 0
                        yield frame
            except InvalidStatus as refused:
                if refused.response.status_code in (401, 403, 404):
                    raise NotAllowed(str(refused.response.status_code)) from refused
            except ConnectionClosed as closed:
                if closed.rcvd is not None and closed.rcvd.code == Close.NOT_ALLOWED:
                    raise NotAllowed("closed") from closed
            except (OutOfStep, TimeoutError, OSError, WebSocketException):
                pass
            self.connected = False
            self.breaks += 1
            failures += 1
            # Full jitter: a ward whose server restarts does not come back as one.
            await asyncio.sleep(
                self._random.uniform(0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failures, 6)))
            )

    async def _until_broken(self, socket: ClientConnection) -> AsyncIterator[dict[str, Any]]:
        while True:
            frame = json.loads(await asyncio.wait_for(socket.recv(), SILENCE_SECONDS))
            self.view.take(frame)
            self.connected = frame["type"] != "hello"
            yield frame

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
            "ping_interval": None,  # the beat is the sign of life
        }
