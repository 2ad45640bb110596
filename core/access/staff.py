"""Staff and displays (ansatte og skjermer): adding them, and checking a password."""

from __future__ import annotations

import unicodedata
from base64 import b64encode
from collections.abc import Collection, Sequence
from os import urandom

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import ARGON2_VERSION
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import issue_for_display
from core.access.displays import Kind, Theme
from core.access.tables import Display, Staff
from core.errors import Conflict, Invalid
from core.ids import Role, new_id
from core.store.work import Work
from core.text import Request, ShortText

_hasher = PasswordHasher()


def _decoy(hasher: PasswordHasher) -> str:
    # Written, not computed: a hash takes as long to check whatever it holds, and the service starts sooner.
    salt, hashed = (
        b64encode(urandom(length)).decode().rstrip("=") for length in (hasher.salt_len, hasher.hash_len)
    )
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${hashed}"


# Checked against when the user name is unknown, so that the answer takes as long either way.
_NOBODY = _decoy(_hasher)


class UsernameTaken(Conflict):
    """Somebody has that user name already."""

    code = "username-taken"


class PasswordTooShort(Invalid):
    """Fewer than 12 characters (NIST SP 800-63B-4 asks for at least that without a second factor)."""

    code = "password-too-short"


class PasswordEasilyGuessed(Invalid):
    """One of those tried first: the own user name, one letter again and again, or on the site's list."""

    code = "password-too-common"


class NewStaff(Request):
    """A person to add."""

    username: ShortText
    name: ShortText
    role: Role
    unit: ShortText
    password_hash: str
    hpr_number: ShortText | None = None


def hash_password(password: str, *, username: str = "", refused: Collection[str] = ()) -> str:
    """Argon2id with the library's defaults (RFC 9106); tens of milliseconds, so off the loop.

    Long is what counts (NIST SP 800-63B-4): no rules of digits and signs. `refused` is the site's own list.
    """
    if len(password) < 12:
        raise PasswordTooShort
    plain = password.casefold()
    if len(set(plain)) < 4 or (
        username and not plain.replace(username.casefold(), "").strip("0123456789 !.-")
    ):
        raise PasswordEasilyGuessed
    if plain in refused:
        raise PasswordEasilyGuessed
    return _hasher.hash(unicodedata.normalize("NFC", password))


def made_anew(password: str, stored: str) -> str | None:
    """The right password hashed anew when the way of hashing has become stronger; else None."""
    if not _hasher.check_needs_rehash(stored):
        return None
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


async def add_display(work: Work, name: str, kind: Kind = "wall") -> str:
    """Add a screen to the actor's unit; returns its token, shown this once. Waiting rooms are light."""
    theme: Theme = "light" if kind == "waiting-room" else "dark"
    display = Display(id=new_id(), name=name, kind=kind, theme=theme, unit_id=work.unit, added_at=work.now)
    work.session.add(display)
    await work.session.flush()
    return await issue_for_display(work, display.id)


async def doctors(session: AsyncSession, unit: str) -> Sequence[Staff]:
    """The doctors of a unit, by name."""
    found = await session.execute(
        select(Staff)
        .where(Staff.unit_id == unit, Staff.role == Role.DOCTOR.value, Staff.active)
        .order_by(Staff.name)
    )
    return found.scalars().all()
