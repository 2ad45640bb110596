"""Two services on one PostgreSQL: what is written through one reaches the screens of the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import pytest

from core.settings import Settings
from realtime.feed import Feed
from tests.cast import move_in
from tests.realtime.screens import SECONDS, ward

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)

NEVER = {"poll_seconds": 3600.0, "beat_seconds": 3600.0}
"""Neither poll nor beat: what reaches a screen, a bell has brought. Rarer than a site may choose."""


async def test_the_bell_brings_a_change_from_one_to_the_screens_of_the_other(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    settings = settings_for(database_url).model_copy(update=NEVER)
    async with ward(settings) as one, ward(settings) as other:
        cast = await move_in(one.app.state.store)
        async with other.screen(cast.wall) as wall:
            await wall.next("snapshot")
            await listening(database_url, 2)

            encounter = await one.arrive(cast)
            await wall.until(1)
            await one.look_to(cast, encounter, 2)
            await wall.until(3)

    assert [frame["seq"] for frame in wall.frames if frame["type"] == "patch"] == [1, 2, 3]
    assert wall.rows[encounter]["version"] == 3


async def test_without_any_bell_the_poll_brings_it(
    database_url: str, settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Feed, "_listen", deaf)
    settings = settings_for(database_url).model_copy(update={"beat_seconds": 3600.0})  # a beat reads on too
    async with ward(settings) as one, ward(settings) as other:
        cast = await move_in(one.app.state.store)
        async with other.screen(cast.wall) as wall:
            await wall.next("snapshot")

            encounter = await one.arrive(cast)
            await wall.until(1)

    assert encounter in wall.rows


async def test_a_listener_that_was_cut_off_misses_nothing_and_listens_again(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as one, ward(settings_for(database_url)) as other:
        cast = await move_in(one.app.state.store)
        async with other.screen(cast.wall) as wall:
            await wall.next("snapshot")
            encounter = await one.arrive(cast)
            for _ in range(3):
                await cut_listeners(database_url)
                await one.look_to(cast, encounter)
            await wall.until(4)
            await listening(database_url, 2)

    assert [frame["seq"] for frame in wall.frames if frame["type"] == "patch"] == [1, 2, 3, 4]


async def test_a_screen_that_changes_over_to_the_other_service_goes_on_where_it_was(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as one, ward(settings_for(database_url)) as other:
        cast = await move_in(one.app.state.store)
        encounter = await one.arrive(cast)
        async with one.screen(cast.wall) as wall:
            await wall.next("snapshot")
        await one.look_to(cast, encounter, 2)

        async with other.screen(cast.wall, epoch=wall.epoch, after=wall.seq) as again:
            await again.until(3)

    assert [frame["type"] for frame in again.frames if frame["type"] != "beat"] == ["hello", "patch", "patch"]


async def deaf(_feed: Feed, _bell: object) -> None:
    """A listener that hears nothing and does not know it."""
    await asyncio.Event().wait()


_LISTENERS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND application_name <> 'legevakt'"
)


async def cut_listeners(database_url: str) -> None:
    """The database closes every connection on which somebody listens."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    cut = await connection.fetch(f"SELECT pg_terminate_backend(pid) {_LISTENERS}")
    await connection.close()
    assert all(row[0] for row in cut)


async def listening(database_url: str, wanted: int) -> None:
    """Until so many listen."""
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    async with asyncio.timeout(SECONDS):
        while True:
            if await connection.fetchval(f"SELECT count(*) {_LISTENERS}") == wanted:
                break
            await asyncio.sleep(0.05)
    await connection.close()
