"""Who is asking (hvem spør): the person or display behind a bearer token or a session cookie."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from core.access.credentials import whose
from core.errors import NotSignedIn
from core.ids import Actor
from core.settings import Settings
from core.store.work import Store

PROTOCOL = "legevakt.v1"
_TOKEN = "token."  # noqa: S105 - the prefix that marks a token in the list of subprotocols


def cookie_name(settings: Settings) -> str:
    """`__Host-` ties the cookie to this host and to HTTPS; browsers refuse it otherwise."""
    return "__Host-legevakt" if settings.secure_cookies else "legevakt"


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
    """The actor, or NotSignedIn."""
    token = token_of(connection)
    if not token or len(token) > 200:
        raise NotSignedIn
    store = store_of(connection)
    return await store.read(whose, token, store.clock())


Who = Annotated[Actor, Depends(who)]
