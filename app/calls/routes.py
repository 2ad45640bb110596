"""HTTP of telephone contacts (telefonkontakter), for operators and for the exchange that tells of calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request as HTTPRequest

from core.access.log import list_followed
from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, UnitPath, in_unit, tagged
from core.http.who import Who, store_of
from triage.commands.telephone import take
from triage.commands.telephone.hear import CallKnown, CallNews, hear_of_call
from triage.queries.telephone.calls import Calls, calls

router = APIRouter(prefix="/api", tags=["telephone"], route_class=BodyRoute)
CallPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Call id (telefonkontakt)")]

_SAME_OPENING = timedelta(hours=1)


@router.post("/units/{unit}/exchange/calls")
async def post_news(unit: UnitPath, heard: CallNews, call: Calling) -> CallKnown:
    """What the telephone exchange tells of a call: `ringing`, `answered` or `hung-up` (telefonsentral).

    Send each as it happens, and again until it is answered 200: a repeat changes nothing, and the order does
    not matter. `call` is the exchange's own id, `at` the moment by its clock. `ringing` is when it rings at
    the operators, not when the caller entered the menu.
    """
    in_unit(call.actor, unit)
    return await call.write(hear_of_call, heard)


@router.get("/units/{unit}/calls")
async def get_calls(unit: UnitPath, actor: Who, request: HTTPRequest) -> Calls:
    """Calls that wait, those under way, today's, and the share answered within two minutes (telefon)."""
    in_unit(actor, unit)
    require(actor, Permission.TAKE_CALLS)
    store = store_of(request)
    await store.write(actor, list_followed, "calls", same_within=_SAME_OPENING)
    return await store.read(calls, unit, store.clock())


@router.post("/units/{unit}/calls", status_code=201)
async def post_call(
    unit: UnitPath, written: take.CallByHand, call: Calling, response: Response
) -> take.CallChanged:
    """Write down a call that came on another telephone (registrere samtale)."""
    in_unit(call.actor, unit)
    answer = await call.write(take.write_down_call, written)
    return tagged(response, answer, answer.version)


@router.post("/calls/{call_id}/take")
async def post_take(call_id: CallPath, call: Calling, response: Response) -> take.CallChanged:
    """Answer, or call back (svare, ringe tilbake)."""
    answer = await call.write(take.take_call, call_id)
    return tagged(response, answer, answer.version)


@router.post("/calls/{call_id}/take-over")
async def post_take_over(call_id: CallPath, call: Calling, response: Response) -> take.CallChanged:
    """Go on with a colleague's call (overta samtalen)."""
    answer = await call.write(take.take_over_call, call_id)
    return tagged(response, answer, answer.version)


@router.put("/calls/{call_id}")
async def put_call(
    call_id: CallPath, notes: take.CallNotes, call: Calling, response: Response
) -> take.CallChanged:
    """Keep what is written so far (kladd)."""
    answer = await call.write(take.note_call, call_id, notes, call.required_version())
    return tagged(response, answer, answer.version)


@router.post("/calls/{call_id}/assessments", status_code=201)
async def post_assessment(
    call_id: CallPath, given: take.NewCallAssessment, call: Calling, response: Response
) -> take.CallChanged:
    """Judge how urgent it is (telefonvurdering)."""
    answer = await call.write(take.assess_call, call_id, given)
    return tagged(response, answer, answer.version)


@router.post("/calls/{call_id}/close")
async def post_close(
    call_id: CallPath, closing: take.Closing, call: Calling, response: Response
) -> take.CallChanged:
    """End the call with what came of it (utfall); whoever is to come is on the board from then on."""
    answer = await call.write(take.close_call, call_id, closing)
    return tagged(response, answer, answer.version)
