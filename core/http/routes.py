"""Signing in and out (logg inn og ut), for people and for wall screens."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import StringConstraints

from core.access import credentials, staff
from core.access.sign_in import arrive, helseid, passkeys
from core.access.sign_in.arrive import SecondWanted, SignedIn
from core.access.sign_in.factors import CodeWrong
from core.access.sign_in.sessions import Ended, lock
from core.errors import NotSignedIn
from core.http.body import BodyRoute
from core.http.door import DOOR, asking_token, let_in, place_of, policy_of, require_person, site_of
from core.http.who import DISPLAY_LASTS, Who, cookie_name, keep_token, settings_of, store_of, token_of
from core.ids import DISPLAYS, Actor, Role
from core.text import Answer, ShortText
from core.text import Request as Body

router = APIRouter(prefix="/api", tags=["sign-in"], route_class=BodyRoute)


class Me(Answer):
    """Who I am."""

    id: str
    name: str
    role: Role
    unit: str | None
    lock_minutes: int = 0  # a workstation that nobody touches locks itself after this; 0: never


class GoOn(Answer):
    """Where the browser goes on to: the sign-in began in HelseID, and ends there as well."""

    go_on: str


class WaysBack(Answer):
    """How a locked screen is opened again where it stands: always by password, here perhaps by HelseID."""

    helseid: bool
    came_by_helseid: bool  # whoever was here may never have used a password


class Credentials(Body):
    """User name and password."""

    username: ShortText
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]  # spaces at the ends count


class OwnPassword(Body):
    """The password of whoever was here."""

    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SecondFactor(Body):
    """What goes on with a sign-in whose password was right."""

    step: ShortText
    code: Annotated[ShortText, StringConstraints(max_length=40)]


class Passkey(Body):
    """What the authenticator answered."""

    step: ShortText
    answer: dict[str, Any]


class DisplayToken(Body):
    """The token a wall screen was given."""

    token: ShortText


@router.post("/sign-in")
async def sign_in(body: Credentials, request: Request, response: Response) -> SignedIn | SecondWanted:
    """Start a session, or ask for the second factor; the cookie is for screens, programs use tokens."""
    return await _by_password(body.username, body.password, request, response)


@router.post("/unlock")
async def unlock(body: OwnPassword, request: Request, response: Response) -> SignedIn | SecondWanted:
    """Go on where one was (lås opp): the session before ends, and a new one takes its place."""
    store = store_of(request)
    username = await store.read(arrive.who_was_here, place_of(request).leaving, store.clock())
    return await _by_password(username, body.password, request, response)


@router.get("/unlock")
async def ways_back(request: Request) -> WaysBack:
    """How whoever was here can go on (lås opp)."""
    open_here = bool(settings_of(request).helseid_sign_in_client)
    came = await store_of(request).read(arrive.how_they_came, place_of(request).leaving)
    return WaysBack(helseid=open_here, came_by_helseid=open_here and came == helseid.METHOD)


async def _by_password(
    username: str, password: str, request: Request, response: Response
) -> SignedIn | SecondWanted:
    store, place, policy = store_of(request), place_of(request), policy_of(settings_of(request))
    stored = await store.write(DOOR, arrive.knock, username, place)
    # Argon2 is slow on purpose; in a thread, so that no screen waits for somebody's password.
    if stored is None or not await asyncio.to_thread(staff.password_fits, password, stored):
        if stored is None:
            await asyncio.to_thread(staff.password_fits, password, None)  # takes as long either way
        await store.write(DOOR, arrive.refuse, username, place, "password")
        raise NotSignedIn
    rehashed = await asyncio.to_thread(staff.made_anew, password, stored)
    found = await store.write(DOOR, arrive.come_in, username, place, policy=policy, rehashed=rehashed)
    return found if isinstance(found, SecondWanted) else let_in(request, response, found)


@router.post("/sign-in/second")
async def sign_in_second(body: SecondFactor, request: Request, response: Response) -> SignedIn:
    """The second factor: a code of the authenticator app, or one on paper."""
    store, place, policy = store_of(request), place_of(request), policy_of(settings_of(request))
    await store.write(DOOR, arrive.count_second, body.step, place)
    found = await store.write(DOOR, arrive.come_in_by_code, body.step, body.code, place, policy=policy)
    if found is None:
        raise CodeWrong
    return let_in(request, response, found)


@router.post("/sign-in/passkey/begin")
async def begin_passkey(request: Request) -> passkeys.Asked:
    """What the browser hands to the authenticator."""
    return await store_of(request).write(DOOR, passkeys.begin_signing_in, site_of(request))


@router.post("/sign-in/passkey")
async def sign_in_passkey(body: Passkey, request: Request, response: Response) -> SignedIn:
    """Sign in with a passkey alone: it is two factors in one touch."""
    store, place = store_of(request), place_of(request)
    try:
        arrived = await store.write(
            DOOR,
            passkeys.come_in_by_passkey,
            body.step,
            body.answer,
            place=place,
            policy=policy_of(settings_of(request)),
            site=site_of(request),
        )
    except passkeys.PasskeyRefused:
        await store.write(DOOR, passkeys.tell_refused, place)
        raise
    return let_in(request, response, arrived)


@router.post("/lock")
async def lock_screen(actor: Who, request: Request) -> Ended:
    """Lock this screen (lås): its session opens nothing until the person signs in again."""
    require_person(actor)
    return await store_of(request).write(actor, lock, asking_token(request))


@router.post("/displays/sign-in")
async def sign_in_display(body: DisplayToken, request: Request, response: Response) -> Me:
    """Let a wall screen keep its token in a cookie that scripts cannot read."""
    store = store_of(request)
    actor = await store.read(credentials.whose, body.token, store.clock())
    if actor.role not in DISPLAYS:
        raise NotSignedIn  # a person's token does not belong in an unattended screen
    keep_token(request, response, body.token, DISPLAY_LASTS)
    return _me(actor)


@router.post("/sign-out", status_code=204, responses={200: {"model": GoOn}})
async def sign_out(request: Request) -> Response:
    """End the session, or say nothing if there is none; 200 says where the browser ends it too."""
    token = token_of(request)
    elsewhere = None
    if token:
        elsewhere = await request.app.state.ends_elsewhere(token)
        await store_of(request).write(DOOR, credentials.end, token)
    response = JSONResponse({"go_on": elsewhere}) if elsewhere else Response(status_code=204)
    response.delete_cookie(cookie_name(settings_of(request)), path="/")
    return response


@router.get("/me")
async def me(actor: Who, request: Request) -> Me:
    """Who is signed in."""
    return _me(actor).model_copy(update={"lock_minutes": settings_of(request).lock_minutes})


def _me(actor: Actor) -> Me:
    return Me(id=actor.id, name=actor.name, role=actor.role, unit=actor.unit)
