"""Pairing a new screen (tilkobling av skjerm), as devices without a keyboard do it (RFC 8628).

The screen shows a short code and keeps a secret. A coordinator who stands before it types the code at the
desk and says what the screen shall show; the secret then fetches the screen's own token, once.

The code is worth nothing by itself: it opens nothing, and only somebody who may arrange the unit can use it.
Anybody on the network can ask for a code; how many may wait at a time is bounded. Only hashes are kept.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import keep_for_display, token_hash
from core.access.displays import (
    DisplayName,
    DisplayView,
    Kind,
    Names,
    Theme,
    require_free_name,
    tell_added,
    view,
)
from core.access.permissions import Permission, require
from core.access.tables import Display, DisplayPairing
from core.errors import Conflict, Invalid, NotFound, Unavailable
from core.ids import new_id
from core.store.work import Work
from core.text import Answer, Request, ShortText

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no word is spelt, and no digits, so that none is taken for a letter (RFC 8628, 6.1)."""

CODE_LENGTH = 8
LASTS = timedelta(minutes=10)
MOST_OPEN = 200
"""Screens that may wait at the same time: more than a region hangs up in a day, and soon counted."""


class TooManyPairings(Unavailable):
    """As many screens as may wait are waiting already; those nobody approves are forgotten in minutes."""

    code = "too-many-pairings"


class PairingCodeUnknown(Invalid):
    """No screen shows this code now."""

    code = "pairing-code-unknown"


class PairingExpired(NotFound):
    """This secret waits for nothing (any more): the screen asks for a new code."""

    code = "pairing-expired"


class PairingClaimed(Conflict):
    """The token was handed out already, and is never handed out twice."""

    code = "pairing-claimed"


class OpenedPairing(Answer):
    """What a new screen is told: the code to show, and the secret to keep."""

    code: str
    secret: str
    expires_in: int  # seconds; a new screen's own clock may be wrong


class Claim(Request):
    """A screen asks whether it was approved."""

    secret: ShortText


class Claimed(Answer):
    """Whether it was, and where it belongs."""

    state: Literal["waiting", "approved"]
    path: str | None = None


class NewDisplay(Request):
    """The screen that shows `code`, and what it shall show."""

    code: ShortText
    name: DisplayName
    kind: Kind = "wall"
    names: Names = "name"
    zone: ShortText | None = None
    theme: Theme = "dark"
    chime: bool = False


def new_code() -> str:
    """A code nobody can foresee: 26 thousand million of them, for ten minutes."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def plain_code(typed: str) -> str:
    """The code as it was made, however it was typed: `bcdf-ghjk`, `BCDF GHJK`."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def first_path(kind: str, unit: str) -> str:
    """Where a screen of this kind belongs."""
    return f"/{kind}/{unit}"


async def is_full(session: AsyncSession, now: datetime) -> bool:
    """Whether as many screens wait as may."""
    waiting = select(func.count()).where(DisplayPairing.display_id.is_(None), DisplayPairing.expires_at > now)
    return (await session.execute(waiting)).scalar_one() >= MOST_OPEN


async def open_pairing(work: Work) -> OpenedPairing:
    """A screen nobody knows yet wants to be hung up; what has expired is forgotten."""
    await work.session.execute(delete(DisplayPairing).where(DisplayPairing.expires_at <= work.now))
    if await is_full(work.session, work.now):
        raise TooManyPairings
    code, secret = new_code(), secrets.token_urlsafe(32)
    work.session.add(
        DisplayPairing(
            id=new_id(),
            code_hash=token_hash(code),
            secret_hash=token_hash(secret),
            created_at=work.now,
            expires_at=work.now + LASTS,
        )
    )
    return OpenedPairing(code=code, secret=secret, expires_in=int(LASTS.total_seconds()))


async def approve(work: Work, new: NewDisplay) -> DisplayView:
    """Hang the screen up in one's own unit (godkjenne); it fetches its token within seconds."""
    require(work.actor, Permission.ARRANGE_UNIT)
    pairing = await _shown(work, plain_code(new.code))
    await require_free_name(work, new.name)
    display = Display(
        id=new_id(), unit_id=work.unit, version=1, added_at=work.now, **new.model_dump(exclude={"code"})
    )
    work.session.add(display)
    await work.session.flush()
    pairing.display_id, pairing.expires_at = display.id, work.now + LASTS
    await tell_added(work, display)
    return view(display, work.now)


async def is_approved(session: AsyncSession, secret: str, now: datetime) -> bool:
    """Whether there is anything to fetch: asked each few seconds, and it writes nothing."""
    return (await _kept(session, secret, now)).display_id is not None


async def claim(work: Work, secret: str, key: str | None) -> tuple[str, str]:
    """The screen's token and where it belongs. Once: but whoever lost the answer may repeat with its key."""
    pairing = await _kept(work.session, secret, work.now, lock=True)
    display = await work.session.get(Display, pairing.display_id) if pairing.display_id else None
    if display is None or display.revoked_at is not None:
        raise PairingExpired
    token = _token(secret, pairing)
    if pairing.claimed_at is None:
        pairing.claimed_at = work.now
        pairing.claim_key_hash = token_hash(key) if key else None
        keep_for_display(work, display.id, token)
    elif key is None or pairing.claim_key_hash != token_hash(key):
        raise PairingClaimed
    return token, first_path(display.kind, display.unit_id)


def _token(secret: str, pairing: DisplayPairing) -> str:
    # Made of what only the screen has and what only we have, so that a lost answer can be given again
    # although the token itself is kept nowhere.
    made = hmac.digest(secret.encode(), pairing.id.encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


async def _shown(work: Work, code: str) -> DisplayPairing:
    found = await work.session.execute(
        select(DisplayPairing)
        .where(
            DisplayPairing.code_hash == token_hash(code),
            DisplayPairing.expires_at > work.now,
            DisplayPairing.display_id.is_(None),
        )
        .with_for_update()
    )
    pairing = found.scalar_one_or_none()
    if pairing is None:
        raise PairingCodeUnknown
    return pairing


async def _kept(session: AsyncSession, secret: str, now: datetime, *, lock: bool = False) -> DisplayPairing:
    statement = select(DisplayPairing).where(
        DisplayPairing.secret_hash == token_hash(secret), DisplayPairing.expires_at > now
    )
    found = await session.execute(statement.with_for_update() if lock else statement)
    pairing = found.scalar_one_or_none()
    if pairing is None:
        raise PairingExpired
    return pairing
