"""One's own sign-in over HTTP (min innlogging): sessions, factors, codes on paper, and the password.

What changes how one signs in wants the password once more: a screen left open is not enough.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import StringConstraints

from core.access.sign_in import factors, own_password, passkeys, sessions
from core.access.sign_in.own_password import PasswordWrong
from core.access.staff import hash_password, password_fits
from core.http.body import BodyRoute
from core.http.door import asking_token, key_of, refused_passwords, require_person, site_of
from core.http.qr import QrCode, qr_code
from core.http.who import Who, settings_of, store_of
from core.ids import Actor
from core.text import Answer, ShortText
from core.text import Request as Body

router = APIRouter(prefix="/api/me", tags=["sign-in"], route_class=BodyRoute)
SessionPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="One of one's sign-ins")]
FactorPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="One of one's factors")]
Password = Annotated[str, StringConstraints(min_length=1, max_length=200)]  # spaces at the ends count


class Confirmed(Body):
    """One's own password, once more."""

    password: Password


class NewPassword(Confirmed):
    """The password one has, and the one to come."""

    new: Password


class NewAppCode(Body):
    """The first code a new authenticator app shows."""

    step: ShortText
    code: Annotated[ShortText, StringConstraints(max_length=12)]
    name: Annotated[ShortText, StringConstraints(max_length=60)]


class NewPasskey(Body):
    """What the authenticator made."""

    step: ShortText
    answer: dict[str, Any]
    name: Annotated[ShortText, StringConstraints(max_length=60)]


class AppToScan(factors.NewApp):
    """A new authenticator app, with the picture its camera reads."""

    qr: QrCode


class Changed(Answer):
    """It is done; how many other sign-ins ended with it."""

    ended: int


class Codes(Answer):
    """Codes on paper, shown this once."""

    recovery_codes: tuple[str, ...]


async def _person(actor: Who) -> Actor:
    require_person(actor)
    return actor


Person = Annotated[Actor, Depends(_person)]


@router.get("/sessions")
async def get_sessions(actor: Person, request: Request) -> sessions.SessionList:
    """Where one is signed in (mine innlogginger)."""
    store = store_of(request)
    return await store.read(sessions.sessions_of, actor.id, asking_token(request), store.clock())


@router.post("/sessions/{session}/end")
async def post_end(session: SessionPath, actor: Person, request: Request) -> sessions.Ended:
    """End one of them (avslutt)."""
    return await store_of(request).write(actor, sessions.end_one, session)


@router.post("/sessions/end-others")
async def post_end_others(actor: Person, request: Request) -> sessions.Ended:
    """End all but this one, also tokens of programs."""
    return await store_of(request).write(actor, sessions.end_others, asking_token(request))


@router.get("/factors")
async def get_factors(actor: Person, request: Request) -> factors.FactorList:
    """One's passkeys and authenticator apps."""
    return await store_of(request).read(factors.factors_of, actor.id)


@router.post("/factors/{factor}/remove")
async def post_remove(
    factor: FactorPath, shown: Confirmed, actor: Person, request: Request
) -> factors.FactorList:
    """Take one away."""
    await _confirm(request, actor, shown.password)
    return await store_of(request).write(actor, factors.remove, factor)


@router.post("/authenticator/begin")
async def begin_app(shown: Confirmed, actor: Person, request: Request) -> AppToScan:
    """A secret for a new authenticator app; it counts when its first code was typed."""
    await _confirm(request, actor, shown.password)
    new = await store_of(request).write(actor, factors.begin_app, key_of(settings_of(request)))
    return AppToScan(**new.model_dump(), qr=qr_code(new.link))


@router.post("/authenticator", status_code=201)
async def post_app(new: NewAppCode, actor: Person, request: Request) -> factors.Added:
    """The app shows its first code."""
    key = key_of(settings_of(request))
    return await store_of(request).write(actor, factors.add_app, new.step, new.code, name=new.name, key=key)


@router.post("/passkey/begin")
async def begin_passkey(shown: Confirmed, actor: Person, request: Request) -> passkeys.Asked:
    """What the browser hands to the authenticator."""
    await _confirm(request, actor, shown.password)
    return await store_of(request).write(actor, passkeys.begin_adding, site_of(request))


@router.post("/passkey", status_code=201)
async def post_passkey(new: NewPasskey, actor: Person, request: Request) -> factors.Added:
    """Keep the passkey that was made."""
    store = store_of(request)
    return await store.write(actor, passkeys.add, new.step, new.answer, name=new.name, site=site_of(request))


@router.post("/recovery-codes")
async def post_codes(shown: Confirmed, actor: Person, request: Request) -> Codes:
    """New codes on paper; those before are worth nothing."""
    await _confirm(request, actor, shown.password)
    return Codes(recovery_codes=await store_of(request).write(actor, factors.new_codes))


@router.post("/password")
async def post_password(wanted: NewPassword, actor: Person, request: Request) -> Changed:
    """Another password (bytt passord); every other sign-in ends, in case it was known to somebody."""
    store, settings = store_of(request), settings_of(request)
    await _confirm(request, actor, wanted.password)
    username = await store.read(own_password.username_of, actor.id)
    listed = await asyncio.to_thread(refused_passwords, settings)
    hashed = await asyncio.to_thread(hash_password, wanted.new, username=username, refused=listed)
    ended = await store.write(actor, own_password.change_password, hashed, asking_token(request))
    return Changed(ended=ended)


async def _confirm(request: Request, actor: Actor, password: str) -> None:
    store = store_of(request)
    stored = await store.write(actor, own_password.count_own)
    if not await asyncio.to_thread(password_fits, password, stored):
        raise PasswordWrong
    await store.write(actor, own_password.shown_again)
