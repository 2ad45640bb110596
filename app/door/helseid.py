"""This site as a client of HelseID for people, where the site has set that up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core.access.sign_in import helseid
from core.clock import Clock
from core.http.door import DOOR
from core.settings import Settings
from core.store.work import Store
from integrations.helseid.people import HelseIdPeople
from integrations.helseid.proofs import read_keys


def people_of(settings: Settings, clock: Clock) -> HelseIdPeople | None:
    """None: the sign-in page offers the password and passkeys alone."""
    if not settings.helseid_sign_in_client or settings.helseid_url is None:
        return None
    return HelseIdPeople(
        issuer=settings.helseid_url,
        client=settings.helseid_sign_in_client,
        keys=read_keys(settings.helseid_sign_in_keys or settings.helseid_keys),
        site=settings.sign_in_url,
        wanted=settings.helseid_sign_in_level,
        clock=clock,
    )


def ends_elsewhere(store: Store, people: HelseIdPeople | None) -> Callable[[str], Awaitable[str | None]]:
    """Where the browser ends a session that began in HelseID; None for every other session."""

    async def where(token: str) -> str | None:
        if people is None:
            return None
        id_token = await store.read(helseid.kept, token)
        if id_token is None:
            return None
        await store.write(DOOR, helseid.forget, token)
        return await people.end_url(id_token)

    return where
