"""HelseID's token endpoint on a real socket, and how its bad days are told."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from app.sandbox.house import House, Trouble, house_of
from app.sandbox.national.helseid import HelseIdHouse, NotAllowed

router = APIRouter()
Sandbox = Annotated[House, Depends(house_of)]


class Keys(BaseModel):
    """A client's public keys as it registers them; none: all have ended."""

    model_config = ConfigDict(extra="forbid")

    client: str
    keys: list[dict[str, Any]]


@router.post("/helseid/connect/token")
async def token(request: Request, house: Sandbox, dpop: Annotated[str, Header()] = "") -> Response:
    """A token by client credentials or by the code of a person, or the error of the standard."""
    await house.meet("helseid")
    helseid = _helseid(house)
    form = dict(parse_qsl((await request.body()).decode()))
    try:
        if form.get("grant_type") == "authorization_code" and house.people is not None:
            given = house.people.redeem(form, dpop, str(request.url), house.clock())
        else:
            given = helseid.give(form, dpop, str(request.url), house.clock())
    except NotAllowed as no:
        headers = {"dpop-nonce": helseid.nonce}
        return JSONResponse(
            {"error": no.error, "error_description": no.why}, status_code=400, headers=headers
        )
    return JSONResponse(given)


@router.put("/sandbox/helseid/keys", status_code=204)
async def set_keys(registered: Keys, house: Sandbox) -> Response:
    """Register a client's keys, as a site does when it changes them."""
    _helseid(house).set_keys(registered.client, registered.keys)
    return Response(status_code=204)


@router.delete("/sandbox/helseid/tokens", status_code=204)
async def end_tokens(house: Sandbox) -> Response:
    """Every token given until now is worth nothing more."""
    _helseid(house).end_tokens(house.clock())
    return Response(status_code=204)


def _helseid(house: House) -> HelseIdHouse:
    if house.helseid is None:
        raise Trouble(404, "This sandbox has no HelseID")
    return house.helseid
