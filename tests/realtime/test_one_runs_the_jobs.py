"""Two services on one database: one runs the recurring jobs, and says so where it is watched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from core.settings import Settings
from tests.cast import move_in
from tests.realtime.screens import SECONDS, Ward, ward

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


async def figure(of: Ward, name: str) -> float:
    """One figure of /metrics."""
    answer: httpx.Response = await of.http.get("/metrics")
    return float(next(line.split()[-1] for line in answer.text.splitlines() if line.startswith(f"{name} ")))


async def test_one_leads_and_when_it_ends_the_other_is_ready_to(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as second_to_end:
        async with ward(settings_for(database_url)) as first_to_end:
            assert [await figure(each, "legevakt_leads") for each in (second_to_end, first_to_end)] == [1, 0]
            async with asyncio.timeout(SECONDS):
                await first_to_end.app.state.feed.bell_heard.wait()
            assert await figure(first_to_end, "legevakt_hears_the_bell") == 1
        await second_to_end.app.state.leader.resign()
        async with ward(settings_for(database_url)) as third:
            assert await figure(third, "legevakt_leads") == 1


async def test_figures_tell_of_screens_and_that_nobody_is_missing(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        await opened.arrive(cast)
        async with opened.screen(cast.wall) as wall:
            await wall.next("beat")

            assert await figure(opened, "legevakt_screens") == 1
            assert await figure(opened, "legevakt_snapshots_total") == 1
            shown = await opened.http.get("/metrics")
    assert 'legevakt_missing_from_board{topic="board",unit="nordvik"} 0.0' in shown.text
