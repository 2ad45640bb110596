"""One's own password (passord): shown again before anything about signing in is changed."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.access.sign_in import door_log
from core.access.sign_in.sessions import end_others
from core.access.sign_in.slowing import Gate, claim, succeed
from core.access.tables import Staff
from core.errors import NotAllowed
from core.store.work import Work


class PasswordWrong(NotAllowed):
    """The password that was typed is not one's own; nothing was changed."""

    code = "password-wrong"


def _gate(work: Work) -> Gate:
    return Gate(f"own:{work.actor.id}", 5, 60)


async def count_own(work: Work) -> str:
    """Count the attempt; the stored password of whoever is signed in."""
    await claim(work, [_gate(work)])
    return (await work.session.get_one(Staff, work.actor.id)).password_hash


async def shown_again(work: Work) -> None:
    """It was right."""
    await succeed(work, [_gate(work)])


async def change_password(work: Work, new_hash: str, token: str) -> int:
    """Another password from now on; answers how many other sign-ins ended with it."""
    staff = await work.session.get_one(Staff, work.actor.id)
    staff.password_hash = new_hash
    await door_log.write(work, "password-changed", staff)
    return (await end_others(work, token)).ended


async def username_of(session: AsyncSession, staff_id: str) -> str:
    """The name the person signs in by."""
    return (await session.get_one(Staff, staff_id)).username
