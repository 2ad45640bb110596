"""What proves who is asking: sessions of people, tokens of programs and displays.

A token is 256 random bits shown once; the database keeps its hash.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Credential, Display, Staff
from core.errors import NotFound, NotSignedIn
from core.ids import Actor, Role, StaffId, UnitId
from core.store.work import Work

_AT_ONCE = 500  # SQLite takes a bounded number of values in one statement


def token_hash(token: str) -> str:
    """What is stored in place of the token. Plain SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


async def issue_for_staff(work: Work, staff_id: str, kind: str, lasts: timedelta | None) -> str:
    """A new session or token for a person; returned once, never readable again."""
    return _issue(work, kind, lasts, staff_id=staff_id)


async def issue_for_display(work: Work, display_id: str) -> str:
    """A new token for a wall screen."""
    return _issue(work, "display", None, display_id=display_id)


def _issue(work: Work, kind: str, lasts: timedelta | None, **owner: str) -> str:
    token = secrets.token_urlsafe(32)
    work.session.add(
        Credential(
            token_hash=token_hash(token),
            kind=kind,
            created_at=work.now,
            expires_at=work.now + lasts if lasts else None,
            **owner,
        )
    )
    return token


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


async def whose_many(session: AsyncSession, hashes: Collection[str], now: datetime) -> dict[str, Actor]:
    """Who is behind each of these token hashes; those that are worth nothing (any more) are left out."""
    known: dict[str, Actor] = {}
    ordered = list(hashes)
    for start in range(0, len(ordered), _AT_ONCE):
        found = await session.execute(
            select(Credential, Staff, Display)
            .outerjoin(Staff, Credential.staff_id == Staff.id)
            .outerjoin(Display, Credential.display_id == Display.id)
            .where(Credential.token_hash.in_(ordered[start : start + _AT_ONCE]))
        )
        for credential, staff, display in found:
            actor = _actor(staff, display)
            if actor is not None and not _ended(credential, now):
                known[credential.token_hash] = actor
    return known


def _ended(credential: Credential, now: datetime) -> bool:
    expired = credential.expires_at is not None and credential.expires_at <= now
    return credential.ended_at is not None or expired


def _actor(staff: Staff | None, display: Display | None) -> Actor | None:
    if staff is not None and staff.active:
        return Actor(StaffId(staff.id), staff.name, Role(staff.role), UnitId(staff.unit_id))
    if display is not None:
        return Actor(StaffId(f"display:{display.id}"), display.name, Role.DISPLAY, UnitId(display.unit_id))
    return None
