"""What whoever runs the server does for somebody who cannot come in, or shall not any more."""

from __future__ import annotations

from sqlalchemy import select

from core.access.sign_in import door_log
from core.access.sign_in.factors import make_codes, take_all
from core.access.sign_in.sessions import end_all
from core.access.tables import Staff
from core.errors import NotFound
from core.store.work import Work


async def reset_factors(work: Work, username: str) -> str:
    """Take every factor away (nullstille to trinn), end every sign-in; answers a code to begin anew with."""
    staff = await _somebody(work, username)
    await take_all(work, staff.id)
    await end_all(work, staff.id)
    await door_log.write(work, "factors-reset", staff)
    (code,) = await make_codes(work, staff.id, 1)
    return code


async def end_sessions(work: Work, username: str) -> int:
    """End every sign-in and token of a person; how many there were."""
    staff = await _somebody(work, username)
    ended = await end_all(work, staff.id)
    await door_log.write(work, "sessions-ended", staff, detail=str(ended))
    return ended


async def deactivate(work: Work, username: str) -> int:
    """The person has left (sluttet): every sign-in ends, and none is begun; what they did stays theirs."""
    staff = await _somebody(work, username)
    staff.active = False
    await door_log.write(work, "deactivated", staff)
    return await end_all(work, staff.id)


async def set_password(work: Work, username: str, hashed: str) -> int:
    """Another password for somebody who has forgotten theirs; every sign-in ends."""
    staff = await _somebody(work, username)
    staff.password_hash = hashed
    await door_log.write(work, "password-changed", staff)
    return await end_all(work, staff.id)


async def _somebody(work: Work, username: str) -> Staff:
    found = await work.session.execute(select(Staff).where(Staff.username == username))
    staff = found.scalar_one_or_none()
    if staff is None:
        raise NotFound(username=username)
    return staff
