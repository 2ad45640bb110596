"""The coordinator in a browser: alarms taken by click and key, sound, colleagues, and being cut off."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect
from websockets.asyncio.server import ServerConnection

from app.screens.coordinator.view import coordinator_view
from app.screens.texts import LANGUAGES, texts
from tests.app.screens import overview as evening
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.browser.test_same_in_browser import any_rows, in_order
from tests.app.screens.overview import ringing, taken
from tests.app.screens.test_coordinator import drawn
from tests.app.screens.ward import NOW, board, minutes, row
from tests.browser import barriers
from triage.queries.board_row import BoardRow
from triage.rules.safety.alarms import Rule

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OVERVIEW, TAKE, TRY = "GET /overview", "POST /take-alarm", "POST /attempts"
TAKEN = (200, {"id": "e-12", "version": 2, "taken_by": "Kari Moe", "taken_at": NOW.isoformat(),
               "again_at": (NOW + minutes(5)).isoformat()})  # fmt: skip
REFUSED = (409, {"code": "alarm-already-taken", "by": "Nora Lie", "since": (NOW - minutes(1)).isoformat()})


_TELLS_WHAT_IT_HEARD = """(() => {
    const set = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage").set;
    Object.defineProperty(WebSocket.prototype, "onmessage", { set(hear) {
        set.call(this, (event) => { hear(event); console.log("heard " + JSON.parse(event.data).seq); });
    } });
})()"""


async def at_the_screen(
    screen: Page, stage: Stage, source: str | None = None, **answers: Any
) -> tuple[Calls, ServerConnection]:
    told = evening.overview().model_dump(mode="json")
    calls = Calls({OVERVIEW: (200, told), **answers})
    await calls.play(screen)
    await screen.clock.install(time=NOW - timedelta(hours=1))
    await screen.clock.pause_at(NOW)
    stage.pages["/units/nordvik/coordinator"] = source or drawn()
    await screen.add_init_script(_TELLS_WHAT_IT_HEARD)
    await screen.goto("/units/nordvik/coordinator")
    socket = await stage.socket()
    await say(socket, type="hello", epoch="e1", seq=41, server_time=NOW.isoformat(), version="1")
    count = len(evening.board().rows)
    await say(socket, type="beat", epoch="e1", seq=41, count=count, server_time=NOW.isoformat())
    await expect(screen.locator("[data-connection-word]")).to_have_text("Tilkoblet")
    return calls, socket


async def changed(screen: Page, socket: ServerConnection, *rows: BoardRow, seq: int = 42) -> None:
    listed = [each.model_dump(mode="json") for each in rows]
    async with screen.expect_event("console", lambda message: message.text == f"heard {seq}"):
        await say(socket, type="patch", epoch="e1", seq=seq, rows=listed, removed=[])
    await screen.clock.run_for(40)


def first_row(**changes: Any) -> BoardRow:
    return next(each for each in evening.board().rows if each.id == "e-12").model_copy(update=changes)


async def test_one_click_takes_an_alarm_and_says_when_it_rings_again(screen: Page, stage: Stage) -> None:
    calls, socket = await at_the_screen(screen, stage, **{TAKE: TAKEN})

    await screen.locator("#alarms tr").first.get_by_role("button", name="Ta alarmen").click()
    await changed(screen, socket, first_row(alarm=taken(Rule.TARGET, by="KM")))

    await expect(screen.locator("#said")).to_contain_text("Olav H.: du tok alarmen. Den ringer igjen 21:52")
    assert [request.url.rpartition("/api/")[2] for request in calls.of("/take-alarm")] == [
        "encounters/e-12/take-alarm"
    ]
    line = screen.locator("#alarms [data-id=e-12]")
    await expect(line).to_contain_text("Tatt av KM")
    await expect(line.get_by_role("button", name="Ta alarmen")).to_be_hidden()


async def test_who_was_first_is_named_when_two_take_the_same_alarm(screen: Page, stage: Stage) -> None:
    await at_the_screen(screen, stage, **{TAKE: REFUSED})

    await screen.locator("#alarms tr").first.get_by_role("button", name="Ta alarmen").click()

    await expect(screen.get_by_role("alert")).to_have_text("Olav H.: Nora Lie tok alarmen kl. 21:46.")


async def test_alarms_are_taken_by_key_and_focus_goes_on_to_the_next(screen: Page, stage: Stage) -> None:
    calls, socket = await at_the_screen(screen, stage, **{TAKE: TAKEN})

    await screen.keyboard.press("j")
    await screen.keyboard.press("j")
    await screen.keyboard.press("k")
    await screen.keyboard.press("a")
    await expect(screen.locator("#said")).to_contain_text("Olav H.")
    await changed(screen, socket, first_row(alarm=None, doctor="HS", status="in-progress", doctor_since=NOW))

    assert len(calls.of("/take-alarm")) == 1
    await expect(screen.locator("#alarms [data-id=e-12]")).to_have_count(0)
    await expect(screen.locator("#alarms [data-id=e-18] .who")).to_be_focused()


async def test_what_is_reckoned_is_asked_for_once_for_many_changes(screen: Page, stage: Stage) -> None:
    calls, socket = await at_the_screen(screen, stage)
    async with screen.expect_response("**/overview"):
        await screen.clock.run_for(500)  # asked when the line opened
    asked = len(calls.of("/overview"))
    calls.answers[OVERVIEW] = (200, evening.overview(tasks=()).model_dump(mode="json"))

    for seq in (42, 43, 44):
        await changed(screen, socket, first_row(version=seq), seq=seq)
    await screen.clock.run_for(3000)

    await expect(screen.locator("[data-none=tasks]")).to_be_visible()
    assert len(calls.of("/overview")) == asked + 1


async def test_a_call_back_is_noted_with_what_came_of_it(screen: Page, stage: Stage) -> None:
    answer = {"id": "t-1", "attempts": 1, "due_at": (NOW + minutes(15)).isoformat(), "done": False}
    calls, _ = await at_the_screen(screen, stage, **{TRY: (200, answer)})

    await screen.locator("#tasks [data-id=t-1]").get_by_role("button", name="Svarer ikke").click()

    await expect(screen.locator("#said")).to_have_text("Marte S.: Svarer ikke. Prøv igjen innen 22:02.")
    assert calls.bodies("/tasks/t-1/attempts") == [{"result": "no-answer"}]


async def test_nobody_can_confirm_a_level_they_lowered_themselves(screen: Page, stage: Stage) -> None:
    await at_the_screen(screen, stage, **{"POST /confirm-level": (409, {"code": "same-person"})})

    await screen.locator("#waiting [data-id=e-14]").get_by_role("button", name="Bekreft hastegraden").click()

    await expect(screen.get_by_role("alert")).to_contain_text("En annen enn den som satte hastegraden")


_RINGS = """() => { window.rung = 0;
    OscillatorNode.prototype.start = () => { window.rung += 0.5; };
    OscillatorNode.prototype.stop = () => {}; }"""


async def test_an_urgent_alarm_sounds_once_and_not_when_the_screen_is_muted(
    screen: Page, stage: Stage
) -> None:
    _, socket = await at_the_screen(screen, stage)
    await screen.evaluate(_RINGS)
    button = screen.locator("#sound")
    await button.click()  # the first touch lets the page sound at all
    await screen.clock.run_for(1100)
    await expect(button).to_have_text("Lyd på")

    await changed(
        screen, socket, row("e-12", "Olav H.", 84, "Fall", level=2, alarm=ringing(Rule.UNSEEN, ago=0))
    )
    await changed(
        screen, socket, row("e-15", "Per K.", 58, "Kutt", level=3, alarm=ringing(Rule.UNSEEN)), seq=43
    )
    assert await screen.evaluate("window.rung") == 1
    calling = ringing(Rule.DOCTOR, Rule.UNSEEN)
    await changed(screen, socket, row("e-15", "Per K.", 58, "Kutt", level=3, alarm=calling), seq=44)
    await screen.clock.run_for(1100)
    assert await screen.evaluate("window.rung") == 2  # a doctor is called for, whatever the level

    await button.click()
    await screen.clock.run_for(200)
    await expect(button).to_have_text("Lyd av denne vakten")
    await changed(
        screen,
        socket,
        row("e-11", "Ingrid S.", 71, "Brystsmerter", level=1, alarm=ringing(Rule.UNSEEN)),
        seq=45,
    )
    assert await screen.evaluate("window.rung") == 2

    await screen.clock.run_for(80 * 60_000)  # 23:07: the night has come on
    await expect(button).to_have_text("Lyd på")


async def test_a_screen_that_is_cut_off_says_so_and_dates_what_it_shows(screen: Page, stage: Stage) -> None:
    await at_the_screen(screen, stage)

    await screen.clock.run_for(13_000)

    await expect(screen.get_by_role("alert")).to_contain_text("Viser bildet slik det var kl. 21:47")
    await expect(screen.locator("[data-connection-word]")).to_have_text("Frakoblet")


async def test_who_is_signed_out_sees_no_patient_any_more(screen: Page, stage: Stage) -> None:
    _, socket = await at_the_screen(screen, stage)

    await socket.close(4003)

    await expect(screen.get_by_role("link", name="Logg inn igjen")).to_be_visible()
    await expect(screen.locator("main")).not_to_contain_text("Olav H.")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_coordinator_reads_the_same_from_server_and_script(
    screen: Page, stage: Stage, language: str
) -> None:
    rows = in_order(any_rows(60, seed=3), NOW)
    shown, seen = board(*rows, rooms=("Rom 1", "Rom 2", "Obs 1", "Obs 9")), evening.overview()
    soon = tuple(
        each.model_copy(update={"encounter": row.id})
        for each, row in zip(seen.late_soon, rows[20:], strict=False)
    )
    seen = seen.model_copy(update={"late_soon": soon})
    stage.pages["/page"] = drawn(shown, seen, language=language)
    await Calls({}).play(screen)
    await screen.goto("/page")

    there = await screen.evaluate(
        """async ([rows, rooms, overview, now]) => {
            const { coordinatorView } = await import("/static/v1/screens/coordinator_view.js");
            return coordinatorView(rows, rooms, overview, Date.parse(now));
        }""",
        [
            [each.model_dump(mode="json") for each in rows],
            [room.model_dump() for room in shown.rooms],
            seen.model_dump(mode="json"),
            NOW.isoformat(),
        ],
    )

    expected = asdict(coordinator_view(shown, seen, now=NOW, t=texts(language)))
    for line in (*expected["alarms"], *expected["waiting"]):
        line.pop("version")
    assert there == _as_json(expected)
    assert len(there["alarms"]) > 5


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1440, 400])
async def test_the_coordinator_has_no_axe_finding_and_nothing_is_cut_off(
    screen: Page, stage: Stage, language: str, width: int
) -> None:
    stage.pages["/page"] = drawn(language=language)
    await Calls({}).play(screen)
    await screen.set_viewport_size({"width": width, "height": 1000})
    await screen.goto("/page")

    assert await barriers(screen, colours=language == "nb" and width == 1440) == []
    assert await screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def test_a_quiet_or_cut_off_coordinator_has_no_axe_finding(screen: Page, stage: Stage) -> None:
    stage.pages["/page"] = drawn(board(row("e-1", "Per K.", 5, "Sår", doctor="HS")), evening.NOTHING).replace(
        'data-stale-after="12000"', 'data-stale-after="300"'
    )
    await Calls({}).play(screen)
    await screen.goto("/page")
    await expect(screen.get_by_role("alert")).to_be_visible()

    assert await barriers(screen) == []
