"""A frozen screen delays nobody: it is cut, and the nurse's save is answered meanwhile."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from app.serving import screen_protocol
from core.settings import Settings
from realtime import connection
from realtime import socket as endpoint
from tests.cast import UNIT, Person, move_in
from tests.realtime.screens import SECONDS, Ward, ward

SMALL = 4096
TOO_SLOW = b"\x88\x02" + (4008).to_bytes(2, "big")
"""A websocket close frame with our code."""


@asynccontextmanager
async def frozen_screen(url: str, person: Person) -> AsyncIterator[socket.socket]:
    """A screen that shook hands and then never reads again."""
    address = urlsplit(url)
    key = base64.b64encode(os.urandom(16)).decode()
    request = (
        f"GET /ws/units/{UNIT}/board HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        f"Authorization: {person.headers['Authorization']}\r\n\r\n"
    )
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, (address.hostname, address.port))
        await loop.sock_sendall(raw, request.encode())
        yield raw


async def read_to_the_end(raw: socket.socket) -> bytes:
    """Everything that still comes; ends only when the other side has let go."""
    loop, read = asyncio.get_running_loop(), bytearray()
    async with asyncio.timeout(SECONDS):
        try:
            while part := await loop.sock_recv(raw, 65536):
                read += part
        except ConnectionResetError:
            pass
    return bytes(read)


async def followers(opened: Ward, wanted: int) -> None:
    """Until so many screens follow."""
    async with asyncio.timeout(SECONDS):
        while True:
            if opened.app.state.hub.followers == wanted:
                return
            await asyncio.sleep(0.02)


async def test_a_frozen_screen_is_cut_while_others_get_everything_and_saves_are_answered(
    database_url: str, settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "STUCK_SECONDS", 0.3)
    monkeypatch.setattr(endpoint, "_CLOSE_SECONDS", 0.3)
    monkeypatch.setattr(screen_protocol, "KERNEL_BYTES", SMALL)
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        crowd = [await opened.arrive(cast, complaint="Falt på isen " * 15) for _ in range(10)]
        async with opened.screen(cast.nora) as healthy, frozen_screen(opened.url, cast.wall) as raw:
            await healthy.next("snapshot")
            await followers(opened, 2)
            start = healthy.seq

            for _ in range(12):
                await asyncio.gather(*(opened.look_to(cast, encounter) for encounter in crowd))
            await healthy.until(start + 120)
            await followers(opened, 1)
            left = await read_to_the_end(raw)

            await opened.look_to(cast, crowd[0])
            await healthy.until(start + 121)

    numbers = [frame["seq"] for frame in healthy.frames if frame["type"] == "patch"]
    assert numbers == list(range(start + 1, start + 122))
    assert TOO_SLOW in left or b'"seq":%d,' % (start + 120) not in left
