"""What proves who is asking: sessions of people, tokens of programs and displays.

A token is 256 random bits shown once; the database keeps its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Credential, Display, Staff
from core.errors import NotFound, NotSignedIn
from core.ids import Actor, Role, StaffId, UnitId, new_id
from core.store.work import Work
from core.text import Answer

_NOTED_EVERY = timedelta(minutes=1)  # not with each request: reading shall not wait for the one writer
_AT_ONCE = 500  # SQLite takes a bounded number of values in one statement


class SessionLocked(NotSignedIn):
    """The person locked the screen, or it locked itself: the session goes on when they sign in (låst)."""

    code = "session-locked"


class SignInAsking(Answer):
    """A sign-in that is asking: who, since when, and whether its use is to be noted anew."""

    actor: Actor
    kind: str
    to_note: bool


def token_hash(token: str) -> str:
    """What is stored in place of the token. Plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


async def issue_for_staff(work: Work, staff_id: str, kind: str, lasts: timedelta | None) -> str:
    """A new session or token for a person; returned once, never readable again."""
    return _issue(work, kind, lasts, staff_id=staff_id)


async def issue_for_display(work: Work, display_id: str) -> str:
    """A new token for a wall screen."""
    return _issue(work, "display", None, display_id=display_id)


def keep_for_display(work: Work, display_id: str, token: str) -> None:
    """Let this token be the screen's from now on; it must be as random as ours."""
    _keep(work, token, "display", None, display_id=display_id)


async def start(
    work: Work, staff_id: str, *, lasts: timedelta, idle: timedelta, method: str, device: str, address: str
) -> str:
    """A session of a person who has shown who they are; the token is returned once."""
    return _issue(
        work,
        "session",
        lasts,
        staff_id=staff_id,
        used_at=work.now,
        idle_until=work.now + idle,
        method=method,
        device=device[:200],
        address=address[:60],
    )


async def note_used(work: Work, token: str, idle: timedelta) -> None:
    """The session was used just now, and lasts on; never beyond its end."""
    await work.session.execute(
        update(Credential)
        .where(Credential.token_hash == token_hash(token), Credential.ended_at.is_(None))
        .values(used_at=work.now, idle_until=work.now + idle)
    )


def _issue(work: Work, kind: str, lasts: timedelta | None, **owner: Any) -> str:
    token = secrets.token_urlsafe(32)
    _keep(work, token, kind, lasts, **owner)
    return token


def _keep(work: Work, token: str, kind: str, lasts: timedelta | None, **owner: Any) -> None:
    work.session.add(
        Credential(
            token_hash=token_hash(token),
            id=new_id(),
            kind=kind,
            created_at=work.now,
            expires_at=work.now + lasts if lasts else None,
            **owner,
        )
    )


async def token_for_username(work: Work, username: str) -> str:
    """An API token for a person by user name (brukernavn)."""
    staff = (await work.session.execute(select(Staff).where(Staff.username == username))).scalar_one_or_none()
    if staff is None:
        raise NotFound(username=username)
    return await issue_for_staff(work, staff.id, "token", None)


async def end(work: Work, token: str) -> None:
    """Sign out: the token is worth nothing from now on."""
    await work.session.execute(
        update(Credential).where(Credential.token_hash == token_hash(token)).values(ended_at=work.now)
    )


async def whose(session: AsyncSession, token: str, now: datetime) -> Actor:
    """The person or display behind a token. Raises NotSignedIn when unknown, ended or expired."""
    hashed = token_hash(token)
    actor = (await whose_many(session, {hashed}, now)).get(hashed)
    if actor is None:
        raise NotSignedIn
    return actor


async def session_of(session: AsyncSession, token: str, now: datetime) -> SignInAsking:
    """As `whose`, and how it stands; a locked one is told apart, so that the page can stay as it is."""
    row = (await session.execute(_OWNERS.where(Credential.token_hash == token_hash(token)))).first()
    actor = _actor(row, now) if row is not None else None
    if row is None or actor is None:
        raise NotSignedIn
    if row.locked_at is not None:
        raise SessionLocked
    due = row.used_at is None or now - row.used_at >= _NOTED_EVERY
    return SignInAsking(
        actor=actor, kind=row.credential_kind, to_note=row.credential_kind == "session" and due
    )


async def whose_many(session: AsyncSession, hashes: Collection[str], now: datetime) -> dict[str, Actor]:
    """Who is behind each of these token hashes; those that are worth nothing (any more) are left out."""
    known: dict[str, Actor] = {}
    ordered = list(hashes)
    for start in range(0, len(ordered), _AT_ONCE):
        # Columns, not objects: thousands of screens are asked about every few seconds.
        found = await session.execute(
            _OWNERS.where(Credential.token_hash.in_(ordered[start : start + _AT_ONCE]))
        )
        for row in found:
            actor = _actor(row, now) if row.locked_at is None else None
            if actor is not None:
                known[row.token_hash] = actor
    return known


def _actor(row: Any, now: datetime) -> Actor | None:
    if row.ended_at is not None or any(
        end is not None and end <= now for end in (row.expires_at, row.idle_until)
    ):
        return None
    return _person(row) if row.staff_id is not None else _display(row)


_OWNERS = (
    select(
        Credential.token_hash,
        Credential.ended_at,
        Credential.expires_at,
        Credential.idle_until,
        Credential.used_at,
        Credential.locked_at,
        Credential.kind.label("credential_kind"),
        Credential.staff_id,
        Credential.display_id,
        Staff.name.label("staff_name"),
        Staff.role,
        Staff.active,
        Staff.unit_id.label("staff_unit"),
        Display.name.label("display_name"),
        Display.unit_id.label("display_unit"),
        Display.kind,
        Display.names,
        Display.version,
        Display.revoked_at,
    )
    .outerjoin(Staff, Credential.staff_id == Staff.id)
    .outerjoin(Display, Credential.display_id == Display.id)
)


def _person(row: Any) -> Actor | None:
    if not row.active:
        return None
    return Actor(StaffId(row.staff_id), row.staff_name, Role(row.role), UnitId(row.staff_unit))


def _display(row: Any) -> Actor | None:
    if row.display_unit is None or row.revoked_at is not None:
        return None
    return Actor(
        StaffId(f"display:{row.display_id}"),
        row.display_name,
        Role.WAITING_ROOM_DISPLAY if row.kind == "waiting-room" else Role.DISPLAY,
        UnitId(row.display_unit),
        sees_names=row.names == "name",
        screen_version=row.version,
    )
