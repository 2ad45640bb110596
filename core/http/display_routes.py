"""HTTP of screens (skjermer): a new one asks for a code and fetches its token; coordinators arrange them."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from core.access import displays, pairing
from core.access.displays import DisplayList, DisplaySettings, DisplayView
from core.access.pairing import Claim, Claimed, NewDisplay, OpenedPairing, TooManyPairings
from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, DisplayPath, UnitPath, in_unit, key_of, tagged
from core.http.door import DOOR
from core.http.who import DISPLAY_LASTS, Who, keep_token, store_of

router = APIRouter(prefix="/api", tags=["displays"], route_class=BodyRoute)


@router.post("/displays/pairings", status_code=201)
async def post_pairing(request: Request) -> OpenedPairing:
    """A new screen asks for a code to show. Anybody may; what that can cost the ward is bounded."""
    store = store_of(request)
    # One at a time, and looked at before it is written: whoever asks a thousand times waits behind
    # himself, and a nurse's save waits for one of them at most.
    async with request.app.state.pairing_turn:
        if await store.read(pairing.is_full, store.clock()):
            raise TooManyPairings
        return await store.write(DOOR, pairing.open_pairing)


@router.post("/displays/pairings/claim")
async def post_claim(claim: Claim, request: Request, response: Response) -> Claimed:
    """Was I approved? Then my token as a cookie, once; 202 while nobody has."""
    store = store_of(request)
    if not await store.read(pairing.is_approved, claim.secret, store.clock()):
        response.status_code = 202
        return Claimed(state="waiting")
    token, path = await store.write(DOOR, pairing.claim, claim.secret, key_of(request))
    keep_token(request, response, token, DISPLAY_LASTS)
    return Claimed(state="approved", path=path)


@router.get("/units/{unit}/displays")
async def get_displays(unit: UnitPath, actor: Who, request: Request) -> DisplayList:
    """The unit's screens, and which are connected."""
    in_unit(actor, unit)
    require(actor, Permission.ARRANGE_UNIT)
    store = store_of(request)
    return await store.read(displays.displays_of, unit, store.clock())


@router.post("/units/{unit}/displays", status_code=201)
async def post_display(unit: UnitPath, new: NewDisplay, call: Calling, response: Response) -> DisplayView:
    """Approve the screen that shows this code (godkjenn)."""
    in_unit(call.actor, unit)
    answer = await call.write(pairing.approve, new)
    return tagged(response, answer, answer.version)


@router.get("/units/{unit}/displays/{display}")
async def get_display(
    unit: UnitPath, display: DisplayPath, actor: Who, request: Request, response: Response
) -> DisplayView:
    """One screen, with the version its settings can be changed from."""
    in_unit(actor, unit)
    require(actor, Permission.ARRANGE_UNIT)
    store = store_of(request)
    answer = await store.read(displays.display_of, unit, display, store.clock())
    return tagged(response, answer, answer.version)


@router.put("/units/{unit}/displays/{display}")
async def put_display(
    unit: UnitPath, display: DisplayPath, wanted: DisplaySettings, call: Calling, response: Response
) -> DisplayView:
    """Give the screen other settings (endre)."""
    in_unit(call.actor, unit)
    answer = await call.write(displays.arrange, display, wanted, call.required_version())
    return tagged(response, answer, answer.version)


@router.post("/units/{unit}/displays/{display}/revoke")
async def post_revoke(unit: UnitPath, display: DisplayPath, call: Calling) -> DisplayView:
    """Take the screen down for good (koble fra)."""
    in_unit(call.actor, unit)
    return await call.write(displays.revoke, display)
