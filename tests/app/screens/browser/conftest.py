"""A real browser on a real server: pages as drawn, static files, and a socket each test plays itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
import mimetypes
from collections import Counter
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Error, Page, WebSocket
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.protocol import State

from tests.browser import chromium

STATIC = Path(__file__).parents[4] / "app" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The same as in production: a page that needs more does not work there."""


_STAGE: WeakKeyDictionary[ServerConnection, Stage] = WeakKeyDictionary()


class Stage:
    """The server a test plays: what it serves, and the sockets that knock."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.knocks: asyncio.Queue[ServerConnection] = asyncio.Queue()
        self.address = ""
        self.heard: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.news = asyncio.Event()
        self.lines: Counter[str] = Counter()  # opened and known as closed by the page, taken by the test
        self._server: Server | None = None

    async def open(self) -> None:
        """Begin to serve; after `close` again under the same address."""
        port = int(self.address.rpartition(":")[2] or 0)
        self._server = await serve(
            self.keep,
            "127.0.0.1",
            port,
            process_request=self.answer,
            subprotocols=["legevakt.v1"],  # type: ignore[list-item]
        )
        self.address = f"http://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    async def close(self) -> None:
        """As if the server were taken out of the wall."""
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def socket(self) -> ServerConnection:
        """The next screen that connects."""
        taken = await asyncio.wait_for(self.knocks.get(), 15)
        self.lines["taken"] += 1
        return taken

    async def keep(self, connection: ServerConnection) -> None:
        _STAGE[connection] = self
        await self.knocks.put(connection)
        await connection.wait_closed()

    def listen(self, page: Page) -> None:
        """Know what this page has heard, so that nobody has to guess how long it takes."""

        def heard(frame: str | bytes) -> None:
            self.heard[str(frame)] += 1
            self.news.set()

        def line(what: str) -> None:
            self.lines[what] += 1
            self.news.set()

        def opened(socket: WebSocket) -> None:
            line("opened")
            socket.on("framereceived", heard)
            socket.on("close", lambda _: line("closed"))

        page.on("websocket", opened)

    async def taken_in(self, frame: str, connection: ServerConnection) -> None:
        """The page has this frame; or its line is gone, and it never will."""

        def done() -> bool:
            return self.heard[frame] >= self.sent[frame] or connection.state is not State.OPEN

        async with asyncio.timeout(10):
            while not done():
                self.news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.news.wait(), 0.5)  # a line that closes tells nobody

    async def hang_up(self, connection: ServerConnection, code: int) -> None:
        """Close this line as a server does; when this is done, the page knows that it is closed."""
        closed = self.lines["closed"]
        await connection.close(code)
        async with asyncio.timeout(10):
            while self.lines["closed"] == closed:
                self.news.clear()
                await self.news.wait()

    def answer(self, _connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path.startswith("/ws/"):
            return None
        if path in self.pages:
            return _response(HTTPStatus.OK, "text/html; charset=utf-8", self.pages[path].encode())
        file = STATIC / (
            "screen_worker.js" if path == "/screen-worker.js" else path.removeprefix("/static/v1/")
        )
        if path.startswith(("/static/v1/", "/screen-worker.js")) and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return _response(HTTPStatus.OK, kind, file.read_bytes())
        return _response(HTTPStatus.NOT_FOUND, "text/plain", b"")


def _response(status: HTTPStatus, kind: str, body: bytes) -> Response:
    headers = Headers(
        {"Content-Type": kind, "Content-Length": str(len(body)), "Content-Security-Policy": POLICY}
    )
    return Response(status.value, status.phrase, headers, body)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    played = Stage()
    await played.open()
    yield played
    await played.close()


@pytest_asyncio.fixture(loop_scope="session")
async def screen(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """A screen in Oslo that has never been here before; any fault or refused resource fails the test."""
    context = await browser.new_context(
        viewport={"width": 1920, "height": 1080}, reduced_motion="reduce", base_url=stage.address
    )
    page = await context.new_page()
    stage.listen(page)
    faults: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(("WebSocket", "Failed to load resource")):
            faults.append(message.text)

    def fault(error: Error) -> None:
        faults.append(str(error))

    page.on("console", heard)
    page.on("pageerror", fault)
    yield page
    await context.close()
    assert faults == []


async def say(connection: ServerConnection, **frame: Any) -> None:
    """One frame to the screen; when this is done, the screen has heard it."""
    text, stage = json.dumps(frame), _STAGE[connection]
    stage.sent[text] += 1
    await connection.send(text)
    await stage.taken_in(text, connection)
