"""HTTP of forwarding: what became of each message, and whether written = received."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request as HTTPRequest

from core.access.permissions import Permission, require
from core.http.call import EncounterPath, UnitPath, in_unit
from core.http.who import Who, store_of
from core.ids import Actor
from core.patients.open_record import open_record
from integrations.messages import BalanceLine, balance, messages_of
from journal.queries.page import PageMessage

router = APIRouter(prefix="/api", tags=["forwarding"])


async def _messages(session: AsyncSession, encounter: str, _actor: Actor) -> tuple[PageMessage, ...]:
    return await messages_of(session, encounter)


@router.get("/encounters/{encounter}/messages")
async def get_messages(encounter: EncounterPath, actor: Who, request: HTTPRequest) -> tuple[PageMessage, ...]:
    """Each message out: receiver, state and receipts. `acknowledged` only on the receiver's receipt."""
    return await open_record(
        store_of(request), _messages, encounter, actor, what="messages", again_within=timedelta(minutes=10)
    )


@router.get("/units/{unit}/balance")
async def get_balance(unit: UnitPath, actor: Who, request: HTTPRequest) -> tuple[BalanceLine, ...]:
    """Written = sent = received, per receiver and day (balanse)."""
    in_unit(actor, unit)
    require(actor, Permission.READ_BALANCE)
    store = store_of(request)
    return await store.read(balance, unit, store.clock())
