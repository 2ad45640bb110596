"""The way to HelseID and back. Whatever goes wrong ends at the sign-in page, where the password is open."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.door.login import sign_in_page
from app.pages import pages_of
from app.screens import sign_in as screens
from core.access.sign_in import helseid
from core.access.sign_in.helseid import HelseIdAway, HelseIdRefused, Shown
from core.access.sign_in.steps import LASTS
from core.errors import NotFound, Refused
from core.http.door import DOOR, let_in, place_of, policy_of
from core.http.who import cookie_name, settings_of, store_of
from core.patients.need.staff_at_the_door import come_in_by_helseid
from integrations.helseid.people import HelseIdPeople

router = APIRouter(prefix="/helseid", include_in_schema=False)

_HERE = "here"


def _people(request: Request) -> HelseIdPeople:
    people: HelseIdPeople | None = request.app.state.people
    if people is None:
        raise NotFound
    return people


def _cookie(request: Request) -> str:
    return cookie_name(settings_of(request)) + "-helseid"


@router.get("/sign-in")
async def begin(request: Request, next: str = "/") -> Response:
    """To HelseID; `next` is where to go when they are back."""
    people, store = _people(request), store_of(request)
    if request.headers.get("host") != urlsplit(people.site).netloc:
        # HelseID sends everybody back to the site's one address, and the cookie must be there.
        return RedirectResponse(f"{people.site}/helseid/sign-in?next={quote(next, safe='')}", 303)
    token = helseid.new_token()
    try:
        await store.write(DOOR, helseid.count_begun, place_of(request))
        begun = await people.push()
        facts = {**begun.facts, "next": screens.own_path(next) or "/"}
        await store.write(DOOR, helseid.begin, token, facts)
    except Refused as refused:
        return await _not_in(request, refused, next)
    response = RedirectResponse(begun.url, 303)
    response.set_cookie(
        _cookie(request),
        token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=settings_of(request).secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return response


@router.get("/callback")
async def come_back(request: Request) -> Response:
    """Back from HelseID. Twice: what comes straight from another site has none of our cookies with it."""
    people = _people(request)
    said = dict(request.query_params)
    if _HERE not in said:
        again = urlencode({**said, _HERE: "1"})
        pages = pages_of(request)
        return HTMLResponse(
            screens.moving_on(
                f"/helseid/callback?{again}",
                language=pages.language(None),
                asset_version=pages.asset_version,
            )
        )
    next = "/"
    try:
        facts = await _take_up(request)
        next = str(facts["next"])
        response = await _arrive(request, people, facts, said)
    except Refused as refused:
        response = await _not_in(request, refused, next)
    response.delete_cookie(_cookie(request), path="/")
    return response


async def _take_up(request: Request) -> dict[str, Any]:
    token = request.cookies.get(_cookie(request), "")
    return await store_of(request).write(DOOR, helseid.take_up, token[:200])


async def _arrive(
    request: Request, people: HelseIdPeople, facts: dict[str, Any], said: dict[str, str]
) -> Response:
    store, place = store_of(request), place_of(request)
    try:
        shown: Shown = await people.finish(facts, said)
        arrived = await store.write(
            DOOR,
            come_in_by_helseid,
            shown,
            place,
            policy=policy_of(settings_of(request)),
            wanted=people.wanted,
        )
    except HelseIdAway:
        raise
    except Refused as refused:
        await store.write(DOOR, helseid.tell_refused, place, _why(refused))
        raise
    response = RedirectResponse(str(facts["next"]), 303)
    let_in(request, response, arrived)
    return response


def _why(refused: Refused) -> str:
    return f"{refused.code}: {refused.facts['why']}" if isinstance(refused, HelseIdRefused) else refused.code


async def _not_in(request: Request, refused: Refused, next: str) -> Response:
    return await sign_in_page(request, next=next, language=None, refused=refused)
