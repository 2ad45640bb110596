"""A screen started without the server: the last picture marked as old, and nothing where none may be."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect
from websockets.asyncio.server import ServerConnection

from app.screens.pages import wall
from tests.app.screens import public, ward
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.browser.test_live import as_json, beat, hello, patch
from tests.app.screens.ward import NOW

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_READY = "async () => Boolean(await caches.match('/wall/nordvik') && navigator.serviceWorker.controller)"
_KEPT = """async () => (await Promise.all((await caches.keys()).map(async (name) =>
    (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)))).flat()"""
_NOTHING_OF_OURS = """async () => [
    ...Object.keys(localStorage), ...await caches.keys(), ...await navigator.serviceWorker.getRegistrations(),
].length === 0"""


def page_of(*, empty: bool = False, spare: str = "/wall/nordvik/spare", **more: Any) -> str:
    nobody: dict[str, Any] = {"epoch": "", "rows": (), "count": 0} if empty else {}
    return wall(
        ward.board(*ward.waiting(), **nobody),
        language="nb",
        theme="dark",
        name_mode="name",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
        spare_path=spare,
        sign_in_path="/pair",
        **more,
    )


async def until(screen: Page, so: str) -> None:
    """What a browser keeps, it keeps and forgets beside the page's own course."""
    async with asyncio.timeout(15):
        while not await screen.evaluate(so):
            await screen.clock.run_for(50)


async def hung_up(screen: Page, stage: Stage) -> None:
    """A display that has run for a while: what it keeps is in place."""
    stage.pages["/wall/nordvik"] = page_of()
    stage.pages["/wall/nordvik/spare"] = page_of(empty=True)
    stage.pages["/pair"] = "<!doctype html><title>Ny skjerm</title>"
    await screen.clock.install(time=NOW)
    await screen.goto("/wall/nordvik")
    socket = await stage.socket()
    await hello(socket)
    await patch(socket, 42, ward.row("e-14", "Amina Y.", 34, "Sist kjent"))
    await beat(socket, seq=42, count=15)
    await expect(screen.locator("#rows [data-id=e-14] .why")).to_have_text("Sist kjent")
    await screen.clock.run_for(5_000)
    await until(screen, _READY)


async def reloaded_alone(screen: Page, stage: Stage, *, minutes: int = 7) -> None:
    await stage.close()
    await screen.clock.set_system_time(NOW + timedelta(minutes=minutes))
    await screen.reload()


async def back(screen: Page, stage: Stage) -> ServerConnection:
    """The server is there again, and the screen finds it."""
    await stage.open()
    while stage.knocks.empty():
        await screen.clock.run_for(500)
        await asyncio.sleep(0.05)
    return await stage.socket()


async def test_a_wall_started_without_server_shows_the_last_picture_and_its_age(
    screen: Page, stage: Stage
) -> None:
    await hung_up(screen, stage)

    await reloaded_alone(screen, stage)

    alert = screen.get_by_role("alert").first
    await expect(alert).to_contain_text("Viser bildet slik det var kl. 21:47")
    # The browser's clock ran on while the machine was slow: one of these, and never younger.
    await expect(alert).to_contain_text(re.compile("[67] min gammelt"))
    await expect(screen.locator("#rows [data-id=e-14] .why")).to_have_text("Sist kjent")
    await expect(screen.locator("#stale time")).to_have_text("21:54")
    await stage.open()


async def test_and_heals_by_itself_when_the_server_is_back(screen: Page, stage: Stage) -> None:
    await hung_up(screen, stage)
    await reloaded_alone(screen, stage)
    await expect(screen.locator("#stale")).to_be_visible()

    socket = await back(screen, stage)
    later = NOW + timedelta(minutes=8)
    await hello(socket, seq=43, at=later)
    await patch(socket, 43, ward.row("e-14", "Amina Y.", 34, "Tilbake", waited=52))

    await expect(screen.locator("#stale")).to_be_hidden()
    await screen.clock.run_for(100)
    await expect(screen.locator("#rows [data-id=e-14] .why")).to_have_text("Tilbake")
    await expect(screen.locator("#rows [data-id=e-14] .wait b")).to_have_text("1 t 00")


async def test_a_picture_of_yesterday_is_no_picture(screen: Page, stage: Stage) -> None:
    await hung_up(screen, stage)

    await reloaded_alone(screen, stage, minutes=13 * 60)

    await expect(screen.get_by_role("alert").first).to_contain_text("Har ikke noe bilde å vise")
    await expect(screen.locator("#rows > tr")).to_have_count(0)
    assert await screen.evaluate("localStorage.length") == 0
    await stage.open()


async def test_what_is_kept_is_one_page_without_anybody_on_it_and_its_files(
    screen: Page, stage: Stage
) -> None:
    await hung_up(screen, stage)

    kept = await screen.evaluate(_KEPT)
    page = await screen.evaluate("async () => (await caches.match('/wall/nordvik')).text()")

    assert {path for path in kept if not path.startswith("/static/v1/")} == {"/wall/nordvik"}
    assert {"/static/v1/screens/wall.js", "/static/v1/tokens.css"} <= set(kept)
    assert [row.name for row in ward.waiting() if row.name in page] == []


async def test_a_screen_taken_down_keeps_nothing(screen: Page, stage: Stage) -> None:
    await hung_up(screen, stage)
    await screen.reload()
    socket = await stage.socket()
    await hello(socket, seq=42)

    await socket.close(4003)

    await screen.wait_for_url("**/pair")
    await until(screen, _NOTHING_OF_OURS)


async def test_a_workstation_that_looks_at_the_wall_keeps_nothing(screen: Page, stage: Stage) -> None:
    await hung_up(screen, stage)
    stage.pages["/wall/nordvik"] = page_of(spare="")
    await screen.reload()
    socket = await stage.socket()
    await hello(socket)
    await beat(socket, seq=41, count=15)
    await expect(screen.locator("[data-connection-word]")).to_have_text("Tilkoblet")

    await screen.clock.run_for(11_000)

    await until(screen, _NOTHING_OF_OURS)


async def test_a_screen_with_other_settings_than_its_kept_page_draws_itself_anew(
    screen: Page, stage: Stage
) -> None:
    await hung_up(screen, stage)
    await reloaded_alone(screen, stage)
    stage.pages["/wall/nordvik"] = page_of().replace('data-names="name"', 'data-names="number"')

    rows = [as_json(row) for row in ward.waiting()]
    socket = await back(screen, stage)
    await say(socket, type="hello", epoch="e1", seq=43, server_time=NOW.isoformat(), version="1.2")
    await say(socket, type="snapshot", epoch="e1", seq=43, rows=rows)

    await expect(screen.locator("body")).to_have_attribute("data-names", "number")


async def test_a_waiting_room_started_without_server_says_to_listen_and_knows_no_waiting_times(
    screen: Page, stage: Stage
) -> None:
    nothing = public.board(epoch="", rows=(), count=0, waits=())
    stage.pages["/waiting-room/nordvik"] = public.page(nothing, spare_path="/waiting-room/nordvik/spare")

    await screen.goto("/waiting-room/nordvik")

    await expect(screen.locator("#stale")).to_be_visible()
    await expect(screen.locator("#fresh")).to_be_hidden()
    socket = await stage.socket()
    board = public.board()
    await hello(socket)
    rows, waits = ([each.model_dump(mode="json") for each in part] for part in (board.rows, board.waits))
    computed = board.computed_at.isoformat()
    await say(
        socket,
        type="snapshot",
        epoch="e1",
        seq=41,
        rows=rows,
        waits=waits,
        computed_at=computed,
        call_seconds=300,
    )
    await expect(screen.locator("#fresh")).to_be_visible()
    await expect(screen.locator("#levels > li:visible")).to_have_count(5)
