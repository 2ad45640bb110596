"""A wall that is full: everybody on it or counted, nothing cut, and the most urgent on every page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.wall.page import wall
from tests.app.screens import ward
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.browser.test_same_in_browser import any_rows, in_order
from tests.browser import barriers
from triage.queries.board_row import Board, BoardRow
from triage.rules.unit.zones import Zone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ZONES = (
    Zone(id="akutt", name="Akutt", rooms=("Rom 1", "Rom 2"), waiting=(0, 1, 2)),
    Zone(id="pol", name="Poliklinikk", rooms=("Rom 3",), waiting=(3, 4, 5)),
)
# What is cut: below the footer, or wider than its own box without saying so by "…".
_CUT = """() => {
    const foot = document.querySelector("footer").getBoundingClientRect().top + 1;
    const below = [...document.querySelectorAll("#rows > tr:not([hidden]), #rooms > li:not([hidden])")]
        .filter(each => each.getBoundingClientRect().bottom > foot);
    const told = (style) => style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none";
    const boxes = "#rows td, .flags, .wait, .next, #rooms > li, #rooms p, header *, footer *, main h2";
    const cut = [...document.querySelectorAll(boxes)].filter(each => {
        const style = getComputedStyle(each);
        if (!each.getClientRects().length || each.closest(".vh, .markwrap") || told(style)) return false;
        const hides = style.overflow !== "visible" && each.scrollHeight > each.clientHeight + 3;
        // a name may go on through an empty column of flags, but not into the wait
        const goesOn = each.matches(".k-name") && !each.parentElement.querySelector(".flag:not([hidden])");
        const room = each.clientWidth + (goesOn ? each.nextElementSibling.clientWidth : 0);
        return hides || (style.display !== "inline" && each.scrollWidth > room + 1);
    });
    const said = each => each.tagName + "." + each.className + " " + each.textContent.trim().slice(0, 40);
    return [...below, ...cut].map(said);
}"""


def crowd(urgent: int, others: int) -> list[BoardRow]:
    rows = [
        ward.row(f"u-{n:02}", "Per K.", 58, "Tung pust", level=1 + n % 2, waited=n) for n in range(urgent)
    ]
    return rows + [ward.row(f"o-{n:02}", "Kari N.", 66, "Feber", level=4, waited=n) for n in range(others)]


def of(rows: list[BoardRow], rooms: int = 15, **more: Any) -> Board:
    names = tuple(f"Rom {number}" for number in range(1, rooms + 1))
    return ward.board(*in_order(rows, ward.NOW), rooms=names, **more)


def empty(rooms: int) -> Board:
    return of(crowd(1, 0), rooms).model_copy(update={"rows": (), "count": 0})


async def hung(screen: Page, stage: Stage, board: Board, **more: Any) -> Any:
    options: dict[str, Any] = {
        "language": "nb", "theme": "dark", "name_mode": "name", "asset_version": "v1",
        "websocket_path": "/ws/units/nordvik/board",
    }  # fmt: skip
    page = wall(board, **(options | more))
    stage.pages["/wall"] = page.replace("data-stale-after", 'data-page-seconds="0.3" data-stale-after')
    await screen.goto("/wall")
    socket = await stage.socket()
    at = ward.NOW.isoformat()
    await say(socket, type="hello", epoch="e1", seq=41, server_time=at, version="1")
    return socket


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize(
    "board",
    [
        empty(4),
        empty(30),
        of(any_rows(11), 4),
        of(any_rows(40, 2), 15),
        of(any_rows(60, 3), 30),
        of(any_rows(120, 4), 30),
        of(crowd(12, 4)),
        of(crowd(15, 9)),
        of(crowd(40, 9)),
    ],
    ids=["empty-4", "empty-30", "11-4", "40-15", "60-30", "120-30", "urgent-12", "urgent-15", "urgent-40"],
)
async def test_nothing_on_a_wall_is_cut_however_many_are_here(
    screen: Page, stage: Stage, board: Board, language: str
) -> None:
    await hung(screen, stage, board, language=language)
    await screen.locator("[data-connection-word]").wait_for()

    assert await screen.evaluate(_CUT) == []


@pytest.mark.parametrize(("width", "height"), [(3840, 2160), (1280, 720), (2560, 1080), (1920, 900)])
async def test_a_wall_of_another_size_shows_the_same(
    screen: Page, stage: Stage, width: int, height: int
) -> None:
    await screen.set_viewport_size({"width": width, "height": height})

    await hung(screen, stage, of(any_rows(40, 2), zones=ZONES), zone="pol", name_mode="number")

    assert await screen.evaluate(_CUT) == []


async def test_a_complaint_goes_on_where_nothing_is_flagged(screen: Page, stage: Stage) -> None:
    long = "Brystsmerter ved bevegelse siden i går"
    plain = ward.row("e-1", "Anne-Margrethe S.", 42, long, level=3, waited=9)
    await hung(screen, stage, of([plain, plain.model_copy(update={"id": "e-2", "flags": ("infection",)})]))
    is_cut = (
        "each => [...each.querySelectorAll('.who, .why')].some(part => part.scrollWidth > part.clientWidth)"
    )

    assert not await screen.locator("#rows > tr[data-id=e-1]").evaluate(is_cut)
    assert await screen.locator("#rows > tr[data-id=e-2]").evaluate(is_cut)  # the flag needs its place
    assert await screen.evaluate(_CUT) == []


async def test_fifteen_red_and_orange_are_seen_on_every_page(screen: Page, stage: Stage) -> None:
    await hung(screen, stage, of(crowd(15, 12)))
    shown = "[...document.querySelectorAll('#rows > tr:not([hidden])')].map(row => row.dataset.id)"
    urgent, seen, pages = {f"u-{n:02}" for n in range(15)}, set[str](), set[str]()

    while len(seen) < 27 or len(pages) < 2:
        now = set(await screen.evaluate(shown))
        assert urgent <= now
        seen |= now
        pages.add(await screen.locator("[data-field=paging]").inner_text())
        await screen.wait_for_timeout(50)

    assert pages == {"Viser 22 · 5 grønne på side 2", "Viser 20 · 7 grønne på side 1"}


async def test_a_new_red_patient_in_a_full_ward_pushes_nobody_urgent_off(screen: Page, stage: Stage) -> None:
    socket = await hung(screen, stage, of(crowd(22, 0)))
    late = ward.row("u-99", "Ny P.", 30, "Bevisstløs", level=1, waited=0).model_dump(mode="json")

    await say(socket, type="patch", epoch="e1", seq=42, rows=[late], removed=[])

    await expect(screen.locator("#rows > tr:visible")).to_have_count(23)
    assert await screen.evaluate(_CUT) == []


async def test_a_beat_with_somebody_missing_covers_the_figures_until_it_is_mended(
    screen: Page, stage: Stage
) -> None:
    socket = await hung(screen, stage, of(crowd(1, 1)))
    alarm, at = screen.locator("#alarm"), ward.NOW.isoformat()
    await expect(alarm).to_be_hidden()

    await say(socket, type="beat", epoch="e1", seq=41, count=2, missing=2, server_time=at)
    await expect(alarm).to_have_text("2 pasienter mangler på tavla – se køen")
    assert await barriers(screen) == []

    await say(socket, type="beat", epoch="e1", seq=41, count=2, missing=0, server_time=at)
    await expect(alarm).to_be_hidden()


@pytest.mark.parametrize(
    ("board", "theme"),
    [
        (of(crowd(15, 9)), "dark"),
        (of(crowd(60, 9)), "dark"),
        (of(any_rows(120, 4), 30), "dark"),
        (of(any_rows(120, 4), 30), "light"),  # every level and state there is, in the other colours
    ],
)
async def test_a_full_wall_has_no_axe_finding(screen: Page, stage: Stage, board: Board, theme: str) -> None:
    await hung(screen, stage, board, theme=theme)

    assert await barriers(screen) == []


async def test_a_wall_counts_everybody_also_those_of_other_zones(screen: Page, stage: Stage) -> None:
    board = of(crowd(3, 4), zones=ZONES)
    socket = await hung(screen, stage, board, zone="akutt")
    await say(socket, type="beat", epoch="e1", seq=41, count=7, server_time=ward.NOW.isoformat())

    await expect(screen.locator("#rows > tr:visible")).to_have_count(3)
    await expect(screen.locator("header .unit p")).to_have_text("Nordvik legevakt · 4 på andre tavler")
    await expect(screen.locator("[data-connection-word]")).to_have_text("Tilkoblet")
    await expect(screen.locator("#alarm")).to_be_hidden()
