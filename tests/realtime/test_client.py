"""The reference client keeps the whole truth over breaks, and says when it is not to be believed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from core.access import credentials
from core.clock import utc_now
from core.settings import Settings
from realtime import client
from realtime.client import Follower, NotAllowed
from realtime.view import OutOfStep, View
from tests.cast import UNIT, move_in, system
from tests.realtime.screens import ward


def row(id: str) -> dict[str, Any]:
    return {"id": id}


def hello(seq: int, at: str = "2026-11-25T20:00:00Z", version: str = "1") -> Any:
    return {"type": "hello", "epoch": "a", "seq": seq, "server_time": at, "version": version}


def picture(seq: int, *ids: str) -> Any:
    return {"type": "snapshot", "epoch": "a", "seq": seq, "rows": [row(id) for id in ids], "rooms": ["Rom 1"]}


def patch(seq: int, *ids: str, removed: tuple[str, ...] = (), epoch: str = "a") -> Any:
    rows = [row(id) for id in ids]
    return {"type": "patch", "epoch": epoch, "seq": seq, "rows": rows, "removed": list(removed)}


def beat(
    seq: int, count: int, *, missing: int = 0, at: str = "2026-11-25T20:00:05Z", epoch: str = "a"
) -> Any:
    place = {"epoch": epoch, "seq": seq}
    return {"type": "beat", **place, "count": count, "missing": missing, "server_time": at, "figures": {}}


def test_frames_in_order_become_the_rows_a_screen_shows() -> None:
    view: View[Any] = View()

    for frame in (picture(4, "x", "y"), patch(5, "z"), patch(6), patch(7, removed=("x",)), beat(7, 2)):
        view.take(frame)

    assert (sorted(view.rows), view.seq) == (["y", "z"], 7)
    assert view.extra == {"rooms": ["Rom 1"], "figures": {}}


@pytest.mark.parametrize(
    "frame",
    [patch(6), patch(4), patch(5, epoch="b"), beat(5, 1), beat(4, 2), beat(4, 1, epoch="b")],
    ids=["a gap", "a repeat", "another log", "a beat ahead", "a wrong count", "a beat of another log"],
)
def test_what_does_not_fit_is_never_shown_as_true(frame: Any) -> None:
    view: View[Any] = View()
    view.take(picture(4, "x"))

    with pytest.raises(OutOfStep):
        view.take(frame)


def test_somebody_whom_the_ward_itself_fails_to_show_is_an_alarm_and_no_reason_to_ask_again() -> None:
    view: View[Any] = View()
    view.take(picture(4, "x"))

    assert view.take(beat(4, 2, missing=1))
    assert view.missing == 1


def test_a_picture_is_true_as_of_the_last_time_said_for_a_place_it_has_reached() -> None:
    view: View[Any] = View()

    proofs = [view.take(frame) for frame in (hello(5), picture(4, "x"), patch(5), patch(6), beat(6, 1))]

    assert proofs == [False, False, True, True, True]
    assert view.true_at is not None
    assert view.true_at.isoformat() == "2026-11-25T20:00:05+00:00"


def test_what_a_later_protocol_says_besides_is_left_alone() -> None:
    view: View[Any] = View()
    view.take(picture(4, "x"))

    assert view.take({"type": "weather", "epoch": "z", "seq": 99}) is False  # type: ignore[arg-type]
    assert (view.epoch, view.seq) == ("a", 4)


def test_when_the_server_was_renewed_nothing_of_the_old_picture_is_gone_on_with() -> None:
    view: View[Any] = View()
    for frame in (hello(4), picture(4, "x")):
        view.take(frame)

    with pytest.raises(OutOfStep):
        view.take(hello(4, version="2"))

    assert view.epoch is None
    assert [view.take(frame) for frame in (hello(4, version="2"), picture(4, "x"))] == [False, True]


Say = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def played(say: Say, **given: Any) -> AsyncIterator[Follower[Any]]:
    """A follower of a server that says what the test wants, to each connection anew."""

    async def answer(connection: ServerConnection) -> None:
        with suppress(Exception):
            await say(connection)

    async with serve(answer, "127.0.0.1", 0) as server:
        address = server.sockets[0].getsockname()
        follower: Follower[Any] = Follower(f"ws://127.0.0.1:{address[1]}/", "token", **given)
        following = asyncio.create_task(read(follower))
        try:
            yield follower
        finally:
            following.cancel()
            with suppress(asyncio.CancelledError):
                await following


async def read(follower: Follower[Any]) -> None:
    async for _ in follower.frames():
        pass


async def test_a_line_that_holds_every_frame_back_is_as_bad_as_a_silent_one() -> None:
    greeted = asyncio.Event()

    async def say(connection: ServerConnection) -> None:
        began = utc_now()
        await connection.send(json.dumps(hello(1, at=began.isoformat())))
        await connection.send(json.dumps(picture(1, "x")))
        greeted.set()
        while True:  # beats come all the time, and each is one that was said at the beginning
            await asyncio.sleep(0.05)
            await connection.send(json.dumps(beat(1, 1, at=(began + timedelta(seconds=0.01)).isoformat())))

    async with played(say, silence_seconds=1.5, random=Never(after=0)) as follower:
        await greeted.wait()
        await until(lambda: follower.stale and follower.counted.breaks == 1)

        assert follower.counted.beats > 1
        assert set(follower.view.rows) == {"x"}


class Never(Random):
    """The longest pause there may be, and then some."""

    def __init__(self, after: int = 6) -> None:
        super().__init__()
        self.after = after
        self.bounds: list[float] = []

    def uniform(self, a: float, b: float) -> float:
        self.bounds.append(b)
        return 3600.0 if len(self.bounds) > self.after else 0.0


@pytest.mark.parametrize(
    ("healthy", "bounds"), [(3600.0, [0.5, 1, 2, 4, 8, 10, 10]), (0.0, [0.5] * 7)], ids=["never", "each time"]
)
async def test_pauses_grow_with_each_break_until_a_connection_was_a_good_one(
    monkeypatch: pytest.MonkeyPatch, healthy: float, bounds: list[float]
) -> None:
    monkeypatch.setattr(client, "HEALTHY_SECONDS", healthy)
    random = Never()

    async def say(connection: ServerConnection) -> None:
        await connection.send(json.dumps(hello(1)))
        await connection.send(json.dumps(picture(1, "x")))

    async with played(say, random=random):
        await until(lambda: len(random.bounds) == 7)

    assert random.bounds == bounds


async def test_when_going_on_does_not_help_a_fresh_picture_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    async def say(connection: ServerConnection) -> None:
        assert connection.request is not None
        asked.append(connection.request.path)
        await connection.send(json.dumps(hello(1)))
        if len(asked) == 1:
            await connection.send(json.dumps(picture(1, "x")))
        await connection.send(json.dumps(patch(3)))

    monkeypatch.setattr(client, "_FIRST_PAUSE", 0.01)
    async with played(say):
        await until(lambda: len(asked) >= 2)

    assert asked[:2] == ["/", "/?epoch=a&after=1"]


async def test_a_follower_goes_on_after_a_break_and_stops_when_its_token_ends(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        here = {await opened.arrive(cast)}
        url = f"{opened.url.replace('http', 'ws')}/ws/units/{UNIT}/board"
        follower: Follower[Any] = Follower(url, cast.wall.token)
        ended: list[NotAllowed] = []

        async def follow() -> None:
            try:
                await read(follower)
            except NotAllowed as why:
                ended.append(why)

        following = asyncio.create_task(follow())
        await until(lambda: set(follower.view.rows) == here)
        for connection in opened.app.state.hub._connections():
            connection.cut()
        here.add(await opened.arrive(cast))
        await until(lambda: set(follower.view.rows) == here and follower.connected)
        assert (follower.counted.breaks, follower.counted.resumes, follower.counted.snapshots) == (1, 1, 1)
        assert follower.stale is False

        await opened.app.state.store.write(system(UNIT), credentials.end, cast.wall.token)
        await until(lambda: bool(ended))
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another task
            await asyncio.sleep(0.02)
