"""Connections to the database whose other end is silently gone: no screen waits for them until it is old."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from random import Random

import pytest
from sqlalchemy.engine import make_url

from core.settings import Settings
from realtime.client import SILENCE_SECONDS
from scripts.faults.proxy import Proxy
from tests.cast import Cast, move_in
from tests.realtime.screens import Ward, ward

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
async def here(
    database_url: str, settings_for: Callable[..., Settings]
) -> AsyncIterator[tuple[Ward, Cast, Proxy]]:
    """A service that reaches its database over a line that can be made bad."""
    url = make_url(database_url)
    line = Proxy([f"{url.query['host']}/.s.PGSQL.5432"], Random(1))
    over_the_line = url.set(host="127.0.0.1", port=await line.start(), query={})
    async with ward(settings_for(over_the_line.render_as_string(hide_password=False))) as opened:
        yield opened, await move_in(opened.app.state.store), line
        for link in list(line.links):
            link.abort()  # the service does not end while it waits for them
    await line.stop()


async def test_when_every_connection_is_silently_gone_screens_are_told_before_they_are_old(
    here: tuple[Ward, Cast, Proxy],
) -> None:
    opened, cast, line = here
    async with opened.screen(cast.wall) as wall:
        await wall.next("beat")
        await asyncio.gather(*(opened.fetched(cast.nora) for _ in range(8)))  # connections that now lie idle
        gone = opened.app.state.store.clock()
        for link in list(line.links):
            link.to_client.open.clear()
            link.to_server.open.clear()

        since = 0
        while since < 8:
            async with asyncio.timeout(SILENCE_SECONDS):
                beat = await wall.next("beat")
            since += datetime.fromisoformat(beat["server_time"]) > gone
