"""Signing in and out (logg inn og ut), for people and for wall screens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import StringConstraints

from core.access import credentials, staff
from core.access.staff import SignedIn
from core.errors import NotSignedIn
from core.http.body import BodyRoute
from core.http.who import Who, cookie_name, settings_of, store_of, token_of
from core.ids import Actor, Role, StaffId
from core.text import Answer, ShortText
from core.text import Request as Body

router = APIRouter(prefix="/api", tags=["sign-in"], route_class=BodyRoute)

DOOR = Actor(StaffId("door"), "Sign-in", Role.SYSTEM, None)
"""Acts before anybody is known: compares a password, starts a session."""


class Me(Answer):
    """Who I am."""

    id: str
    name: str
    role: Role
    unit: str | None


class Credentials(Body):
    """User name and password."""

    username: ShortText
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]  # spaces at the ends count


class DisplayToken(Body):
    """The token a wall screen was given."""

    token: ShortText


@router.post("/sign-in")
async def sign_in(body: Credentials, request: Request, response: Response) -> SignedIn:
    """Start a session; the cookie is for screens, programs use tokens."""
    store, settings = store_of(request), settings_of(request)
    stored = await store.read(staff.stored_password, body.username)
    # Argon2 is slow on purpose; in a thread, so that no screen waits for somebody's password.
    if not await asyncio.to_thread(staff.password_fits, body.password, stored):
        raise NotSignedIn
    lasts = timedelta(hours=settings.session_hours)
    token, signed_in = await store.write(DOOR, staff.start_session, body.username, lasts)
    _set_cookie(request, response, token, lasts)
    return signed_in


@router.post("/displays/sign-in")
async def sign_in_display(body: DisplayToken, request: Request, response: Response) -> Me:
    """Let a wall screen keep its token in a cookie that scripts cannot read."""
    store = store_of(request)
    actor = await store.read(credentials.whose, body.token, store.clock())
    if actor.role is not Role.DISPLAY:
        raise NotSignedIn  # a person's token does not belong in an unattended screen
    _set_cookie(request, response, body.token, timedelta(days=400))
    return _me(actor)


@router.post("/sign-out", status_code=204)
async def sign_out(request: Request, response: Response) -> None:
    """End the session, or say nothing if there is none."""
    token = token_of(request)
    if token:
        await store_of(request).write(DOOR, credentials.end, token)
    response.delete_cookie(cookie_name(settings_of(request)), path="/")


@router.get("/me")
async def me(actor: Who) -> Me:
    """Who is signed in."""
    return _me(actor)


def _me(actor: Actor) -> Me:
    return Me(id=actor.id, name=actor.name, role=actor.role, unit=actor.unit)


def _set_cookie(request: Request, response: Response, token: str, lasts: timedelta) -> None:
    settings = settings_of(request)
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )
