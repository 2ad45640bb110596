"""A listener whose line is dead without a word: noticed within seconds, and screens stay current."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

import pytest
from sqlalchemy.engine import URL, make_url

from core.settings import Settings
from realtime import feed
from realtime.feed import Feed
from scripts.faults.proxy import Proxy
from tests.cast import Cast, move_in
from tests.realtime.screens import SECONDS, Ward, ward

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@asynccontextmanager
async def listening_over_a_line(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """Whoever listens does so over a line that can be made bad; everything else goes straight."""
    url = make_url(database_url)
    line = Proxy([f"{url.query['host']}/.s.PGSQL.5432"], Random(1))
    port = await line.start()
    straight = Feed._listen

    async def over_the_line(here: Feed, bell: URL) -> None:
        await straight(here, bell.set(host="127.0.0.1", port=port, query={}))

    monkeypatch.setattr(Feed, "_listen", over_the_line)
    monkeypatch.setattr(feed, "_DEAF_SECONDS", 1.0)
    yield line
    await line.stop()


@pytest.fixture
async def two(
    database_url: str, settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Ward, Ward, Cast, Proxy]]:
    """Two services; both hear each other over the line."""
    settings = settings_for(database_url)
    async with (
        listening_over_a_line(database_url, monkeypatch) as line,
        ward(settings) as one,
        ward(settings) as other,
    ):
        await until(lambda: hears(one) and hears(other))
        yield one, other, await move_in(one.app.state.store), line


def hears(opened: Ward) -> bool:
    return bool(opened.app.state.feed.bell_heard.is_set())


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(2 * SECONDS):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another task
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("dead", ["both ways", "to us", "to the database"])
async def test_a_dead_listener_is_noticed_and_meanwhile_the_poll_brings_everything(
    two: tuple[Ward, Ward, Cast, Proxy], dead: str
) -> None:
    one, other, cast, line = two
    async with other.screen(cast.wall) as wall:
        await wall.next("snapshot")
        for link in set(line.links):
            if dead != "to the database":
                link.to_client.open.clear()
            if dead != "to us":
                link.to_server.open.clear()

        noticed = asyncio.gather(until(lambda: not hears(one)), until(lambda: not hears(other)))

        encounter = await one.arrive(cast)
        await wall.until(1)
        await one.look_to(cast, encounter, 2)
        await wall.until(3)

        await noticed
        await until(lambda: hears(one) and hears(other))
        await one.look_to(cast, encounter)
        await wall.until(4)

    assert wall.rows[encounter]["version"] == 4


async def test_while_nobody_can_listen_screens_are_current_and_beats_come(
    two: tuple[Ward, Ward, Cast, Proxy],
) -> None:
    one, other, cast, line = two
    async with other.screen(cast.wall) as wall:
        await wall.next("snapshot")
        line.refuses = True
        for link in list(line.links):
            link.abort()
        await until(lambda: not hears(one) and not hears(other))

        await one.arrive(cast)
        await wall.until(1)
        beats = [await wall.next("beat") for _ in range(3)]

        line.refuses = False
        await until(lambda: hears(one) and hears(other))

    assert [(beat["seq"], beat["count"], beat["missing"]) for beat in beats] == [(1, 1, 0)] * 3
