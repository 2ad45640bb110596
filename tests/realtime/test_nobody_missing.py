"""A patient who is here and not on the screens is noticed: the board is made anew, or the screens say so."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app.topics import BoardTopic
from core.settings import Settings
from core.store.work import Store
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.hub import Hub
from tests.cast import UNIT, Cast, arrival, move_in
from tests.conftest import SettableClock
from tests.realtime.screens import Ward, ward
from tests.realtime.test_times import Line
from triage.commands.check_in import Arrival, check_in


@pytest.fixture
async def here(database_url: str, settings_for: Callable[..., Settings]) -> AsyncIterator[tuple[Ward, Cast]]:
    async with ward(settings_for(database_url)) as opened:
        yield opened, await move_in(opened.app.state.store)


def held(opened: Ward) -> Channel:
    """What the hub believes that the screens of the board show."""
    channel: Channel = opened.app.state.hub._units[UNIT].channels["board"]
    return channel


async def test_on_a_whole_board_every_beat_says_that_nobody_is_missing(here: tuple[Ward, Cast]) -> None:
    opened, cast = here
    await opened.arrive(cast)
    async with opened.screen(cast.wall) as wall:
        beat = await wall.next("beat")

    assert (beat["count"], beat["missing"]) == (1, 0)
    assert opened.app.state.hub.figures.healed == 0


async def test_a_row_that_got_lost_on_the_way_to_the_screens_is_back_with_the_next_beat(
    here: tuple[Ward, Cast],
) -> None:
    opened, cast = here
    lost, kept = await opened.arrive(cast), await opened.arrive(cast)
    async with opened.screen(cast.wall) as wall:
        await wall.next("beat")
        del held(opened).rows[lost]

        snapshot = await wall.next("snapshot")

    assert {row["id"] for row in snapshot["rows"]} == {lost, kept}
    assert opened.app.state.hub.figures.healed == 1


async def test_a_row_that_says_something_else_than_the_record_is_mended(here: tuple[Ward, Cast]) -> None:
    opened, cast = here
    encounter = await opened.arrive(cast)
    async with opened.screen(cast.wall) as wall:
        await wall.next("beat")
        row = held(opened).rows[encounter]
        held(opened).rows[encounter] = row.model_copy(update={"level": 5})

        await opened.app.state.hub.compare()
        snapshot = await wall.next("snapshot")

    assert snapshot["rows"][0]["level"] is None


async def test_a_screen_that_was_away_while_the_board_was_mended_gets_the_whole_picture(
    here: tuple[Ward, Cast],
) -> None:
    opened, cast = here
    encounter = await opened.arrive(cast)
    async with opened.screen(cast.nora) as other:
        async with opened.screen(cast.wall) as wall:
            await wall.next("beat")
        held(opened).rows[encounter] = held(opened).rows[encounter].model_copy(update={"level": 5})
        await opened.app.state.hub.compare()
        await other.next("beat")

        async with opened.screen(cast.wall, epoch=wall.epoch, after=wall.seq) as again:
            await again.next("beat")

    assert [frame["type"] for frame in again.frames] == ["hello", "snapshot", "beat"]


async def test_a_patient_whom_the_board_itself_leaves_out_is_said_to_be_missing_until_the_board_is_whole(
    here: tuple[Ward, Cast], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, cast = here
    left_out = await opened.arrive(cast)
    await opened.arrive(cast)
    whole = BoardTopic.rows

    async def with_a_fault(*given: Any, **more: Any) -> Any:
        rows = dict(await whole(*given, **more))
        rows.pop(left_out, None)
        return rows

    monkeypatch.setattr(BoardTopic, "rows", with_a_fault)
    async with opened.screen(cast.wall) as wall:
        beat = await wall.next("beat")
        assert (beat["count"], beat["missing"]) == (2, 1)
        metrics = (await opened.http.get("/metrics")).text
        assert f'legevakt_missing_from_board{{topic="board",unit="{UNIT}"}} 1.0' in metrics

        monkeypatch.setattr(BoardTopic, "rows", whole)
        while beat["missing"]:
            beat = await wall.next("beat")

    assert left_out in wall.rows


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_an_age_that_turns_at_midnight_is_told_and_is_no_fault_of_the_board(
    store: Store, clock: SettableClock
) -> None:
    cast = await move_in(store)
    hub, line = Hub(store, {"board": BoardTopic()}), Line()
    clock.now = datetime(2026, 11, 20, 22, 59, tzinfo=UTC)  # a minute before midnight in the ward
    infant = Arrival.model_validate(arrival(birth_date="2024-11-21"))
    came = await store.write(cast.nora.actor, check_in, infant, UNIT, "test")
    wall = Connection(line, cast.wall.actor, "x")
    await hub.attach(wall, "board", UNIT, epoch=None, after=None)

    clock.advance(minutes=2)
    await hub.compare()
    await hub.compare()

    first, last = (frame["rows"] for frame in line.frames if frame["type"] == "snapshot")
    assert [row["age_months"] for row in (*first, *last)] == [23, 24]
    assert [row["flags"].count("infant") for row in (*first, *last)] == [1, 0]
    assert hub.figures.healed == 0

    row = hub._units[UNIT].channels["board"].rows[came.id]
    hub._units[UNIT].channels["board"].rows[came.id] = row.model_copy(update={"level": 5})
    await hub.compare()
    assert hub.figures.healed == 1
