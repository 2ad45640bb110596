"""HTTP of forwarding: what became of each message, and whether written = received."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request as HTTPRequest

from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit
from core.http.who import Who, store_of
from core.ids import Actor
from core.patients.open_record import open_record
from integrations.inbox.tasks import Settled, Settling, settle
from integrations.messages import BalanceLine, balance, messages_of
from integrations.reviews import Deciding, ReviewAnswer, ReviewLine, decide, reviews_of
from integrations.watch.by_hand import Doing, Done, deliver_by_hand
from integrations.watch.send_now import TriedNow, send_now
from integrations.watch.worklist import Worklist, worklist
from journal.queries.page import PageMessage

router = APIRouter(prefix="/api", tags=["forwarding"], route_class=BodyRoute)
TaskPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Task id")]
MessagePath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Message id")]


async def _messages(session: AsyncSession, encounter: str, _actor: Actor) -> tuple[PageMessage, ...]:
    return await messages_of(session, encounter)


@router.get("/encounters/{encounter}/messages")
async def get_messages(encounter: EncounterPath, actor: Who, request: HTTPRequest) -> tuple[PageMessage, ...]:
    """Each message out: receiver, state and receipts. `acknowledged` only on the receiver's receipt."""
    return await open_record(
        store_of(request), _messages, encounter, actor, what="messages", again_within=timedelta(minutes=10)
    )


@router.post("/encounters/{encounter}/messages/{message}/review")
async def post_review(
    encounter: EncounterPath, message: MessagePath, deciding: Deciding, call: Calling
) -> ReviewAnswer:
    """Decide about a message whose patient turned out to be another (avklare)."""
    return await call.write(decide, encounter, message, deciding)


@router.post("/encounters/{encounter}/messages/{message}/by-hand")
async def post_by_hand(encounter: EncounterPath, message: MessagePath, doing: Doing, call: Calling) -> Done:
    """Write down that a person has delivered it in another way (levert på annen måte)."""
    return await call.write(deliver_by_hand, encounter, message, doing)


@router.get("/units/{unit}/message-reviews")
async def get_reviews(unit: UnitPath, actor: Who, request: HTTPRequest) -> tuple[ReviewLine, ...]:
    """Messages that wait for a person's decision (må avklares)."""
    in_unit(actor, unit)
    require(actor, Permission.READ_BALANCE)
    return await store_of(request).read(reviews_of, unit)


@router.get("/units/{unit}/balance")
async def get_balance(unit: UnitPath, actor: Who, request: HTTPRequest) -> tuple[BalanceLine, ...]:
    """Written = sent = received, per receiver and day (balanse)."""
    in_unit(actor, unit)
    require(actor, Permission.READ_BALANCE)
    store = store_of(request)
    return await store.read(balance, unit, store.clock())


@router.get("/units/{unit}/letters")
async def get_letters(unit: UnitPath, actor: Who, request: HTTPRequest) -> Worklist:
    """Letters that wait for a person, are under way, or were delivered lately (utgående meldinger)."""
    in_unit(actor, unit)
    require(actor, Permission.READ_BALANCE)
    store = store_of(request)
    return await store.read(worklist, unit, store.clock())


@router.post("/inbox-tasks/{task}/settle")
async def post_settle(task: TaskPath, settling: Settling, call: Calling) -> Settled:
    """Write down what was done about something in the inbox that could not be placed (avklart)."""
    return await call.write(settle, task, settling)


@router.post("/encounters/{encounter}/messages/{message}/send-now")
async def post_send_now(encounter: EncounterPath, message: MessagePath, call: Calling) -> TriedNow:
    """Try a waiting letter now (send nå): the same bytes under the same identity."""
    return await call.write(send_now, encounter, message)
