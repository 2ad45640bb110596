"""Coming in (logge inn): a password, where the site wants it a second factor, and then a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access import credentials
from core.access.credentials import token_hash
from core.access.sign_in import door_log, factors, machines, slowing
from core.access.sign_in.steps import open_step, see_step, use_step
from core.access.tables import Credential, Staff
from core.errors import Conflict, NotAllowed, NotSignedIn
from core.ids import Role
from core.store.work import Work
from core.text import Answer

_REMEMBERED = timedelta(days=2)  # a sign-in of a day, and a night in which nobody came by

Demand = Literal["optional", "required"]
"""optional: whoever has a second factor uses it. required: nobody comes in without."""


class SecondFactorMissing(NotAllowed):
    """The site wants a second factor and the person has none: an administrator gives a code to begin with."""

    code = "second-factor-missing"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands at the door."""

    address: str
    device: str
    machine: str | None  # the token in the machine's cookie
    leaving: str | None  # the token of the session before, which ends


@dataclass(frozen=True, slots=True)
class Policy:
    """What the site has decided."""

    lasts: timedelta  # a sign-in, and a shift
    idle: timedelta
    second: Demand
    key: str | None  # for the secrets of authenticator apps


class SignedIn(Answer):
    """Who signed in, and where to begin."""

    id: str
    name: str
    role: Role
    unit: str


class SecondWanted(Answer):
    """The password was right; one of these ways is wanted too."""

    step: str
    ways: tuple[str, ...]  # totp, passkey, recovery


@dataclass(frozen=True, slots=True)
class Arrived:
    """In: the session's token, the machine's, and who it is."""

    token: str
    machine: str
    who: SignedIn


class NobodyToUnlock(Conflict):
    """This browser has had no session lately: sign in with user name and password."""

    code = "nobody-to-unlock"


async def who_was_here(session: AsyncSession, token: str | None, now: datetime) -> str:
    """The user name of whoever locked this screen, or whose session ended here in the last day."""
    found = await session.execute(
        select(Staff.username)
        .join(Credential, Credential.staff_id == Staff.id)
        .where(Credential.token_hash == token_hash(token or ""), Credential.created_at > now - _REMEMBERED)
    )
    username = found.scalar_one_or_none()
    if username is None:
        raise NobodyToUnlock
    return username


async def how_they_came(session: AsyncSession, token: str | None) -> str | None:
    """The way whoever was here came in; None: nobody was, or it is not known."""
    found = await session.execute(
        select(Credential.method).where(Credential.token_hash == token_hash(token or ""))
    )
    return found.scalar_one_or_none()


async def knock(work: Work, username: str, place: Place) -> str | None:
    """Count the attempt, or refuse it when it comes too soon; the stored password of whoever it may be."""
    await slowing.claim(work, await _gates(work, username, place))
    staff = await _active(work, username)
    return staff.password_hash if staff else None


async def refuse(work: Work, username: str, place: Place, method: str) -> None:
    """Note that somebody was wrong. What was typed as a name nobody has is not kept."""
    staff = await _active(work, username)
    await door_log.write(work, "refused", staff, method=method, address=place.address)


async def come_in(
    work: Work, username: str, place: Place, *, policy: Policy, rehashed: str | None = None
) -> Arrived | SecondWanted:
    """The password was right: a session, or what is wanted besides."""
    staff = await _active(work, username)
    if staff is None:
        raise NotSignedIn
    await slowing.succeed(work, await _gates(work, username, place))
    if rehashed is not None:
        staff.password_hash = rehashed
    if await _second_lately(work, staff, place, policy):
        return await admit(work, staff, place, policy=policy, method="password")
    ways = await factors.ways(work.session, staff.id)
    if not ways:
        if policy.second == "required":
            raise SecondFactorMissing
        return await admit(work, staff, place, policy=policy, method="password")
    if policy.second == "optional" and ways == ("recovery",):
        return await admit(work, staff, place, policy=policy, method="password")
    return SecondWanted(step=await open_step(work, "second", staff.id, {}), ways=ways)


async def count_second(work: Work, step: str, place: Place) -> None:
    """Count an attempt at the second factor, as at the first."""
    waiting = await see_step(work, step, "second")
    await slowing.claim(work, _second_gates(waiting.staff_id or "", place))


async def come_in_by_code(
    work: Work, step: str, code: str, place: Place, *, policy: Policy
) -> Arrived | None:
    """The code of an authenticator app, or one on paper; None when it is wrong, and the step goes on."""
    waiting = await see_step(work, step, "second")
    staff = await work.session.get_one(Staff, waiting.staff_id)
    method = await factors.use_code(work, staff, code, policy.key)
    if method is None:
        await door_log.write(work, "refused", staff, method="second", address=place.address)
        return None
    await use_step(work, step, "second")
    await slowing.succeed(work, _second_gates(staff.id, place))
    return await admit(work, staff, place, policy=policy, method=f"password+{method}")


async def admit(work: Work, staff: Staff, place: Place, *, policy: Policy, method: str) -> Arrived:
    """A new session; the one before at this browser ends, whoever's it was."""
    if not staff.active:
        raise NotSignedIn
    if place.leaving:
        await credentials.end(work, place.leaving)
    token = await credentials.start(
        work,
        staff.id,
        lasts=policy.lasts,
        idle=policy.idle,
        method=method,
        device=place.device,
        address=place.address,
    )
    machine = await machines.note_here(work, place.machine, staff, second=method != "password")
    await door_log.write(work, "signed-in", staff, method=method, address=place.address)
    who = SignedIn(id=staff.id, name=staff.name, role=Role(staff.role), unit=staff.unit_id)
    return Arrived(token, machine, who)


async def _active(work: Work, username: str) -> Staff | None:
    found = await work.session.execute(select(Staff).where(Staff.username == username, Staff.active))
    return found.scalar_one_or_none()


async def _gates(work: Work, username: str, place: Place) -> Sequence[slowing.Gate]:
    here = await machines.known_at(work.session, place.machine, username)
    return slowing.gates(username, place.address, here.machine_id if here else None)


def _second_gates(staff_id: str, place: Place) -> Sequence[slowing.Gate]:
    # Six digits: the account itself is what must be slowed, wherever the guesses come from.
    return (slowing.Gate(f"second:{staff_id}", 5, 60),)


async def _second_lately(work: Work, staff: Staff, place: Place, policy: Policy) -> bool:
    """Shown here this shift already: back at the same machine the password is enough."""
    here = await machines.known_at(work.session, place.machine, staff.username)
    return here is not None and here.second_at is not None and here.second_at > work.now - policy.lasts
