"""The line of an open encounter page: let in by the same rules as the page, then told of what happens."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.live.drafts import SAME_OPENING
from app.live.gathering import Gathering, Member, TooMany
from core.errors import Refused, Unavailable
from core.http.call import EncounterPath
from core.http.who import store_of, who
from core.ids import Actor
from core.patients.open_record import open_record
from core.patients.tables import Encounter
from realtime.protocol import Close
from realtime.socket import deny, farewell, require_own_pages, until_gone, welcome

router = APIRouter()


@router.websocket("/ws/encounters/{encounter}")
async def follow(socket: WebSocket, encounter: EncounterPath) -> None:
    """Follow one encounter: that the record went on, and who else has it open."""
    gathering: Gathering = socket.app.state.gathering
    try:
        require_own_pages(socket)
        actor = await who(socket)
        unit = await open_record(store_of(socket), _unit_of, encounter, actor, again_within=SAME_OPENING)
    except Refused as refused:
        await deny(socket, refused)
        return
    connection = await welcome(socket, actor)
    member = Member(connection, encounter, unit)
    try:
        await gathering.come(member)
        await until_gone(socket, lambda text: gathering.hear(member, text))
    except (Unavailable, TooMany):
        connection.close(Close.RESTART)  # let in, but nothing is to be had now: it comes again
        await until_gone(socket)
    finally:
        gathering.go(member)
        farewell(connection)


async def _unit_of(session: AsyncSession, encounter: str, _actor: Actor) -> str:
    return (await session.execute(select(Encounter.unit_id).where(Encounter.id == encounter))).scalar_one()
