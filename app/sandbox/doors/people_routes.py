"""Where browsers and we meet HelseID: its metadata, pushed requests, the page of ways in, and the end."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.sandbox.house import House, Trouble, house_of
from app.sandbox.national.helseid import NotAllowed
from app.sandbox.national.people import PeopleHouse
from app.sandbox.pages import draw

router = APIRouter(prefix="/helseid")
Sandbox = Annotated[House, Depends(house_of)]


@router.get("/.well-known/openid-configuration")
async def metadata(house: Sandbox) -> dict[str, Any]:
    """Where everything is."""
    await _bad_day(house)
    return _people(house).metadata()


@router.get("/.well-known/openid-configuration/jwks")
async def keys(house: Sandbox) -> dict[str, Any]:
    """What ID tokens are signed with."""
    return _people(house).keys()


@router.post("/connect/par")
async def push(request: Request, house: Sandbox) -> Response:
    """What a client wants, before the browser comes."""
    await _bad_day(house)
    form = dict(parse_qsl((await request.body()).decode()))
    try:
        name = _people(house).push(form, house.clock())
    except NotAllowed as no:
        return JSONResponse({"error": no.error, "error_description": no.why}, status_code=400)
    return JSONResponse({"request_uri": name, "expires_in": 600}, status_code=201)


@router.get("/connect/authorize")
async def ways_in(request: Request, house: Sandbox, client_id: str, request_uri: str) -> Response:
    """Who are you? In HelseID this is where one chooses BankID or Buypass."""
    people = _people(house)
    try:
        people.wanted(request_uri, client_id, house.clock())
    except NotAllowed as no:
        raise Trouble(400, no.error, [no.why]) from no
    return draw(request, "helseid.html", {"citizens": people.citizens, "request_uri": request_uri})


@router.get("/shown")
async def shown(house: Sandbox, request_uri: str, who: int | None = None) -> Response:
    """Somebody has shown who they are; without `who` they turned round."""
    people = _people(house)
    try:
        citizen = people.citizens[who] if who is not None else None
        return RedirectResponse(people.show(request_uri, citizen, house.clock()), 303)
    except (NotAllowed, IndexError) as no:
        raise Trouble(400, "invalid_request_uri") from no


@router.get("/connect/endsession")
async def end(house: Sandbox, id_token_hint: str = "", post_logout_redirect_uri: str = "") -> Response:
    """Signed out here too, and back."""
    try:
        return RedirectResponse(_people(house).end(id_token_hint, post_logout_redirect_uri), 303)
    except NotAllowed as no:
        raise Trouble(400, no.error, [no.why]) from no


async def _bad_day(house: House) -> None:
    await house.meet("helseid")


def _people(house: House) -> PeopleHouse:
    if house.people is None:
        raise Trouble(404, "Nobody signs in here")
    return house.people
