"""At the door (døren): where somebody stands, what the site demands, and the cookies they leave with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fastapi import Response
from starlette.requests import HTTPConnection

from core.access.sign_in.arrive import Arrived, Place, Policy, SignedIn
from core.access.sign_in.passkeys import Site
from core.errors import NotAllowed
from core.http.who import cookie_name, keep_token, settings_of, token_of
from core.ids import DISPLAYS, Actor, Role, StaffId
from core.settings import Settings

DOOR = Actor(StaffId("door"), "Sign-in", Role.SYSTEM, None)
"""Acts before anybody is known: compares a password, starts a session."""

_MACHINE_LASTS = timedelta(days=400)


def machine_cookie(settings: Settings) -> str:
    """Beside the session's cookie, and as strictly kept; it opens nothing."""
    return cookie_name(settings) + "-machine"


def machine_of(connection: HTTPConnection) -> str | None:
    """The machine's token, if this browser has one."""
    token = connection.cookies.get(machine_cookie(settings_of(connection)))
    return token if token and len(token) <= 200 else None


def place_of(connection: HTTPConnection) -> Place:
    """Where somebody stands."""
    settings = settings_of(connection)
    leaving = connection.cookies.get(cookie_name(settings))
    return Place(
        address=connection.client.host if connection.client else "",
        device=_printable(connection.headers.get("user-agent", "")),
        machine=machine_of(connection),
        leaving=leaving if leaving and len(leaving) <= 200 else None,
    )


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:200]


def policy_of(settings: Settings) -> Policy:
    """What the site has decided about signing in."""
    return Policy(
        lasts=timedelta(hours=settings.session_hours),
        idle=idle_of(settings),
        second=settings.second_factor,
        key=key_of(settings),
    )


def idle_of(settings: Settings) -> timedelta:
    """How long a session lasts that nobody uses."""
    return timedelta(minutes=settings.session_idle_minutes)


def key_of(settings: Settings) -> str | None:
    """The key to the secrets of authenticator apps."""
    return settings.factor_key.get_secret_value() if settings.factor_key else None


def site_of(connection: HTTPConnection) -> Site:
    """The address in the browser's own line: passkeys are tied to it by the authenticator itself."""
    settings = settings_of(connection)
    origin = settings.sign_in_url or f"{connection.url.scheme}://{connection.headers.get('host', '')}"
    return Site(
        host=origin.partition("://")[2].rpartition(":")[0] or origin.partition("://")[2], origin=origin
    )


def refused_passwords(settings: Settings) -> frozenset[str]:
    """The site's own list of passwords that everybody tries first."""
    path: Path | None = settings.refused_passwords_file
    if path is None:
        return frozenset()
    return frozenset(line.strip().casefold() for line in path.read_text(encoding="utf-8").splitlines())


def let_in(connection: HTTPConnection, response: Response, arrived: Arrived) -> SignedIn:
    """Give the browser its session, and the machine its name."""
    settings = settings_of(connection)
    # Longer than it opens anything, so that the screen knows whose it was when it asks for the password.
    keep_token(connection, response, arrived.token, timedelta(hours=settings.session_hours + 24))
    response.set_cookie(
        machine_cookie(settings),
        arrived.machine,
        max_age=int(_MACHINE_LASTS.total_seconds()),
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="strict",
    )
    return arrived.who


def require_person(actor: Actor) -> None:
    """Screens on a wall have no sign-in of their own to look after."""
    if actor.role in DISPLAYS:
        raise NotAllowed(role=actor.role.value)


def asking_token(connection: HTTPConnection) -> str:
    """The token of whoever is asking, who is known to have one."""
    return token_of(connection) or ""
