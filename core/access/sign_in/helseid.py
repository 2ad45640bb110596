"""Signing in with HelseID (innlogging med HelseID): begun here, shown there, and back within minutes.

What was begun lies in a step of the door, locked with a token that only this browser has; it is used once.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import token_hash
from core.access.sealed import NotOurs, lock, unlock
from core.access.sign_in import door_log, slowing
from core.access.sign_in.arrive import Place
from core.access.sign_in.slowing import Gate
from core.access.sign_in.steps import StepExpired, open_step, use_step
from core.access.sign_in.tables import HelseIdSession
from core.errors import Conflict, NotAllowed, Unavailable
from core.store.work import Work

Level = Literal["low", "substantial", "high"]
LEVELS: tuple[Level, ...] = ("low", "substantial", "high")
"""How sure it is who somebody is (eIDAS, and the national levels 2, 3 and 4); the surest last."""

METHOD = "helseid"
"""How a session began, in its row and in the log of the door."""

_KIND = "helseid"


class HelseIdAway(Unavailable):
    """HelseID gives no answer; the password opens as always (HelseID svarer ikke)."""

    code = "helseid-away"


class HelseIdRefused(NotAllowed):
    """HelseID's answer does not hold, or it does not want us: for whoever runs the server to look at."""

    code = "helseid-refused"


class HelseIdGivenUp(Conflict):
    """The person turned round in HelseID (avbrutt)."""

    code = "helseid-given-up"


class HelseIdUnknown(NotAllowed):
    """HelseID knows who it is, but nobody here has that identity number or HPR number (ukjent her)."""

    code = "helseid-unknown"


class HelseIdSeveral(Conflict):
    """The same person is here more than once, and this machine has not said which unit it is at."""

    code = "helseid-several"


class HelseIdLevelTooLow(NotAllowed):
    """Shown by means that are not sure enough for patients' records (sikkerhetsnivå for lavt)."""

    code = "helseid-level-too-low"


@dataclass(frozen=True, slots=True)
class Shown:
    """Who HelseID says it is. The numbers are digits; one of them at least is wanted."""

    pid: str | None
    hpr_number: str | None
    level: Level | None  # None: not said
    id_token: str


def new_token() -> str:
    """For the browser, before anything is begun."""
    return secrets.token_urlsafe(32)


async def count_begun(work: Work, place: Place) -> None:
    """Each beginning costs HelseID a call: whoever begins again and again from one address is slowed."""
    await slowing.claim(work, _gates(place))


async def begin(work: Work, token: str, facts: dict[str, Any]) -> None:
    """Remember what was begun, for minutes."""
    await open_step(work, _KIND, None, {"locked": lock(json.dumps(facts), token)}, token=token)


async def take_up(work: Work, token: str | None) -> dict[str, Any]:
    """What this browser began, once; raises StepExpired for every other browser, and the second time."""
    if not token:
        raise StepExpired
    begun = await use_step(work, token, _KIND)
    try:
        facts: dict[str, Any] = json.loads(unlock(str(begun.facts["locked"]), token))
    except NotOurs as foreign:
        raise StepExpired from foreign
    return facts


async def arrived_well(work: Work, place: Place) -> None:
    """It ended with somebody coming in: nothing to slow."""
    await slowing.succeed(work, _gates(place))


async def keep(work: Work, token: str, id_token: str, lasts: timedelta) -> None:
    """What HelseID wants to hear when this session ends; what is over is forgotten."""
    await work.session.execute(delete(HelseIdSession).where(HelseIdSession.expires_at <= work.now))
    await work.session.flush()
    work.session.add(
        HelseIdSession(
            token_hash=token_hash(token), id_token=lock(id_token, token), expires_at=work.now + lasts
        )
    )


async def kept(session: AsyncSession, token: str) -> str | None:
    """The ID token of a session that began in HelseID."""
    found = await session.execute(
        select(HelseIdSession.id_token).where(HelseIdSession.token_hash == token_hash(token))
    )
    locked = found.scalar_one_or_none()
    with suppress(NotOurs):
        return unlock(locked, token) if locked is not None else None
    return None


async def forget(work: Work, token: str) -> None:
    """The session is over."""
    await work.session.execute(delete(HelseIdSession).where(HelseIdSession.token_hash == token_hash(token)))


async def tell_refused(work: Work, place: Place, why: str) -> None:
    """Note that somebody came from HelseID and was not let in; who it was is not kept."""
    await door_log.write(work, "refused", None, method=METHOD, address=place.address, detail=why)


def _gates(place: Place) -> Sequence[Gate]:
    return (slowing.gate("helseid", place.address, free=60, ceiling=10),)
