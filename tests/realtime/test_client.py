"""The reference client keeps the whole truth over breaks, and says when its token is worth nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from core.access import credentials
from core.settings import Settings
from realtime.client import Follower, NotAllowed, OutOfStep, View
from tests.cast import UNIT, move_in, system
from tests.realtime.screens import ward


def row(id: str) -> dict[str, Any]:
    return {"id": id}


def picture(seq: int, *ids: str) -> dict[str, Any]:
    return {"type": "snapshot", "epoch": "a", "seq": seq, "rows": [row(id) for id in ids]}


def patch(seq: int, *ids: str, removed: tuple[str, ...] = (), epoch: str = "a") -> dict[str, Any]:
    rows = [row(id) for id in ids]
    return {"type": "patch", "epoch": epoch, "seq": seq, "rows": rows, "removed": list(removed)}


def beat(seq: int, count: int, epoch: str = "a") -> dict[str, Any]:
    return {"type": "beat", "epoch": epoch, "seq": seq, "count": count, "server_time": "", "figures": {}}


def test_frames_in_order_become_the_rows_a_screen_shows() -> None:
    view = View()

    for frame in (picture(4, "x", "y"), patch(5, "z"), patch(6), patch(7, removed=("x",)), beat(7, 2)):
        view.take(frame)

    assert (sorted(view.rows), view.seq, view.extra) == (["y", "z"], 7, {"figures": {}})


@pytest.mark.parametrize(
    "frame",
    [patch(6), patch(4), patch(5, epoch="b"), beat(5, 1), beat(4, 2), beat(4, 1, epoch="b")],
    ids=["a gap", "a repeat", "another log", "a beat ahead", "a wrong count", "a beat of another log"],
)
def test_what_does_not_fit_is_never_shown_as_true(frame: dict[str, Any]) -> None:
    view = View()
    view.take(picture(4, "x"))

    with pytest.raises(OutOfStep):
        view.take(frame)


async def test_a_follower_goes_on_after_a_break_and_stops_when_its_token_ends(
    database_url: str, settings_for: Callable[..., Settings]
) -> None:
    async with ward(settings_for(database_url)) as opened:
        cast = await move_in(opened.app.state.store)
        here = {await opened.arrive(cast)}
        follower = Follower(f"{opened.url.replace('http', 'ws')}/ws/units/{UNIT}/board", cast.wall.token)
        ended: list[NotAllowed] = []

        async def follow() -> None:
            try:
                async for _ in follower.frames():
                    pass
            except NotAllowed as why:
                ended.append(why)

        following = asyncio.create_task(follow())
        await until(lambda: set(follower.view.rows) == here)
        for connection in next(iter(opened.app.state.hub._channels.values())).connections:
            connection.cut()
        here.add(await opened.arrive(cast))
        await until(lambda: set(follower.view.rows) == here and follower.connected)
        assert follower.breaks == 1

        await opened.app.state.store.write(system(UNIT), credentials.end, cast.wall.token)
        await until(lambda: bool(ended))
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another task
            await asyncio.sleep(0.02)
