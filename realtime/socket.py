"""The websocket endpoint: who is at the other end, may they, and then frames until one side goes."""

from __future__ import annotations

import asyncio
from typing import Annotated, cast

from fastapi import APIRouter, Path, Query, WebSocket
from starlette.websockets import WebSocketDisconnect

from core.access.credentials import token_hash
from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.errors import NotAllowed, NotFound, Refused
from core.http.guards import is_foreign
from core.http.problem import problem
from core.http.who import PROTOCOL, settings_of, store_of, token_of, who
from core.ids import Actor
from realtime.connection import Connection, Pipe
from realtime.hub import Hub
from realtime.plain_pipe import PlainPipe

router = APIRouter()

PIPE = "legevakt.pipe"
"""In a connection's ASGI extensions: the server's direct way to the screen, where it offers one."""
_CLOSE_SECONDS = 2.0
_goodbyes: set[asyncio.Task[None]] = set()

Seq = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
Epoch = Annotated[str | None, Query(max_length=40)]


class ForeignOrigin(NotAllowed):
    """A web page of somebody else tried to use a session; CORS does not guard websockets."""

    code = "foreign-origin"


@router.websocket("/ws/units/{unit}/{topic}")
async def follow(
    socket: WebSocket,
    unit: Annotated[str, Path(max_length=40)],
    topic: Annotated[str, Path(max_length=40)],
    epoch: Epoch = None,
    after: Seq = None,
) -> None:
    """Follow a topic of a unit, from a place in the log or from the whole picture."""
    hub: Hub = socket.app.state.hub
    try:
        actor = await _admit(socket, hub, unit, topic)
    except Refused as refused:
        await _deny(socket, refused)
        return
    offered = [each.strip() for each in socket.headers.get("sec-websocket-protocol", "").split(",")]
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    connection = Connection(_pipe(socket), actor, token_hash(token_of(socket) or ""))
    goodbye = asyncio.create_task(_say_goodbye(socket, connection))
    _goodbyes.add(goodbye)
    goodbye.add_done_callback(_goodbyes.discard)
    try:
        await hub.attach(connection, topic, unit, epoch=epoch, after=after)
        await _until_gone(socket)
    finally:
        hub.detach(connection, topic, unit)
        connection.end()
        if not connection.closed.done():
            goodbye.cancel()


def _pipe(socket: WebSocket) -> Pipe:
    direct = socket.scope.get("extensions", {}).get(PIPE)
    return cast(Pipe, direct["pipe"]) if direct else PlainPipe(socket.send_text)


async def _admit(socket: WebSocket, hub: Hub, unit: str, topic: str) -> Actor:
    if is_foreign(socket.headers, settings_of(socket).allowed_origins):
        raise ForeignOrigin
    actor = await who(socket)
    require(actor, Permission.READ_BOARD)
    if not hub.has(topic) or actor.unit != unit:
        raise NotFound
    await store_of(socket).write(actor, board_opened, topic)
    return actor


async def _deny(socket: WebSocket, refused: Refused) -> None:
    words = socket.app.state.words
    await socket.send_denial_response(problem(socket, words, refused.code, refused.status))


async def _until_gone(socket: WebSocket) -> None:
    # Screens have nothing to say; reading notices that they are gone.
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _say_goodbye(socket: WebSocket, connection: Connection) -> None:
    why = await connection.closed
    try:
        # A frozen screen does not take the goodbye either; it must not keep us.
        await asyncio.wait_for(socket.close(int(why)), _CLOSE_SECONDS)
        await asyncio.sleep(_CLOSE_SECONDS)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        pass
    connection.cut()
