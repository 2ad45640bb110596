"""Screens on the wall: seen, arranged and taken down by those who may, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access import credentials, displays
from core.access.displays import CONNECTED_WITHIN, DisplayNameTaken, DisplaySettings, DisplayView
from core.errors import NotAllowed, NotFound, NotSignedIn, Stale
from core.ids import Actor, Role, UnitId
from core.store.event_log import EventRow
from core.store.work import Store
from tests.cast import OTHER_UNIT, UNIT, move_in, system
from tests.conftest import SettableClock


async def listed(store: Store) -> list[DisplayView]:
    """The staff's walls of the unit; a screen in the waiting room hangs there too."""
    found = (await store.read(displays.displays_of, UNIT, store.clock())).displays
    return [display for display in found if display.kind == "wall"]


def settings(**changes: Any) -> DisplaySettings:
    common = {"name": "Tavle 1", "kind": "wall", "names": "name", "zone": None, "theme": "dark"}
    return DisplaySettings(**{**common, "chime": False, **changes})


async def what_happened(session: AsyncSession) -> list[tuple[str, str | None, str, str]]:
    rows = (await session.execute(select(EventRow).order_by(EventRow.seq))).scalars()
    return [(row.kind, row.encounter_id, row.actor_name, row.facts["name"]) for row in rows]


async def test_a_screen_is_on_the_list_with_what_it_shows(store: Store, clock: SettableClock) -> None:
    await move_in(store)

    (wall,) = await listed(store)

    assert (wall.name, wall.kind, wall.names, wall.theme) == ("Tavle 1", "wall", "name", "dark")
    assert (wall.added_at, wall.seen_at, wall.connected) == (clock(), None, False)


async def test_a_screen_is_connected_until_it_was_not_seen_for_a_while(
    store: Store, clock: SettableClock
) -> None:
    cast = await move_in(store)
    await store.write(system(), displays.note_seen, [cast.wall.actor, cast.nora.actor])

    clock.advance(seconds=CONNECTED_WITHIN.total_seconds())
    assert (await listed(store))[0].connected

    clock.advance(seconds=1)
    (wall,) = await listed(store)
    assert (wall.connected, wall.seen_at) == (False, clock() - CONNECTED_WITHIN - timedelta(seconds=1))


async def test_other_settings_reach_the_screen_with_a_new_version(store: Store, clock: SettableClock) -> None:
    cast = await move_in(store)
    (wall,) = await listed(store)

    changed = await store.write(
        cast.kari.actor, displays.arrange, wall.id, settings(names="number", zone="akutt"), wall.version
    )

    actor = await store.read(credentials.whose, cast.wall.token, clock())
    assert (changed.version, changed.names, changed.zone) == (2, "number", "akutt")
    assert (actor.sees_names, actor.screen_version) == (False, 2)


async def test_settings_as_they_were_disturb_no_screen(store: Store) -> None:
    cast = await move_in(store)
    (wall,) = await listed(store)

    same = await store.write(cast.kari.actor, displays.arrange, wall.id, settings(), wall.version)

    assert same == wall
    assert await store.read(what_happened) == []


async def test_of_two_who_change_a_screen_the_second_sees_what_the_first_did(store: Store) -> None:
    cast = await move_in(store)
    (wall,) = await listed(store)
    await store.write(cast.kari.actor, displays.arrange, wall.id, settings(theme="light"), 1)

    with pytest.raises(Stale) as stale:
        await store.write(cast.admin.actor, displays.arrange, wall.id, settings(names="number"), 1)

    current = stale.value.facts["current"]
    assert isinstance(current, DisplayView)
    assert (current.version, current.theme, current.names) == (2, "light", "name")


async def test_a_screen_that_is_taken_down_is_nobody_and_off_the_list(
    store: Store, clock: SettableClock
) -> None:
    cast = await move_in(store)
    (wall,) = await listed(store)

    await store.write(cast.admin.actor, displays.revoke, wall.id)

    assert await listed(store) == []
    with pytest.raises(NotSignedIn):
        await store.read(credentials.whose, cast.wall.token, clock())
    with pytest.raises(NotFound):
        await store.write(cast.kari.actor, displays.arrange, wall.id, settings(), 1)


async def test_the_log_says_who_changed_a_screen_and_who_took_it_down(store: Store) -> None:
    cast = await move_in(store)
    (wall,) = await listed(store)
    await store.write(cast.kari.actor, displays.arrange, wall.id, settings(name="Akutt"), 1)
    await store.write(cast.admin.actor, displays.revoke, wall.id)

    assert await store.read(what_happened) == [
        ("display-arranged", None, "Kari Moe", "Akutt"),
        ("display-revoked", None, "Arne Admin", "Akutt"),
    ]


async def test_the_name_of_another_screen_is_refused_and_that_of_one_taken_down_is_free(
    store: Store,
) -> None:
    cast = await move_in(store)
    await _second(store)
    first, second = await listed(store)

    with pytest.raises(DisplayNameTaken):
        await store.write(cast.kari.actor, displays.arrange, second.id, settings(), 1)
    await store.write(cast.kari.actor, displays.revoke, first.id)

    assert (await store.write(cast.kari.actor, displays.arrange, second.id, settings(), 1)).name == "Tavle 1"


async def test_nobody_else_arranges_or_takes_down(store: Store) -> None:
    cast = await move_in(store)
    (wall,) = await listed(store)
    elsewhere = Actor(cast.kari.actor.id, "Siri", Role.COORDINATOR, UnitId(OTHER_UNIT))

    for person in (cast.nora, cast.dag, cast.wall, cast.stranger):
        with pytest.raises(NotAllowed):
            await store.write(person.actor, displays.arrange, wall.id, settings(), 1)
        with pytest.raises(NotAllowed):
            await store.write(person.actor, displays.revoke, wall.id)
    with pytest.raises(NotFound):
        await store.write(elsewhere, displays.revoke, wall.id)
    assert await listed(store) == [wall]


async def _second(store: Store) -> None:
    async def hang_up(work: Any) -> None:
        work.session.add(
            displays.Display(id="b" * 36, name="Tavle 2", unit_id=UNIT, version=1, added_at=work.now)
        )

    await store.write(system(UNIT), hang_up)
