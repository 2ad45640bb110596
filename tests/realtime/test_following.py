"""A screen follows the board: hello, a picture, every step once and in order, and beats in between."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import datetime

import pytest
from sqlalchemy import update

from core.settings import Settings
from core.store.event_log import EventCounter, new_epoch
from core.store.work import Store, Work
from realtime import channel
from tests.cast import Cast, move_in, system
from tests.realtime.screens import Ward, ward


async def lose_history(store: Store) -> None:
    """As a restored backup does: the log gets another epoch."""

    async def begin_again(work: Work) -> None:
        await work.session.execute(update(EventCounter).values(epoch=new_epoch()))

    await store.write(system(), begin_again)


@pytest.fixture
async def here(database_url: str, settings_for: Callable[..., Settings]) -> AsyncIterator[tuple[Ward, Cast]]:
    async with ward(settings_for(database_url)) as opened:
        yield opened, await move_in(opened.app.state.store)


async def test_a_new_screen_is_greeted_and_gets_the_whole_picture(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    encounter = await ward.arrive(cast)

    async with ward.screen(cast.wall) as wall:
        hello, snapshot = await wall.next(), await wall.next()

    assert (hello["type"], hello["seq"]) == ("hello", 1)
    assert hello["version"] == f"{ward.app.state.pages.asset_version}.1"  # the screen's own settings too
    assert datetime.fromisoformat(hello["server_time"]).tzinfo is not None
    assert (snapshot["type"], snapshot["epoch"], snapshot["seq"]) == ("snapshot", hello["epoch"], 1)
    assert [row["id"] for row in snapshot["rows"]] == [encounter]


async def test_each_change_is_one_patch_with_the_next_number(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    async with ward.screen(cast.wall) as wall, ward.screen(cast.nora) as desk:
        for screen in (wall, desk):
            await screen.next("snapshot")
        encounter = await ward.arrive(cast)
        await ward.look_to(cast, encounter, 20)

        for screen in (wall, desk):
            await screen.until(21)

    patches = [frame for frame in wall.frames if frame["type"] == "patch"]
    assert [frame["seq"] for frame in patches] == list(range(1, 22))
    assert patches == [frame for frame in desk.frames if frame["type"] == "patch"]
    assert wall.rows[encounter]["version"] == 21


async def test_a_screen_that_was_away_gets_exactly_what_it_missed(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    encounter = await ward.arrive(cast)
    async with ward.screen(cast.wall) as wall, ward.screen(cast.nora) as other:
        await wall.next("snapshot")
        await other.next("snapshot")
        await wall.socket.close()
        await ward.look_to(cast, encounter, 3)
        await other.until(4)

        async with ward.screen(cast.wall, epoch=wall.epoch, after=1) as again:
            hello = await again.next()
            missed = [await again.next("patch") for _ in range(3)]
            await ward.look_to(cast, encounter)
            following = await again.next("patch")

    assert (hello["type"], hello["seq"]) == ("hello", 4)
    assert [frame["seq"] for frame in missed] == [2, 3, 4]
    assert following["seq"] == 5
    assert "snapshot" not in {frame["type"] for frame in again.frames}


async def test_a_screen_that_missed_nothing_gets_no_picture_again(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    await ward.arrive(cast)
    async with ward.screen(cast.wall) as wall:
        await wall.next("snapshot")

    async with ward.screen(cast.wall, epoch=wall.epoch, after=1) as again:
        await again.next("beat")

    assert [frame["type"] for frame in again.frames] == ["hello", "beat"]


async def test_after_a_restart_a_screen_goes_on_where_it_was(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as first:
        cast = await move_in(first.app.state.store)
        encounter = await first.arrive(cast)
        async with first.screen(cast.wall) as wall:
            await wall.next("snapshot")
            await first.look_to(cast, encounter)
            await wall.until(2)

    async with ward(settings_for(database_url)) as second:
        await second.look_to(cast, encounter, 2)
        async with second.screen(cast.wall, epoch=wall.epoch, after=wall.seq) as again:
            again.rows = wall.rows
            await again.until(4)
            fetched = await second.fetched(cast.nora)

    assert [frame["type"] for frame in again.frames if frame["type"] != "beat"] == ["hello", "patch", "patch"]
    assert list(again.rows.values()) == fetched["rows"]


async def test_a_server_that_goes_down_tells_screens_to_come_again(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        following = opened.screen(cast.wall)
        wall = await following.__aenter__()
        await wall.next("snapshot")

    await wall.socket.wait_closed()
    assert wall.socket.close_code == 1012


@pytest.mark.parametrize(("epoch", "after"), [("another", 1), ("", 0), (None, 99)])
async def test_a_screen_with_a_place_we_do_not_know_gets_a_fresh_picture(
    here: tuple[Ward, Cast], epoch: str | None, after: int
) -> None:
    ward, cast = here
    await ward.arrive(cast)
    async with ward.screen(cast.wall) as wall:
        await wall.next("snapshot")

    async with ward.screen(cast.wall, epoch=wall.epoch if epoch is None else epoch, after=after) as again:
        await again.next()
        snapshot = await again.next()

    assert (snapshot["type"], snapshot["seq"], len(snapshot["rows"])) == ("snapshot", 1, 1)


async def test_a_screen_that_was_away_too_long_gets_a_fresh_picture(
    database_url: str, settings_for: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "KEPT_FRAMES", 5)
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        encounter = await opened.arrive(cast)
        async with opened.screen(cast.nora) as other:
            await other.next("snapshot")
            await opened.look_to(cast, encounter, 6)
            await other.until(7)

            async with opened.screen(cast.wall, epoch=other.epoch, after=1) as late:
                await late.next()
                snapshot = await late.next()
            async with opened.screen(cast.wall, epoch=other.epoch, after=2) as in_time:
                await in_time.until(7)

    assert (snapshot["type"], snapshot["seq"]) == ("snapshot", 7)
    assert "snapshot" not in {frame["type"] for frame in in_time.frames}


async def test_when_history_is_lost_everybody_gets_a_fresh_picture(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    encounter = await ward.arrive(cast)
    async with ward.screen(cast.wall) as wall:
        old = (await wall.next("snapshot"))["epoch"]
        await lose_history(ward.app.state.store)

        snapshot = await wall.next("snapshot")
        assert (snapshot["epoch"] != old, snapshot["seq"]) == (True, 1)

        await ward.look_to(cast, encounter)
        patch = await wall.next("patch")
        assert (patch["seq"], patch["epoch"]) == (2, snapshot["epoch"])


async def test_beats_come_regularly_and_count_who_is_here(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    async with ward.screen(cast.wall) as wall:
        first = await wall.next("beat")
        for called in ("Ingrid Solvang", "Ola Nordby", "Per Kvam"):  # names alike would be events too
            await ward.arrive(cast, called=called)
        await wall.until(3)
        later = [await wall.next("beat") for _ in range(3)]

    assert (first["count"], first["seq"]) == (0, 0)
    assert [(beat["count"], beat["seq"]) for beat in later] == [(3, 3)] * 3
    times = [datetime.fromisoformat(beat["server_time"]) for beat in (first, *later)]
    assert times == sorted(set(times))
    assert len(wall.rows) == 3


async def test_what_does_not_change_on_a_board_is_not_told_on_it(here: tuple[Ward, Cast]) -> None:
    ward, cast = here
    encounter = await ward.arrive(cast)
    async with ward.screen(cast.waiting_room, "waiting-room") as public, ward.screen(cast.wall) as wall:
        await public.next("snapshot")
        await wall.next("snapshot")
        await ward.look_to(cast, encounter)

        # Everybody can read it: that somebody looked to this patient is nobody's business there.
        assert (await public.next("patch"))["rows"] == []
        assert len((await wall.next("patch"))["rows"]) == 1

        await ward.post(f"/api/encounters/{encounter}/call", cast.nora, {"place": "Rom 1"})
        assert [row["called_to"] for row in (await public.next("patch"))["rows"]] == ["Rom 1"]
