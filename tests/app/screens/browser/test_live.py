"""The live wall: equal to the server's board, honest when it cannot be, and gentle on whoever uses it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Page, expect
from websockets.asyncio.server import ServerConnection

from app.screens.pages import wall
from tests.app.screens import ward
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.ward import NOW
from triage.queries.board_row import Board, BoardRow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LIMIT = "1200"
"""Milliseconds of silence before a screen here counts itself as cut off; 12 seconds on the ward."""


def page_of(board: Board, *, limit: str = "12000", name_mode: Any = "name") -> str:
    source = wall(
        board,
        language="nb",
        theme="dark",
        name_mode=name_mode,
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )
    return source.replace('data-stale-after="12000"', f'data-stale-after="{limit}"')


def as_json(row: BoardRow) -> dict[str, Any]:
    return row.model_dump(mode="json")


async def hello(socket: ServerConnection, *, epoch: str = "e1", seq: int = 41, at: datetime = NOW) -> None:
    await say(socket, type="hello", epoch=epoch, seq=seq, server_time=at.isoformat(), version="1")


async def patch(socket: ServerConnection, seq: int, *rows: BoardRow, removed: tuple[str, ...] = ()) -> None:
    changed = [as_json(row) for row in rows]
    await say(socket, type="patch", epoch="e1", seq=seq, rows=changed, removed=list(removed))


async def beat(socket: ServerConnection, *, seq: int, count: int, epoch: str = "e1") -> None:
    await say(socket, type="beat", epoch=epoch, seq=seq, count=count, server_time=NOW.isoformat())


def asked(socket: ServerConnection) -> dict[str, list[str]]:
    assert socket.request is not None
    return parse_qs(urlsplit(socket.request.path).query)


async def opened(screen: Page, stage: Stage, board: Board, **more: Any) -> ServerConnection:
    stage.pages["/wall/nordvik"] = page_of(board, **more)
    await screen.goto("/wall/nordvik")
    socket = await stage.socket()
    await hello(socket)
    return socket


async def order(screen: Page) -> list[str]:
    found = await screen.evaluate("[...document.querySelectorAll('#rows > tr')].map(row => row.dataset.id)")
    return list(found)


async def test_a_patch_reaches_the_wall(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())

    await patch(socket, 42, ward.row("e-14", "Amina Y.", 34, "Magesmerter, kraftige", level=2, waited=1))

    row = screen.locator("#rows [data-id=e-14]")
    await expect(row.locator(".why")).to_have_text("Magesmerter, kraftige")
    await expect(row.locator(".mark")).to_have_text("2")
    await expect(screen.locator("[data-connection-word]")).to_have_text("Tilkoblet")


async def test_the_screen_offers_our_protocol_and_says_where_it_stands(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())

    assert asked(socket) == {"epoch": ["e1"], "after": ["41"]}
    assert socket.subprotocol == "legevakt.v1"


async def test_a_row_that_moves_keeps_the_focus(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())
    link = screen.locator("#rows [data-id=e-18] a")
    await link.focus()

    await patch(socket, 42, ward.row("e-18", "Maria O.", 26, "Besvimte", level=1, waited=3))

    await expect(screen.locator("#rows > tr").first).to_have_attribute("data-id", "e-18")
    await expect(link).to_be_focused()


async def test_a_patient_who_goes_home_leaves_the_wall(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())

    await patch(socket, 42, removed=("e-14", "e-31"))

    await expect(screen.locator("#rows [data-id=e-14]")).to_have_count(0)
    await expect(screen.locator("#rooms [data-id='r:Akutt 1'] p").first).to_have_text("Ledig")


async def test_after_a_gap_the_screen_asks_for_what_it_missed(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())
    await patch(socket, 42, ward.row("e-14", "Amina Y.", 34, "Første"))

    await patch(socket, 44, ward.row("e-14", "Amina Y.", 34, "Tredje"))

    again = await stage.socket()
    assert asked(again) == {"epoch": ["e1"], "after": ["42"]}
    await expect(screen.locator("#rows [data-id=e-14] .why")).to_have_text("Første")


async def test_a_gap_is_healed_by_the_missed_patches(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())
    await patch(socket, 43, ward.row("e-14", "Amina Y.", 34, "For tidlig"))
    again = await stage.socket()

    await hello(again, seq=43)
    await patch(again, 42, ward.row("e-51", "Ny Mann", 30, "Feber"))
    await patch(again, 43, ward.row("e-14", "Amina Y.", 34, "Riktig"))

    await expect(screen.locator("#rows [data-id=e-14] .why")).to_have_text("Riktig")
    await expect(screen.locator("#rows [data-id=e-51]")).to_have_count(1)


async def test_a_new_epoch_is_taken_whole(screen: Page, stage: Stage) -> None:
    stage.pages["/wall/nordvik"] = page_of(ward.board())
    await screen.goto("/wall/nordvik")
    socket = await stage.socket()
    only = ward.row("e-99", "Etter O.", 50, "Feber")

    await hello(socket, epoch="e2", seq=3)
    await say(socket, type="snapshot", epoch="e2", seq=3, rows=[as_json(only)])

    await expect(screen.locator("#rows > tr")).to_have_count(1)
    await expect(screen.locator("[data-connection-word]")).to_have_text("Tilkoblet")


@pytest.mark.parametrize(
    ("seq", "count", "epoch", "question"),
    [
        (45, 26, "e1", {"epoch": ["e1"], "after": ["41"]}),  # ahead of us: resume
        (41, 25, "e1", {}),  # somebody too many here: everything anew
        (41, 27, "e1", {}),  # somebody missing here
        (41, 26, "e9", {}),  # the server began again
    ],
)
async def test_a_beat_that_does_not_fit_is_acted_on(
    screen: Page, stage: Stage, seq: int, count: int, epoch: str, question: dict[str, list[str]]
) -> None:
    socket = await opened(screen, stage, ward.board())

    await beat(socket, seq=seq, count=count, epoch=epoch)

    assert asked(await stage.socket()) == question


async def test_when_resuming_does_not_help_the_screen_asks_for_everything(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())
    await patch(socket, 44)
    again = await stage.socket()
    await hello(again, seq=44)

    await patch(again, 44)

    assert asked(await stage.socket()) == {}


async def test_after_silence_the_wall_says_it_is_cut_off(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, ward.board(), limit=LIMIT)

    alert = screen.get_by_role("alert")
    await expect(alert).to_contain_text("Frakoblet")
    await expect(alert).to_contain_text("Viser bildet slik det var kl. 21:47")
    before = "getComputedStyle(document.querySelector('.wait b'), '::before').content"
    assert await screen.evaluate(before) == '"≥ "'


async def test_waits_stand_still_while_cut_off(screen: Page, stage: Stage) -> None:
    await screen.clock.install()
    await opened(screen, stage, ward.board(ward.row("e-1", "Per K.", 58, "Kutt", waited=9.96)))

    await screen.clock.run_for(180_000)

    await expect(screen.get_by_role("alert")).to_be_visible()
    await expect(screen.locator("#rows .wait b")).to_have_text("9 min")


async def test_waits_go_on_while_connected(screen: Page, stage: Stage) -> None:
    await screen.clock.install()
    await opened(screen, stage, ward.board(ward.row("e-1", "Per K.", 58, "Kutt", waited=9.96)))

    await screen.clock.run_for(9_000)

    await expect(screen.locator("#rows .wait b")).to_have_text("10 min")


async def test_when_contact_is_back_the_bar_goes(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, ward.board(), limit=LIMIT)
    await expect(screen.get_by_role("alert")).to_be_visible()

    again = await stage.socket()
    await hello(again)
    await beat(again, seq=41, count=26)

    await expect(screen.locator("#stale")).to_be_hidden()


async def test_a_dropped_line_is_taken_up_again(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board())

    await socket.close(1012)

    again = await stage.socket()
    await hello(again)
    await patch(again, 42, ward.row("e-14", "Amina Y.", 34, "Tilbake"))
    await expect(screen.locator("#rows [data-id=e-14] .why")).to_have_text("Tilbake")


async def test_a_screen_that_may_no_longer_look_goes_to_the_door_and_forgets(
    screen: Page, stage: Stage
) -> None:
    stage.pages["/display/nordvik"] = "<!doctype html><title>Dør</title>"
    socket = await opened(screen, stage, ward.board())
    await screen.evaluate("localStorage.setItem('legevakt.picture.nordvik', '{}')")

    await socket.close(4003)

    await screen.wait_for_url("**/display/nordvik")
    assert await screen.evaluate("localStorage.length") == 0


async def test_the_less_urgent_take_turns_and_nobody_is_left_out(screen: Page, stage: Stage) -> None:
    board = ward.board()
    stage.pages["/wall/nordvik"] = page_of(board).replace(
        "data-stale-after", 'data-page-seconds="0.4" data-stale-after'
    )

    await screen.goto("/wall/nordvik")
    await hello(await stage.socket())

    seen: set[str] = set()
    shown = "[...document.querySelectorAll('#rows > tr:not([hidden])')].map(row => row.dataset.id)"
    while len(seen) < 15:
        now = await screen.evaluate(shown)
        assert {"e-11", "e-12", "e-13"} <= set(now)
        seen |= set(now)
        await screen.wait_for_timeout(100)
    assert seen == set(await order(screen))
