"""Screens as the tests hang them up: what they were told, and what they therefore show."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

from app.main import create_app
from app.serving.server import server
from core.settings import Settings
from tests.cast import UNIT, Cast, Person, arrival
from tests.conftest import client

SECONDS = 10.0
"""Longer than anything here takes; a test that waits so long has failed."""


@dataclass(slots=True)
class Screen:
    """One connection, and the rows a screen shows after what it was sent."""

    socket: websockets.ClientConnection
    frames: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, Any] = field(default_factory=dict)
    epoch: str = ""
    seq: int = 0

    async def next(self, *kinds: str) -> dict[str, Any]:
        """The next frame of these kinds, of any kind when none is named; others are taken in on the way."""
        async with asyncio.timeout(SECONDS):
            while True:
                frame: dict[str, Any] = json.loads(await self.socket.recv())
                self._take_in(frame)
                if not kinds or frame["type"] in kinds:
                    return frame

    async def until(self, seq: int) -> None:
        """Take in frames until the log's place `seq` is shown."""
        while self.seq < seq:
            await self.next("patch", "snapshot")

    def _take_in(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["type"] == "snapshot":
            self.rows = {row["id"]: row for row in frame["rows"]}
            self.epoch, self.seq = frame["epoch"], frame["seq"]
        if frame["type"] == "patch":
            assert (frame["epoch"], frame["seq"]) == (self.epoch, self.seq + 1), "a gap in the numbers"
            self.rows.update({row["id"]: row for row in frame["rows"]})
            for gone in frame["removed"]:
                self.rows.pop(gone, None)
            self.seq = frame["seq"]


@dataclass(frozen=True, slots=True)
class Ward:
    """A running service with the settings of production, and a client to change things with."""

    app: Any
    url: str
    http: httpx.AsyncClient

    @asynccontextmanager
    async def screen(
        self, person: Person, topic: str = "board", *, epoch: str | None = None, after: int | None = None
    ) -> AsyncIterator[Screen]:
        """A screen that follows a topic, from a place in the log if it knows one."""
        resume = f"?epoch={epoch}&after={after}" if epoch else ""
        async with websockets.connect(
            self.topic(topic) + resume, additional_headers=person.headers, compression=None
        ) as connected:
            yield Screen(connected, epoch=epoch or "", seq=after or 0)

    @property
    def board(self) -> str:
        """Where the board is followed."""
        return self.topic("board")

    def topic(self, name: str) -> str:
        """Where a topic is followed."""
        return f"{self.url.replace('http', 'ws', 1)}/ws/units/{UNIT}/{name}"

    async def post(self, path: str, who: Person, body: Any = None, **headers: str) -> httpx.Response:
        """Change something."""
        return await self.http.post(path, json=body or {}, headers={**who.headers, **headers})

    async def arrive(self, cast: Cast, **changes: Any) -> str:
        """Somebody comes through the door; the encounter's id."""
        answer = await self.post(f"/api/units/{UNIT}/arrivals", cast.nora, arrival(**changes))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def look_to(self, cast: Cast, encounter: str, times: int = 1) -> None:
        """Nora looks to the patient: one event each time."""
        for _ in range(times):
            answer = await self.post(f"/api/encounters/{encounter}/seen", cast.nora)
            assert answer.status_code == 200, answer.text

    async def fetched(self, person: Person) -> dict[str, Any]:
        """The board as a fresh reading gives it."""
        answer = await self.http.get(f"/api/units/{UNIT}/board", headers=person.headers)
        return dict(answer.json())


@asynccontextmanager
async def ward(settings: Settings) -> AsyncIterator[Ward]:
    """The service on a real socket."""
    app = create_app(settings)
    # Named as TCP: asyncio turns Nagle's delay off only for sockets that say so.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running = server(app, host="127.0.0.1", port=0, with_signals=False)
    task = asyncio.create_task(running.serve(sockets=[listener]))
    while not running.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.01)
    try:
        async with client(url, timeout=SECONDS) as http:
            yield Ward(app, url, http)
    finally:
        running.should_exit = True
        await task
        listener.close()
