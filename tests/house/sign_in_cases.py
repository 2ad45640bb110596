"""Requests about signing in, and about one's own sign-in: each needs something of the person's own first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access import credentials
from core.access.credentials import token_hash
from core.access.sign_in import factors, passkeys
from core.access.sign_in.passkeys import Site
from core.access.sign_in.steps import open_step
from core.access.tables import Credential
from core.http.door import DOOR
from core.ids import DISPLAYS
from tests.cast import PASSWORD, Person
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case
from tests.soft_passkey import SoftKey

SITE = Site(host="legevakt.test", origin="http://legevakt.test")
KEY = "en nøkkel som er lang nok til å brukes"

_SHOWN = {"password": PASSWORD}


def is_one(path: str) -> bool:
    """Whether the address is about signing in."""
    return path.startswith(("/api/me/", "/api/sign-in/")) or path in ("/api/lock", "/api/unlock")


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """Nothing has to be there before."""
    return Case(encounter or NOBODY_HAS)


async def prepare_own(served: Served, path: str, who: Person) -> Case:
    """What this person has begun, or owns; a screen that asks at the open door has nothing, so Nora's."""
    return await OWN[path](served, served.cast.nora if who.actor.role in DISPLAYS else who)


async def _shown(served: Served, who: Person) -> Case:
    return Case(body=_SHOWN)


async def _password(served: Served, who: Person) -> Case:
    return Case(body={**_SHOWN, "new": PASSWORD})


async def _session(served: Served, who: Person) -> tuple[str, str]:
    hours = timedelta(hours=1)
    token = await served.store.write(
        DOOR,
        credentials.start,
        who.actor.id,
        lasts=hours,
        idle=hours,
        method="password",
        device="Annen maskin",
        address="127.0.0.1",
    )

    async def known_as(session: AsyncSession) -> str:
        found = await session.execute(select(Credential.id).where(Credential.token_hash == token_hash(token)))
        return str(found.scalar_one())

    return token, await served.store.read(known_as)


async def _locked(served: Served, who: Person) -> Case:
    token, _ = await _session(served, who)
    return Case(body=_SHOWN, cookies={"legevakt": token})


async def _another_session(served: Served, who: Person) -> Case:
    _, id = await _session(served, who)
    return Case(ids={"{session}": id})


async def _second(served: Served, who: Person) -> Case:
    (code,) = await served.store.write(who.actor, factors.make_codes, who.actor.id, 1)
    step = await served.store.write(DOOR, open_step, "second", who.actor.id, {})
    return Case(body={"step": step, "code": code})


async def _new_app(served: Served, who: Person) -> Case:
    begun = await served.store.write(who.actor, factors.begin_app, KEY)
    code = pyotp.TOTP(begun.secret).at(served.store.clock())
    return Case(body={"step": begun.step, "code": code, "name": "Telefonen"})


async def _new_key(served: Served, who: Person) -> tuple[SoftKey, dict[str, Any]]:
    begun = await served.store.write(who.actor, passkeys.begin_adding, SITE)
    key = SoftKey(SITE.origin, host=SITE.host)
    return key, {"step": begun.step, "answer": key.make(begun.options), "name": "Nøkkelen"}


async def _new_passkey(served: Served, who: Person) -> Case:
    return Case(body=(await _new_key(served, who))[1])


async def _kept(served: Served, who: Person) -> tuple[SoftKey, str]:
    key, new = await _new_key(served, who)
    added = await served.store.write(who.actor, passkeys.add, new["step"], new["answer"], name="N", site=SITE)
    return key, added.id


async def _factor(served: Served, who: Person) -> Case:
    return Case(ids={"{factor}": (await _kept(served, who))[1]}, body=_SHOWN)


async def _touch(served: Served, who: Person) -> Case:
    key, _ = await _kept(served, who)
    begun = await served.store.write(DOOR, passkeys.begin_signing_in, SITE)
    return Case(body={"step": begun.step, "answer": key.sign(begun.options)})


OWN: Mapping[str, Callable[[Served, Person], Awaitable[Case]]] = {
    "/api/unlock": _locked,
    "/api/sign-in/second": _second,
    "/api/sign-in/passkey": _touch,
    "/api/me/sessions/{session}/end": _another_session,
    "/api/me/factors/{factor}/remove": _factor,
    "/api/me/authenticator/begin": _shown,
    "/api/me/authenticator": _new_app,
    "/api/me/passkey/begin": _shown,
    "/api/me/passkey": _new_passkey,
    "/api/me/recovery-codes": _shown,
    "/api/me/password": _password,
}
"""Addresses about what is the person's own, or begun by them."""
