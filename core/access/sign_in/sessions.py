"""One's own sign-ins (mine innlogginger): seen, locked, and ended one by one or all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import token_hash
from core.access.sign_in import door_log
from core.access.tables import Credential, Staff
from core.errors import NotFound
from core.store.work import Work
from core.text import Answer


class SessionView(Answer):
    """One sign-in: where, how, since when."""

    id: str
    kind: str  # session, or token: a program
    device: str | None
    address: str | None
    method: str | None
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None
    locked: bool
    this_one: bool


class SessionList(Answer):
    """Those that open something now, the one last used first."""

    sessions: tuple[SessionView, ...]


class Ended(Answer):
    """How many were ended."""

    ended: int


async def sessions_of(session: AsyncSession, staff_id: str, token: str, now: datetime) -> SessionList:
    """The person's own; `token` is the one that asks."""
    asking = token_hash(token)
    found = await session.execute(
        select(Credential).where(Credential.staff_id == staff_id, *_open(now)).order_by(Credential.created_at)
    )
    views = [_view(row, asking) for row in found.scalars()]
    return SessionList(sessions=tuple(sorted(views, key=lambda each: each.used_at or each.created_at)[::-1]))


def _view(row: Credential, asking: str) -> SessionView:
    names = ("kind", "device", "address", "method", "created_at", "used_at", "expires_at")
    return SessionView(
        id=row.id or "",
        locked=row.locked_at is not None,
        this_one=row.token_hash == asking,
        **{name: getattr(row, name) for name in names},
    )


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Credential.ended_at.is_(None),
        Credential.expires_at.is_(None) | (Credential.expires_at > now),
        Credential.idle_until.is_(None) | (Credential.idle_until > now),
    )


async def end_one(work: Work, session_id: str) -> Ended:
    """End one of one's own; another's is not found."""
    ended = await _end(work, work.actor.id, Credential.id == session_id)
    if not ended:
        raise NotFound(session=session_id)
    await _tell(work, "session-ended", 1)
    return Ended(ended=ended)


async def end_others(work: Work, token: str) -> Ended:
    """End all of one's own but the one that asks; also tokens of programs."""
    ended = await _end(work, work.actor.id, Credential.token_hash != token_hash(token))
    await _tell(work, "sessions-ended", ended)
    return Ended(ended=ended)


async def end_all(work: Work, staff_id: str) -> int:
    """End all of a person's: left the job, or a factor was lost."""
    return await _end(work, staff_id)


async def lock(work: Work, token: str) -> Ended:
    """Lock this screen (lås): the session opens nothing until the person signs in again."""
    await work.session.execute(
        update(Credential)
        .where(Credential.token_hash == token_hash(token), Credential.kind == "session")
        .values(locked_at=work.now)
    )
    await _tell(work, "locked", None)
    return Ended(ended=0)


async def _end(work: Work, staff_id: str, *which: ColumnElement[bool]) -> int:
    found = await work.session.execute(
        update(Credential)
        .where(Credential.staff_id == staff_id, *_open(work.now), *which)
        .values(ended_at=work.now)
        .returning(Credential.token_hash)
    )
    return len(found.all())


async def _tell(work: Work, what: str, count: int | None) -> None:
    staff = await work.session.get(Staff, work.actor.id)
    await door_log.write(work, what, staff, detail=None if count is None else str(count))
