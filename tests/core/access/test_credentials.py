"""Sessions and tokens: who is behind one, and when nobody is any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.access import credentials, staff
from core.access.staff import PasswordTooShort, hash_password, password_fits
from core.access.tables import Credential, Staff
from core.errors import NotSignedIn
from core.ids import Role
from core.store.work import Store, Work
from tests.cast import AT_HOME, PASSWORD, UNIT, move_in, system
from tests.conftest import SettableClock


async def _stored(session: AsyncSession) -> str:
    rows = (await session.execute(select(Credential))).scalars()
    return " ".join(f"{row.token_hash} {row.kind}" for row in rows)


async def test_a_token_is_the_person_it_was_given_to(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)

    actor = await store.read(credentials.whose, cast.dag.token, clock())

    assert actor == cast.dag.actor


async def test_a_screens_token_is_a_screen(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)

    actor = await store.read(credentials.whose, cast.wall.token, clock())

    assert (actor.role, actor.unit, actor.name) == (Role.DISPLAY, UNIT, "Tavle 1")


async def test_a_session_ends_at_its_minute(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)
    token = await store.write(
        system(UNIT), credentials.issue_for_staff, cast.nora.actor.id, "session", timedelta(hours=12)
    )

    clock.advance(hours=12, seconds=-1)
    assert await store.read(credentials.whose, token, clock()) == cast.nora.actor

    clock.advance(seconds=1)
    with pytest.raises(NotSignedIn):
        await store.read(credentials.whose, token, clock())


async def test_a_session_that_was_ended_is_worth_nothing(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)

    await store.write(system(UNIT), credentials.end, cast.nora.token)

    with pytest.raises(NotSignedIn):
        await store.read(credentials.whose, cast.nora.token, clock())
    assert await store.read(credentials.whose, cast.dag.token, clock()) == cast.dag.actor


async def test_who_has_left_the_job_is_nobody(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)

    async def leave(work: Work) -> None:
        await work.session.execute(update(Staff).where(Staff.id == cast.dina.actor.id).values(active=False))

    await store.write(system(UNIT), leave)

    with pytest.raises(NotSignedIn):
        await store.read(credentials.whose, cast.dina.token, clock())


async def test_the_database_does_not_hold_what_opens_the_door(store: Store) -> None:
    cast = await move_in(store)

    stored = await store.read(_stored)

    assert all(person.token not in stored for person in cast.all().values())
    with pytest.raises(NotSignedIn):
        await store.read(credentials.whose, stored.split()[0], store.clock())


def test_a_password_fits_only_itself() -> None:
    stored = hash_password(PASSWORD)

    assert password_fits(PASSWORD, stored)
    assert not password_fits(PASSWORD + " ", stored)
    assert not password_fits(PASSWORD, None)


def test_a_ward_hashes_passwords_as_the_library_recommends() -> None:
    assert not AT_HOME.check_needs_rehash(PasswordHasher().hash(PASSWORD))


def test_whether_a_user_name_is_known_does_not_show_in_how_long_the_answer_takes() -> None:
    nobody = staff._NOBODY

    with pytest.raises(VerifyMismatchError):  # looked through to the end, not thrown away as no hash
        PasswordHasher().verify(nobody, PASSWORD)
    assert extract_parameters(nobody) == extract_parameters(hash_password(PASSWORD))


def test_eleven_letters_are_no_password() -> None:
    with pytest.raises(PasswordTooShort):
        hash_password("elleve tegn"[:11])
