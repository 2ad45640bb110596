"""The machine one stands at (arbeidsstasjon): who signed in there this shift, for a quick change of person.

The machine's cookie opens nothing. It says who is likely to come back, remembers for one shift that they
showed their second factor here, and keeps those who guess from elsewhere out of their way.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import token_hash
from core.access.sign_in.tables import Machine, MachinePerson
from core.access.tables import Staff
from core.ids import initials, new_id
from core.store.work import Work
from core.text import Answer

_SHOWN = 8


class Colleague(Answer):
    """Somebody who was signed in here this shift."""

    username: str
    name: str
    initials: str


async def colleagues_here(
    session: AsyncSession, token: str | None, now: datetime, shift: timedelta
) -> tuple[Colleague, ...]:
    """Who has signed in at this machine this shift, the last one first. Names of staff, no more."""
    if not token:
        return ()
    found = await session.execute(
        select(Staff)
        .join(MachinePerson, MachinePerson.staff_id == Staff.id)
        .join(Machine, Machine.id == MachinePerson.machine_id)
        .where(Machine.token_hash == token_hash(token), Staff.active, MachinePerson.seen_at > now - shift)
        .order_by(MachinePerson.seen_at.desc(), Staff.id)
        .limit(_SHOWN)
    )
    return tuple(
        Colleague(username=each.username, name=each.name, initials=initials(each.name))
        for each in found.scalars()
    )


async def known_at(session: AsyncSession, token: str | None, username: str) -> MachinePerson | None:
    """The person's place at this machine, however long ago; None for strangers and unknown machines."""
    if not token:
        return None
    found = await session.execute(
        select(MachinePerson)
        .join(Staff, MachinePerson.staff_id == Staff.id)
        .join(Machine, Machine.id == MachinePerson.machine_id)
        .where(Machine.token_hash == token_hash(token), Staff.username == username)
    )
    return found.scalar_one_or_none()


async def note_here(work: Work, token: str | None, staff: Staff, *, second: bool) -> str:
    """The person is at this machine; answers the machine's token, a new one where there was none."""
    found = await work.session.execute(select(Machine).where(Machine.token_hash == token_hash(token or "")))
    machine = found.scalar_one_or_none() if token else None
    if machine is None or machine.unit_id != staff.unit_id:
        token = secrets.token_urlsafe(32)
        machine = Machine(id=new_id(), token_hash=token_hash(token), unit_id=staff.unit_id, seen_at=work.now)
        work.session.add(machine)
        await work.session.flush()
    machine.seen_at = work.now
    person = await work.session.get(MachinePerson, (machine.id, staff.id))
    if person is None:
        person = MachinePerson(machine_id=machine.id, staff_id=staff.id, seen_at=work.now)
        work.session.add(person)
    person.seen_at = work.now
    if second:
        person.second_at = work.now
    assert token is not None
    return token
