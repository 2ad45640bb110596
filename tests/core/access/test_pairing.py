"""Pairing a screen: a code that is worth nothing alone, a token that is handed out once, and no flood."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access import credentials, displays, pairing
from core.access.displays import DisplayNameTaken, DisplayView
from core.access.pairing import (
    LETTERS,
    NewDisplay,
    OpenedPairing,
    PairingClaimed,
    PairingCodeUnknown,
    PairingExpired,
    TooManyPairings,
    new_code,
    plain_code,
)
from core.access.tables import Credential, Display, DisplayPairing
from core.errors import NotAllowed, NotSignedIn
from core.ids import Actor, Role, UnitId
from core.store.event_log import EventRow
from core.store.work import Store
from tests.cast import OTHER_UNIT, UNIT, Cast, move_in, system
from tests.conftest import SettableClock


async def opened(store: Store) -> OpenedPairing:
    return await store.write(system(), pairing.open_pairing)


async def approved(store: Store, cast: Cast, code: str, **changes: Any) -> DisplayView:
    new = NewDisplay(**{"code": code, "name": "Vaktrom", **changes})
    return await store.write(cast.kari.actor, pairing.approve, new)


async def fetched(store: Store, secret: str, key: str | None = "once") -> str:
    token, _path = await store.write(system(), pairing.claim, secret, key)
    return token


async def count(session: AsyncSession, table: type[Any]) -> int:
    return (await session.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_screen_that_was_approved_reads_one_board_of_one_unit(
    store: Store, clock: SettableClock
) -> None:
    cast = await move_in(store)
    screen = await opened(store)

    display = await approved(store, cast, screen.code, names="number")
    token, path = await store.write(system(), pairing.claim, screen.secret, "once")

    actor = await store.read(credentials.whose, token, clock())
    assert actor == Actor(
        f"display:{display.id}", "Vaktrom", Role.DISPLAY, UnitId(UNIT), False, screen_version=1
    )  # type: ignore[arg-type]
    assert path == f"/wall/{UNIT}"


@pytest.mark.parametrize(
    ("kind", "path"), [("wall", "/wall/nordvik"), ("waiting-room", "/waiting-room/nordvik")]
)
async def test_a_screen_goes_where_its_kind_belongs(store: Store, kind: Any, path: str) -> None:
    cast = await move_in(store)
    screen = await opened(store)
    await approved(store, cast, screen.code, kind=kind)

    assert (await store.write(system(), pairing.claim, screen.secret, None))[1] == path


async def test_until_somebody_approves_there_is_nothing_to_fetch(store: Store, clock: SettableClock) -> None:
    screen = await opened(store)

    assert not await store.read(pairing.is_approved, screen.secret, clock())
    with pytest.raises(PairingExpired):
        await fetched(store, screen.secret)
    assert await store.read(count, Credential) == 0


async def test_the_token_is_handed_out_once(store: Store) -> None:
    cast = await move_in(store)
    screen = await opened(store)
    await approved(store, cast, screen.code)
    await fetched(store, screen.secret, "mine")

    for key in ("another", None):
        with pytest.raises(PairingClaimed):
            await fetched(store, screen.secret, key)


async def test_a_screen_that_lost_the_answer_asks_again_and_gets_the_same(store: Store) -> None:
    cast = await move_in(store)
    screen = await opened(store)
    await approved(store, cast, screen.code)

    first, second = [await fetched(store, screen.secret, "mine") for _ in range(2)]

    assert first == second
    assert await store.read(count, Credential) == len(cast.all()) + 1


async def test_the_database_knows_neither_code_nor_secret_nor_token(store: Store) -> None:
    async def everything(session: AsyncSession) -> str:
        found = [
            str({column.name: getattr(row, column.name) for column in table.__table__.columns})
            for table in (DisplayPairing, Display, Credential, EventRow)
            for row in (await session.execute(select(table))).scalars()
        ]
        return " ".join(found)

    cast = await move_in(store)
    screen = await opened(store)
    await approved(store, cast, screen.code)
    token = await fetched(store, screen.secret)

    kept = await store.read(everything)
    assert "Vaktrom" in kept
    assert [word for word in (screen.code, screen.secret, token) if word in kept] == []


async def test_the_code_alone_fetches_nothing(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)
    screen, other = await opened(store), await opened(store)
    await approved(store, cast, screen.code)

    assert not await store.read(pairing.is_approved, other.secret, clock())
    for guess in (screen.code, other.secret, "", "a" * 43):
        with pytest.raises(PairingExpired):
            await fetched(store, guess)
    assert await fetched(store, screen.secret)


async def test_only_who_arranges_the_unit_approves(store: Store) -> None:
    cast = await move_in(store)
    screen = await opened(store)

    for person in (cast.nora, cast.dag, cast.wall, cast.stranger):
        with pytest.raises(NotAllowed):
            await store.write(person.actor, pairing.approve, NewDisplay(code=screen.code, name="X"))
    assert (await store.write(cast.admin.actor, pairing.approve, NewDisplay(code=screen.code, name="X"))).id


async def test_a_code_is_used_once_and_no_other_unit_gets_the_screen(store: Store) -> None:
    cast = await move_in(store)
    screen = await opened(store)
    elsewhere = Actor(cast.kari.actor.id, "Siri", Role.COORDINATOR, UnitId(OTHER_UNIT))
    await approved(store, cast, screen.code)

    with pytest.raises(PairingCodeUnknown):
        await store.write(elsewhere, pairing.approve, NewDisplay(code=screen.code, name="Vår"))

    token = await fetched(store, screen.secret)
    assert (await store.read(credentials.whose, token, store.clock())).unit == UNIT


async def test_after_ten_minutes_code_and_secret_are_worth_nothing(
    store: Store, clock: SettableClock
) -> None:
    cast = await move_in(store)
    screen = await opened(store)

    clock.advance(minutes=10)

    with pytest.raises(PairingCodeUnknown):
        await approved(store, cast, screen.code)
    with pytest.raises(PairingExpired):
        await store.read(pairing.is_approved, screen.secret, clock())


async def test_a_screen_approved_in_the_last_second_still_has_time_to_come(
    store: Store, clock: SettableClock
) -> None:
    cast = await move_in(store)
    screen = await opened(store)
    clock.advance(minutes=9, seconds=59)
    await approved(store, cast, screen.code)

    clock.advance(minutes=9)
    assert await fetched(store, screen.secret)

    clock.advance(minutes=1)
    with pytest.raises(PairingExpired):
        await fetched(store, screen.secret)


async def test_a_screen_taken_down_before_it_came_gets_no_token(store: Store) -> None:
    cast = await move_in(store)
    screen = await opened(store)
    display = await approved(store, cast, screen.code)

    await store.write(cast.kari.actor, displays.revoke, display.id)

    with pytest.raises(PairingExpired):
        await fetched(store, screen.secret)


async def test_a_screen_taken_down_cannot_fetch_its_token_again(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)
    screen = await opened(store)
    display = await approved(store, cast, screen.code)
    token = await fetched(store, screen.secret, "mine")

    await store.write(cast.kari.actor, displays.revoke, display.id)

    with pytest.raises(PairingExpired):
        await fetched(store, screen.secret, "mine")
    with pytest.raises(NotSignedIn):
        await store.read(credentials.whose, token, clock())


async def test_only_so_many_screens_may_wait_and_the_place_is_free_again_when_they_expire(
    store: Store, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "MOST_OPEN", 3)
    for _ in range(3):
        await opened(store)

    with pytest.raises(TooManyPairings):
        await opened(store)
    clock.advance(minutes=10)
    await opened(store)

    assert await store.read(count, DisplayPairing) == 1


async def test_a_screen_that_was_approved_no_longer_takes_a_place(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pairing, "MOST_OPEN", 1)
    cast = await move_in(store)
    screen = await opened(store)
    await approved(store, cast, screen.code)

    assert await opened(store)


async def test_two_screens_of_a_unit_have_two_names(store: Store) -> None:
    cast = await move_in(store)
    first, second = await opened(store), await opened(store)
    await approved(store, cast, first.code)

    with pytest.raises(DisplayNameTaken):
        await approved(store, cast, second.code)
    assert (await approved(store, cast, second.code, name="Pauserom")).name == "Pauserom"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("BCDFGHJK", "BCDFGHJK"),
        ("bcdf-ghjk", "BCDFGHJK"),
        (" BCDF – GHJK ", "BCDFGHJK"),
        ("b c d f g h j k", "BCDFGHJK"),
        ("----", ""),
    ],
)
def test_a_code_is_the_same_however_it_is_typed(typed: str, code: str) -> None:
    assert plain_code(typed) == code


def test_codes_are_letters_that_are_not_mistaken_and_spell_nothing() -> None:
    codes = {new_code() for _ in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) == set(LETTERS)
    assert not set(LETTERS) & set("AEIOUYÆØÅ0123456789")
