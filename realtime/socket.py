"""The websocket endpoint: who is at the other end, may they, and then frames until one side goes."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, WebSocket
from starlette.responses import JSONResponse
from starlette.websockets import WebSocketDisconnect, WebSocketState

from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.errors import NotFound, NotSignedIn, Refused
from core.http.guards import is_foreign
from core.http.who import PROTOCOL, settings_of, store_of, who
from core.ids import Actor
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.protocol import Close

router = APIRouter()

_STILL_ALLOWED_SECONDS = 5.0
_CLOSE_SECONDS = 2.0

Seq = Annotated[int | None, Query(ge=0, le=2**53)]
Epoch = Annotated[str | None, Query(max_length=40)]


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
        problem = {"type": f"/problems/{refused.code}", "status": refused.status, "code": refused.code}
        await socket.send_denial_response(
            JSONResponse(problem, refused.status, media_type="application/problem+json")
        )
        return
    offered = [each.strip() for each in socket.headers.get("sec-websocket-protocol", "").split(",")]
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    connection = Connection(socket.send_text)
    await hub.attach(connection, topic, unit, epoch=epoch, after=after)
    try:
        await _until_over(socket, connection, actor)
    finally:
        hub.detach(connection, topic, unit)


class ForeignOrigin(NotSignedIn):
    """A web page of somebody else tried to use a session; CORS does not guard websockets."""

    code, status = "foreign-origin", 403


async def _admit(socket: WebSocket, hub: Hub, unit: str, topic: str) -> Actor:
    if is_foreign(socket.headers, settings_of(socket).allowed_origins):
        raise ForeignOrigin
    actor = await who(socket)
    require(actor, Permission.READ_BOARD)
    if not hub.has(topic) or actor.unit != unit:
        raise NotFound
    await store_of(socket).write(actor, board_opened, topic)
    return actor


async def _until_over(socket: WebSocket, connection: Connection, actor: Actor) -> None:
    tasks = [
        asyncio.create_task(connection.send_all()),
        asyncio.create_task(_until_gone(socket)),
        asyncio.create_task(_until_not_allowed(socket, connection, actor)),
    ]
    waiting: list[asyncio.Future[object]] = [*tasks, connection.closed]  # type: ignore[list-item]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await _say_goodbye(socket, connection)


async def _until_gone(socket: WebSocket) -> None:
    # Screens have nothing to say; reading notices that they are gone.
    try:
        while True:
            await socket.receive_text()
    except (WebSocketDisconnect, KeyError):
        return


async def _until_not_allowed(socket: WebSocket, connection: Connection, actor: Actor) -> None:
    while True:
        await asyncio.sleep(_STILL_ALLOWED_SECONDS)
        try:
            still = await who(socket)
        except NotSignedIn:
            connection.close(Close.NOT_ALLOWED)
            return
        except Refused:
            continue  # the database is busy: nothing is known about the session
        if still != actor:
            connection.close(Close.NOT_ALLOWED)
            return


async def _say_goodbye(socket: WebSocket, connection: Connection) -> None:
    if not connection.closed.done() or socket.client_state is WebSocketState.DISCONNECTED:
        return
    try:
        # A frozen screen does not take the goodbye either; it must not keep us.
        await asyncio.wait_for(socket.close(int(connection.closed.result())), _CLOSE_SECONDS)
    except (TimeoutError, RuntimeError, WebSocketDisconnect):
        return
