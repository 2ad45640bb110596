"""Who is asking (hvem spør): the person or display behind a bearer token or a session cookie."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import HTTPConnection

from core.access.credentials import note_used, session_of
from core.errors import NotSignedIn, Unavailable
from core.ids import Actor, Role, StaffId
from core.settings import Settings
from core.store.work import Store

PROTOCOL = "legevakt.v1"
_TOKEN = "token."  # noqa: S105 - the prefix that marks a token in the list of subprotocols

_NOTES = Actor(StaffId("door"), "Door", Role.SYSTEM, None)

DISPLAY_LASTS = timedelta(days=400)
"""As long as browsers keep a cookie; a screen that is used gets no new one."""


def cookie_name(settings: Settings) -> str:
    """`__Host-` ties the cookie to this host and to HTTPS; browsers refuse it otherwise."""
    return "__Host-legevakt" if settings.secure_cookies else "legevakt"


def keep_token(connection: HTTPConnection, response: Response, token: str, lasts: timedelta) -> None:
    """Let the browser keep the token where scripts cannot read it."""
    settings = settings_of(connection)
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(lasts.total_seconds()),
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )


def store_of(connection: HTTPConnection) -> Store:
    """The store this app was built with."""
    store = connection.app.state.store
    assert isinstance(store, Store)
    return store


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings this app was built with."""
    settings = connection.app.state.settings
    assert isinstance(settings, Settings)
    return settings


def token_of(connection: HTTPConnection) -> str | None:
    """The token in the Authorization header, the websocket's subprotocols, or the session cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    for offered in connection.headers.get("sec-websocket-protocol", "").split(","):
        if offered.strip().startswith(_TOKEN):
            return offered.strip().removeprefix(_TOKEN)
    return connection.cookies.get(cookie_name(settings_of(connection)))


async def who(connection: HTTPConnection) -> Actor:
    """The actor, or NotSignedIn. Being used is what keeps a session alive."""
    token = token_of(connection)
    if not token or len(token) > 200:
        raise NotSignedIn
    store = store_of(connection)
    found = await store.read(session_of, token, store.clock())
    if found.to_note:
        idle = timedelta(minutes=settings_of(connection).session_idle_minutes)
        with suppress(Unavailable):  # whoever asks is not kept waiting for a note
            await store.write(_NOTES, note_used, token, idle)
    return found.actor


Who = Annotated[Actor, Depends(who)]
