"""Staff and displays (ansatte og skjermer): adding them, and checking a password."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import issue_for_display, issue_for_staff
from core.access.tables import Display, Staff
from core.errors import Conflict, Invalid, NotSignedIn
from core.ids import Role, new_id
from core.store.work import Work
from core.text import Answer, Request, ShortText

_hasher = PasswordHasher()
# Checked against when the user name is unknown, so that the answer takes as long either way.
_NOBODY = _hasher.hash("nobody has this password")


class UsernameTaken(Conflict):
    """Somebody has that user name already."""

    code = "username-taken"


class PasswordTooShort(Invalid):
    """Fewer than 12 characters (NIST SP 800-63B-4 asks for at least that without a second factor)."""

    code = "password-too-short"


class NewStaff(Request):
    """A person to add."""

    username: ShortText
    name: ShortText
    role: Role
    unit: ShortText
    password_hash: str
    hpr_number: ShortText | None = None


class SignedIn(Answer):
    """Who signed in, and where to begin."""

    name: str
    role: Role
    unit: str


def hash_password(password: str) -> str:
    """Argon2id with the library's defaults (RFC 9106); tens of milliseconds, so off the loop."""
    if len(password) < 12:
        raise PasswordTooShort
    return _hasher.hash(unicodedata.normalize("NFC", password))


def password_fits(password: str, stored: str | None) -> bool:
    """Whether the password is right; unknown people are checked against a hash nobody knows."""
    try:
        # The same letter can be typed in two ways (å, or a with a ring); NFC makes them one.
        return (
            _hasher.verify(stored or _NOBODY, unicodedata.normalize("NFC", password)) and stored is not None
        )
    except (Argon2Error, InvalidHashError):
        return False


async def add_staff(work: Work, person: NewStaff) -> str:
    """Add a person; returns the staff id."""
    taken = await work.session.execute(select(Staff.id).where(Staff.username == person.username))
    if taken.first() is not None:
        raise UsernameTaken(username=person.username)
    staff = Staff(
        id=new_id(),
        username=person.username,
        name=person.name,
        role=person.role.value,
        unit_id=person.unit,
        password_hash=person.password_hash,
        hpr_number=person.hpr_number,
        active=True,
        added_at=work.now,
    )
    work.session.add(staff)
    return staff.id


async def add_display(work: Work, name: str) -> str:
    """Add a wall screen to the actor's unit; returns its token, shown this once."""
    display = Display(id=new_id(), name=name, unit_id=work.unit, added_at=work.now)
    work.session.add(display)
    await work.session.flush()
    return await issue_for_display(work, display.id)


async def stored_password(session: AsyncSession, username: str) -> str | None:
    """The stored hash of an active person, or None."""
    found = await session.execute(select(Staff.password_hash).where(Staff.username == username, Staff.active))
    return found.scalar_one_or_none()


async def start_session(work: Work, username: str, lasts: timedelta) -> tuple[str, SignedIn]:
    """A session for a person whose password was right."""
    staff = (await work.session.execute(select(Staff).where(Staff.username == username))).scalar_one_or_none()
    if staff is None or not staff.active:
        raise NotSignedIn
    token = await issue_for_staff(work, staff.id, "session", lasts)
    return token, SignedIn(name=staff.name, role=Role(staff.role), unit=staff.unit_id)


async def doctors(session: AsyncSession, unit: str) -> Sequence[Staff]:
    """The doctors of a unit, by name."""
    found = await session.execute(
        select(Staff)
        .where(Staff.unit_id == unit, Staff.role == Role.DOCTOR.value, Staff.active)
        .order_by(Staff.name)
    )
    return found.scalars().all()
