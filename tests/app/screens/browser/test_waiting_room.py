"""The live board in the waiting room: calls while they stand, and no waiting times it cannot vouch for."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect
from websockets.asyncio.server import ServerConnection

from app.screens.texts import LANGUAGES
from tests.app.screens import public
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.public import CalledRow, WaitingRoom, called
from tests.app.screens.ward import NOW
from tests.browser import barriers
from triage.queries.waiting_times import LevelWait

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_DRAWN = """page => ["header", "main h2", "#newest", "#earlier", "#levels", ".how"].flatMap(part =>
    [...page.querySelectorAll(part)].map(each => each.outerHTML.replace(/>\\s+</g, "><").trim()))"""
_FETCHED = "new DOMParser().parseFromString(await (await fetch('/fresh')).text(), 'text/html')"
AT = NOW.isoformat()
_SOUND = """window.rung = 0;
    window.AudioContext = class { state = "running"; currentTime = 0; destination = {}; resume() {} };
    window.OscillatorNode = class {
        connect(next) { return next; } start() { window.rung += 1; } stop() {} };
    window.GainNode = class { connect(next) { return next; } gain = { setValueAtTime() {},
        linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} }; };"""


async def opened(screen: Page, stage: Stage, board: WaitingRoom, **more: Any) -> ServerConnection:
    stage.pages["/waiting-room/nordvik"] = public.page(board, **more)
    await screen.goto("/waiting-room/nordvik")
    socket = await stage.socket()
    await say(socket, type="hello", epoch="e1", seq=41, server_time=AT, version="1")
    return socket


async def patch(socket: ServerConnection, seq: int, *rows: CalledRow) -> None:
    changed = [row.model_dump(mode="json") for row in rows]
    await say(socket, type="patch", epoch="e1", seq=seq, rows=changed, removed=[])


async def beat(socket: ServerConnection, count: int, *waits: LevelWait, seq: int = 41) -> None:
    said = [wait.model_dump() for wait in waits]
    await say(
        socket,
        type="beat",
        epoch="e1",
        seq=seq,
        count=count,
        missing=0,
        server_time=AT,
        waits=said,
        computed_at=AT,
    )


async def test_a_call_appears_and_the_one_before_moves_down(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, public.board(called("A 20"), called("B 31", "Rom 1", 1)))

    await patch(socket, 42, called("A 20", "Rom 3", 0))

    await expect(screen.locator("[data-field='newest.number']")).to_have_text("A 20")
    await expect(screen.locator("[data-field='newest.to']")).to_have_text("Rom 3")
    await expect(screen.locator("#earlier > li")).to_have_count(1)
    await expect(screen.locator("#earlier > li b")).to_have_text("B 31")


async def test_a_call_that_was_answered_comes_down(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, public.board(called("A 20", "Rom 3", 1)))

    await patch(socket, 42, called("A 20"))

    await expect(screen.get_by_text("Ingen kalles inn akkurat nå")).to_be_visible()
    await expect(screen.locator("[data-field='newest.number']")).to_be_hidden()


async def test_a_call_ends_by_the_clock_without_a_word_from_the_server(screen: Page, stage: Stage) -> None:
    await screen.clock.install()
    await opened(screen, stage, public.board(called("A 20", "Rom 3", 4.9)))
    await expect(screen.locator("[data-field='newest.number']")).to_be_visible()

    await screen.clock.run_for(10_000)

    await expect(screen.locator("[data-field='newest.number']")).to_be_hidden()


async def test_many_calls_take_turns_and_none_is_left_out(screen: Page, stage: Stage) -> None:
    rows = [called(f"A {n}", "Rom 1", n / 10) for n in range(10, 20)]
    board = public.board(*rows)
    stage.pages["/waiting-room/nordvik"] = public.page(board).replace(
        "data-stale-after", 'data-page-seconds="0.3" data-stale-after'
    )

    await screen.goto("/waiting-room/nordvik")

    seen: set[str] = set()
    while len(seen) < 9:
        numbers = await screen.locator("#earlier > li b").all_text_contents()
        assert len(numbers) <= 3
        assert await screen.locator("[data-field='newest.number']").text_content() == "A 10"
        seen |= set(numbers)
        await screen.wait_for_timeout(50)


async def test_waiting_times_follow_the_beat(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, public.board(called("A 20")))

    await beat(socket, 1, LevelWait(level=1, low=0, high=0), LevelWait(level=2, low=20, high=None))

    await expect(screen.locator("#levels strong")).to_have_text(["Ingen ventetid", "Over 20 min"])


async def test_cut_off_it_hides_the_waiting_times_and_says_in_both_languages_to_listen(
    screen: Page, stage: Stage
) -> None:
    await opened(screen, stage, public.board(called("A 20")), limit="800")

    alert = screen.get_by_role("alert")
    await expect(alert).to_contain_text("Vi kaller opp nummeret ditt med stemmen")
    await expect(alert).to_contain_text("We call your number out loud")
    await expect(screen.locator("#levels")).to_be_hidden()
    await expect(screen.get_by_text("Ingen kalles inn")).to_have_count(0)  # nobody knows that now
    await expect(screen.get_by_text("Listen for your number")).to_be_visible()


async def test_when_contact_is_back_the_waiting_times_are_too(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, public.board(called("A 20")), limit="800")
    await expect(screen.get_by_role("alert")).to_be_visible()

    again = await stage.socket()
    await say(again, type="hello", epoch="e1", seq=41, server_time=AT, version="1")
    await beat(again, 1, LevelWait(level=1, low=0, high=0), LevelWait(level=2, low=40, high=60))

    await expect(screen.locator("#levels strong")).to_have_text(["Ingen ventetid", "40–60 min"])
    await expect(screen.locator("#stale")).to_be_hidden()


async def test_a_screen_that_may_no_longer_look_goes_to_the_door(screen: Page, stage: Stage) -> None:
    stage.pages["/display/nordvik"] = "<!doctype html><title>Dør</title>"
    socket = await opened(screen, stage, public.board(called("A 20")))

    await socket.close(4003)

    await screen.wait_for_url("**/display/nordvik")


async def test_the_chime_rings_once_per_call_and_only_where_it_was_asked_for(
    screen: Page, stage: Stage
) -> None:
    await screen.add_init_script(_SOUND)
    heard = {}
    for asked in ("", "?chime=1", "", "?chime=0", ""):
        stage.pages["/waiting-room/nordvik"] = public.page(
            public.board(called("A 20"), called("B 31", "Rom 1", 1))
        )
        await screen.goto(f"/waiting-room/nordvik{asked}")
        socket = await stage.socket()
        await say(socket, type="hello", epoch="e1", seq=41, server_time=AT, version="1")
        await patch(socket, 42, called("A 20", "Rom 3", 0))
        await expect(screen.locator("[data-field='newest.number']")).to_have_text("A 20")
        heard[len(heard), asked] = await screen.evaluate("window.rung")

    assert heard == {(0, ""): 0, (1, "?chime=1"): 2, (2, ""): 2, (3, "?chime=0"): 0, (4, ""): 0}


@pytest.mark.parametrize(("arranged", "address", "tones"), [(True, "", 2), (False, "?chime=1", 0)])
async def test_a_screen_that_hangs_sounds_as_the_coordinator_has_arranged(
    screen: Page, stage: Stage, arranged: bool, address: str, tones: int
) -> None:
    await screen.add_init_script(_SOUND)
    board = public.board(called("A 20"), called("B 31", "Rom 1", 1))
    stage.pages["/waiting-room/nordvik"] = public.page(board, chime=arranged)

    await screen.goto(f"/waiting-room/nordvik{address}")
    socket = await stage.socket()
    await say(socket, type="hello", epoch="e1", seq=41, server_time=AT, version="1")
    await patch(socket, 42, called("A 20", "Rom 3", 0))

    await expect(screen.locator("[data-field='newest.number']")).to_have_text("A 20")
    assert await screen.evaluate("window.rung") == tones


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_script_writes_what_the_server_would_have_written(
    screen: Page, stage: Stage, language: str
) -> None:
    chance = random.Random(2026)
    for number in range(6):
        board = any_board(chance, number)
        stage.pages["/fresh"] = public.page(board, language=language)
        await screen.goto("/fresh")
        fresh = await screen.evaluate(f"async () => ({_DRAWN})({_FETCHED})")
        empty = public.board(called("A 20"), epoch="e0", waits=[], computed_at=NOW - timedelta(hours=1))
        await patched(screen, stage, public.page(empty, language=language), board)

        assert await screen.evaluate(f"({_DRAWN})(document)") == fresh


async def patched(screen: Page, stage: Stage, page: str, board: WaitingRoom) -> None:
    """A screen that began with something else and was told of this board."""
    while not stage.knocks.empty():
        stage.knocks.get_nowait()
    stage.pages["/waiting-room/nordvik"] = page
    await screen.goto("/waiting-room/nordvik")
    socket = await stage.socket()
    content = board.model_dump(mode="json")
    frame = {key: content[key] for key in ("epoch", "seq", "rows", "waits", "computed_at", "call_seconds")}
    await say(socket, type="hello", epoch=board.epoch, seq=board.seq, server_time=AT, version="1")
    await say(socket, type="snapshot", **frame)
    await expect(screen.locator("#levels > li")).to_have_count(len(board.waits))


def any_board(chance: random.Random, number: int) -> WaitingRoom:
    """Calls and ranges of every kind."""
    places = [None, "Rom 1", "Laboratoriet", "Undersøkelsesrom <2>"]
    ago = [None, 0.05, 0.5, 1.5, 4.5, 6]
    rows = [called(f"A {n}", chance.choice(places), chance.choice(ago)) for n in range(10, 10 + 2 * number)]
    ranges = [(None, None), (0, 0), (0, 15), (35, 60), (45, 105), (90, 150), (180, None)]
    waits = []
    for level in range(1, 5 + number % 2):
        low, high = chance.choice(ranges)
        waits.append(LevelWait(level=level, low=low, high=high))
    return public.board(*rows or (called("T 77"),), waits=waits)


_CUT_OFF = """() => [...document.querySelectorAll("main > section, footer, header")].filter(part =>
    part.scrollHeight > part.clientHeight || part.scrollWidth > part.clientWidth).length"""


# Colours do not depend on the language, nor the room that words take on the theme.
@pytest.mark.parametrize(("theme", "language"), [*(("light", each) for each in LANGUAGES), ("dark", "nb")])
@pytest.mark.parametrize("state", ["live", "stale"])
async def test_every_state_has_no_axe_finding_and_fits_on_the_screen(
    screen: Page, stage: Stage, state: str, theme: str, language: str
) -> None:
    board = public.board() if state == "live" else public.board(called("A 20"))
    limit = "12000" if state == "live" else "1500"  # time enough to greet also on a busy machine
    await opened(screen, stage, board, limit=limit, language=language, theme=theme)
    await expect(screen.locator("#stale")).to_be_visible(visible=state == "stale")

    assert await barriers(screen, colours=language == "nb") == []
    assert await screen.evaluate(_CUT_OFF) == 0


@pytest.mark.parametrize("width", [1920, 2560])  # as wide as a cinema: letters follow the height
@pytest.mark.parametrize("place", ["Gynekologisk undersøkelsesrom 2", "Laboratoriet", "R2", None])
async def test_a_long_name_of_a_place_stays_on_the_screen(
    screen: Page, stage: Stage, place: str | None, width: int
) -> None:
    await screen.set_viewport_size({"width": width, "height": 1080})
    await opened(screen, stage, public.board(*(called(f"K {n}", place, 1) for n in range(470, 476))))

    assert await screen.locator("#earlier > li").count() == 3
    assert await screen.evaluate(_CUT_OFF) == 0
