"""A real browser on a real server: pages as drawn, static files, and a socket each test plays itself."""

from __future__ import annotations

import asyncio
import json
import mimetypes
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Error, Page
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.browser import chromium

STATIC = Path(__file__).parents[4] / "app" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The same as in production: a page that needs more does not work there."""


class Stage:
    """The server a test plays: what it serves, and the sockets that knock."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.knocks: asyncio.Queue[ServerConnection] = asyncio.Queue()
        self.address = ""

    async def socket(self) -> ServerConnection:
        """The next screen that connects."""
        return await asyncio.wait_for(self.knocks.get(), 15)

    async def keep(self, connection: ServerConnection) -> None:
        await self.knocks.put(connection)
        await connection.wait_closed()

    def answer(self, _connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.partition("?")[0]
        if path.startswith("/ws/"):
            return None
        if path in self.pages:
            return _response(HTTPStatus.OK, "text/html; charset=utf-8", self.pages[path].encode())
        file = STATIC / path.removeprefix("/static/v1/")
        if path.startswith("/static/v1/") and file.is_file():
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
    server: Server = await serve(
        played.keep,
        "127.0.0.1",
        0,
        process_request=played.answer,
        subprotocols=["legevakt.v1"],  # type: ignore[list-item]
    )
    played.address = f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}"
    yield played
    server.close()
    await server.wait_closed()


@pytest_asyncio.fixture(loop_scope="session")
async def screen(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    """A screen in Oslo that has never been here before; any fault or refused resource fails the test."""
    context = await browser.new_context(
        viewport={"width": 1920, "height": 1080}, reduced_motion="reduce", base_url=stage.address
    )
    page = await context.new_page()
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
    """One frame to the screen."""
    await connection.send(json.dumps(frame))
