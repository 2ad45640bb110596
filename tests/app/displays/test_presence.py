"""Which screens are there, as the coordinator's list knows it, and how little it costs to know."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.displays.presence import Presence
from core.access.tables import Display
from core.ids import Actor
from core.store.work import Store
from realtime.hub import Hub
from tests.cast import Cast, move_in
from tests.conftest import SettableClock


class Followed(Hub):
    """A hub that is followed by those the test says."""

    def __init__(self) -> None:
        self.actors: set[Actor] = set()

    def followed_by(self) -> Collection[Actor]:
        return self.actors


async def seen(store: Store) -> object:
    async def when(session: AsyncSession) -> object:
        return (await session.execute(select(Display.seen_at).where(Display.kind == "wall"))).scalar_one()

    return await store.read(when)


@pytest.fixture
async def cast(store: Store) -> Cast:
    return await move_in(store)


async def test_a_screen_that_comes_is_seen_at_the_next_look(
    store: Store, clock: SettableClock, cast: Cast
) -> None:
    hub = Followed()
    presence = Presence(store, hub)
    await presence.look()
    assert await seen(store) is None

    hub.actors = {cast.wall.actor, cast.nora.actor}
    await presence.look()

    assert await seen(store) == clock()


async def test_a_screen_that_stays_is_noted_each_half_minute_and_not_at_each_look(
    store: Store, clock: SettableClock, cast: Cast
) -> None:
    hub = Followed()
    hub.actors = {cast.wall.actor}
    presence = Presence(store, hub)
    noted = []

    for _ in range(24):
        await presence.look()
        noted.append(await seen(store))
        clock.advance(seconds=5)

    assert 4 <= len(set(noted)) <= 5


async def test_a_screen_that_goes_keeps_the_time_it_was_last_there(
    store: Store, clock: SettableClock, cast: Cast
) -> None:
    hub = Followed()
    hub.actors = {cast.wall.actor}
    presence = Presence(store, hub)
    await presence.look()
    left = clock()
    hub.actors = set()

    for _ in range(12):
        clock.advance(seconds=5)
        await presence.look()

    assert await seen(store) == left
