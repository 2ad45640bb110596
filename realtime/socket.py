"""The websocket endpoint: who is at the other end, may they, and then frames until one side goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request, WebSocket
from starlette.websockets import WebSocketDisconnect

from core.access.credentials import token_hash
from core.access.log import Opening
from core.errors import NotAllowed, Refused, Unavailable
from core.http.guards import is_foreign
from core.http.problem import problem
from core.http.who import PROTOCOL, settings_of, token_of
from core.ids import Actor
from realtime.admission import Admission
from realtime.connection import Connection, Pipe, PlainPipe
from realtime.hub import Hub
from realtime.protocol import Close

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


@router.get("/asyncapi.json", include_in_schema=False)
async def describe(request: Request) -> dict[str, Any]:
    """What is sent over the websockets, for programs that want to follow."""
    return cast(dict[str, Any], request.app.state.asyncapi)


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
        opening = await _admit(socket, unit, topic)
    except Refused as refused:
        await deny(socket, refused)
        return
    connection = await welcome(socket, opening.actor)
    try:
        await hub.attach(connection, opening.topic, unit, epoch=epoch, after=after)
        await until_gone(socket)
    except Unavailable:
        connection.close(Close.RESTART)  # let in, but there is no picture to be had now: it comes again
        await until_gone(socket)
    finally:
        hub.detach(connection, opening.topic, unit)
        farewell(connection)


async def welcome(socket: WebSocket, actor: Actor) -> Connection:
    """Accept somebody who may follow."""
    offered = [each.strip() for each in socket.headers.get("sec-websocket-protocol", "").split(",")]
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    connection = Connection(_pipe(socket), actor, token_hash(token_of(socket) or ""))
    connection.closed.add_done_callback(partial(_say_goodbye, socket, connection))
    return connection


def farewell(connection: Connection) -> None:
    """The other side is gone: nothing more is sent, and nobody is left to say goodbye to."""
    connection.end()
    connection.closed.cancel()


def _pipe(socket: WebSocket) -> Pipe:
    direct = socket.scope.get("extensions", {}).get(PIPE)
    return cast(Pipe, direct["pipe"]) if direct else PlainPipe(socket.send_text)


def require_own_pages(socket: WebSocket) -> None:
    """Refuse a page that is not ours."""
    if is_foreign(socket.headers, settings_of(socket).allowed_origins):
        raise ForeignOrigin


async def _admit(socket: WebSocket, unit: str, asked: str) -> Opening:
    require_own_pages(socket)
    admission: Admission = socket.app.state.admission
    return await admission.admit(token_of(socket), unit, asked)


async def deny(socket: WebSocket, refused: Refused) -> None:
    """Say no before the connection is accepted, in words."""
    words = socket.app.state.words
    await socket.send_denial_response(problem(socket, words, refused.code, refused.status))


async def until_gone(socket: WebSocket, hear: Callable[[str], None] | None = None) -> None:
    """Read until the other side is gone. Screens have nothing to say; whoever has is handed to `hear`."""
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        if hear is not None and message.get("text"):
            hear(message["text"])


def _say_goodbye(socket: WebSocket, connection: Connection, closed: asyncio.Future[Close]) -> None:
    # A task only now: thousands that wait for years cost memory.
    if not closed.cancelled():
        goodbye = asyncio.create_task(_close(socket, connection, closed.result()))
        _goodbyes.add(goodbye)
        goodbye.add_done_callback(_goodbyes.discard)


async def _close(socket: WebSocket, connection: Connection, why: Close) -> None:
    try:
        # A frozen screen does not take the goodbye either; it must not keep us.
        await asyncio.wait_for(socket.close(int(why)), _CLOSE_SECONDS)
        await asyncio.sleep(_CLOSE_SECONDS)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        pass
    connection.cut()
