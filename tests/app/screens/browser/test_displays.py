"""The list of screens in use: adding, changing and taking down by keyboard, with whatever may go wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from app.screens.texts import LANGUAGES
from app.screens.wall.page import wall
from core.access.displays import DisplayView
from tests.app.screens import ward
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.app.screens.test_displays import ZONES, display, drawn
from tests.app.screens.ward import NOW
from tests.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LIST, ONE, GONE = "GET /displays", "PUT /d-1", "POST /d-1/revoke"


def told(*listed: DisplayView) -> tuple[int, Any]:
    shown = [each.model_dump(mode="json") for each in listed]
    return 200, {"server_time": NOW.isoformat(), "displays": shown}


def as_json(shown: DisplayView) -> dict[str, Any]:
    return shown.model_dump(mode="json")


async def at_the_list(
    screen: Page,
    stage: Stage,
    *listed: DisplayView,
    pause: int = 60_000,
    language: str = "nb",
    **answers: Any,
) -> Calls:
    calls = Calls({LIST: told(*listed), **answers})
    await calls.play(screen)
    page = drawn(*listed, zones=ZONES, language=language)
    stage.pages["/units/nordvik/displays"] = page.replace("data-path=", f'data-pause="{pause}" data-path=')
    await screen.goto("/units/nordvik/displays")
    return calls


def row(screen: Page) -> Locator:
    return screen.locator("#rows tr").first


async def test_a_screen_is_added_by_its_code_with_the_keyboard_alone(screen: Page, stage: Stage) -> None:
    new = display(name="Gang", zone="akutt", names="number")
    calls = await at_the_list(screen, stage, **{"POST /displays": (201, as_json(new))})
    calls.answers[LIST] = told(new)

    await screen.locator("#code").focus()
    for press in ("bcdf-ghjk", "Tab", "Gang", "Tab", "Tab", "ArrowRight", "Tab", "ArrowDown", "Tab", "Enter"):
        await (screen.keyboard.press if press[0].isupper() and press != "Gang" else screen.keyboard.type)(
            press
        )

    await expect(screen.locator("#done")).to_contain_text("Gang er godkjent")
    assert calls.bodies("/displays")[-2:] == [
        {
            "code": "bcdf-ghjk",
            "name": "Gang",
            "kind": "wall",
            "names": "number",
            "zone": "akutt",
            "theme": "dark",
            "chime": False,
        },
        None,
    ]
    await expect(row(screen)).to_contain_text("Gang")
    await expect(screen.locator("#code")).to_be_focused()


@pytest.mark.parametrize(
    ("refusal", "field"),
    [
        ((422, {"code": "pairing-code-unknown"}), "code"),
        ((409, {"code": "display-name-taken", "name": "Gang"}), "add-name"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    screen: Page, stage: Stage, refusal: Any, field: str
) -> None:
    await at_the_list(screen, stage, **{"POST /displays": refusal})
    await screen.locator("#code").fill("BCDFGHJK")
    await screen.locator("#add-name").fill("Gang")

    await screen.keyboard.press("Enter")

    await expect(screen.locator(f"#{field}-error")).to_be_visible()
    await expect(screen.locator(f"#{field}")).to_be_focused()
    await expect(screen.locator("#code")).to_have_value("BCDFGHJK")


async def test_a_waiting_room_is_asked_neither_for_names_nor_for_a_zone_and_is_light(
    screen: Page, stage: Stage
) -> None:
    await at_the_list(screen, stage)

    await screen.locator("#add").get_by_text("Venterom", exact=True).click()

    await expect(screen.locator("#add-names-number")).to_be_hidden()
    await expect(screen.locator("#add-zone")).to_be_hidden()
    await expect(screen.locator("#add-theme-light")).to_be_checked()


async def test_a_change_is_made_from_the_version_that_was_read(screen: Page, stage: Stage) -> None:
    changed = display(name="Akutt", version=4)
    calls = await at_the_list(screen, stage, display(), **{ONE: (200, as_json(changed))})
    calls.answers[LIST] = told(changed)

    await row(screen).get_by_role("button", name="Endre").press("Enter")
    await screen.get_by_role("dialog").get_by_label("Navn f.eks. hvor den henger").fill("Akutt")
    await screen.keyboard.press("Enter")

    await expect(screen.locator("#done")).to_have_text("Akutt er endret.")
    await expect(screen.get_by_role("dialog")).to_have_count(0)
    (asked,) = calls.of("/d-1")
    assert asked.headers["if-match"] == '"3"'
    assert calls.bodies("/d-1")[0]["name"] == "Akutt"


async def test_what_a_colleague_chose_meanwhile_is_shown_before_it_is_overwritten(
    screen: Page, stage: Stage
) -> None:
    meanwhile = display(name="Gang", version=4, theme="light")
    stale = (412, {"code": "stale", "current": as_json(meanwhile)})
    calls = await at_the_list(screen, stage, display(), **{ONE: [stale, (200, as_json(meanwhile))]})
    await row(screen).get_by_role("button", name="Endre").click()
    save = screen.get_by_role("dialog").get_by_role("button", name="Lagre")

    await save.click()

    await expect(screen.get_by_role("dialog").get_by_role("alert")).to_contain_text(
        "En annen har endret dette"
    )
    await expect(screen.locator("#change-name")).to_have_value("Gang")
    await save.click()
    await expect(screen.get_by_role("dialog")).to_have_count(0)
    assert [each.headers["if-match"] for each in calls.of("/d-1")] == ['"3"', '"4"']


async def test_a_screen_is_taken_down_only_after_its_name_was_read(screen: Page, stage: Stage) -> None:
    calls = await at_the_list(screen, stage, display(), **{GONE: (200, as_json(display()))})
    take_down = row(screen).get_by_role("button", name="Koble fra")
    await take_down.click()
    await screen.keyboard.press("Enter")  # the safe answer has the focus
    await expect(screen.get_by_role("alertdialog")).to_have_count(0)
    assert calls.of("/revoke") == []

    await take_down.click()
    calls.answers[LIST] = told()
    await (
        screen.get_by_role("alertdialog", name="Koble fra Vaktrom?")
        .get_by_role("button", name="Koble fra Vaktrom")
        .click()
    )

    await expect(screen.locator("#done")).to_have_text("Vaktrom er koblet fra.")
    await expect(screen.locator("#nobody")).to_be_visible()
    assert len(calls.of("/revoke")) == 1


async def test_a_dialog_that_is_closed_gives_the_focus_back(screen: Page, stage: Stage) -> None:
    await at_the_list(screen, stage, display())
    change = row(screen).get_by_role("button", name="Endre")
    await change.press("Enter")

    await screen.keyboard.press("Escape")

    await expect(change).to_be_focused()


async def test_a_screen_that_somebody_else_took_down_is_off_the_list(screen: Page, stage: Stage) -> None:
    calls = await at_the_list(screen, stage, display(), **{GONE: (404, {"code": "not-found"})})
    calls.answers[LIST] = told()
    await row(screen).get_by_role("button", name="Koble fra").click()

    await screen.get_by_role("alertdialog").get_by_role("button", name="Koble fra Vaktrom").click()

    await expect(screen.locator("#rows tr")).to_have_count(0)
    await expect(screen.get_by_role("alertdialog")).to_have_count(0)


async def test_the_list_follows_the_screens_and_says_when_it_cannot(screen: Page, stage: Stage) -> None:
    calls = await at_the_list(screen, stage, display(connected=False, seen_at=None), pause=100)
    await expect(row(screen)).to_contain_text("Ikke sett ennå")

    calls.answers[LIST] = told(display())
    await expect(row(screen)).to_contain_text("Tilkoblet")

    calls.answers[LIST] = None
    await expect(screen.locator("#offline")).to_contain_text("Listen er fra kl. 21:47")

    calls.answers[LIST] = told(display())
    await expect(screen.locator("#offline")).to_be_empty()


async def test_whoever_may_no_longer_arrange_is_sent_to_the_door(screen: Page, stage: Stage) -> None:
    stage.pages["/login"] = "<!doctype html><title>Dør</title>"
    calls = await at_the_list(screen, stage, display(), pause=100)

    calls.answers[LIST] = (403, {"code": "not-allowed"})

    await screen.wait_for_url("**/login?next=/units/nordvik/displays")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_line_drawn_in_the_browser_reads_as_the_servers(
    screen: Page, stage: Stage, language: str
) -> None:
    listed = [
        display("d-1"),
        display("d-2", connected=False, seen_at=NOW - timedelta(minutes=5), zone="akutt", names="number"),
        display("d-3", connected=False, seen_at=NOW - timedelta(days=2), zone="nedlagt", theme="schedule"),
        display("d-4", connected=False, seen_at=None, kind="waiting-room", theme="light"),
    ]
    text = "[...document.querySelectorAll('#rows tr')].map(each => each.textContent.replace(/\\s+/g, ' '))"
    await screen.clock.install(time=NOW)
    stage.pages["/before"] = drawn(*listed, zones=ZONES, language=language).replace(
        "screens/displays.js", "screens/none.js"
    )
    await screen.goto("/before")
    drawn_by_server = await screen.evaluate(text)

    await at_the_list(screen, stage, *listed, language=language, pause=100)
    await expect(screen.locator("[data-explain]")).to_contain_text("127.0.0.1")

    assert await screen.evaluate(text) == drawn_by_server


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["empty", "list", "change", "revoke", "error"])
async def test_every_state_can_be_used_by_everybody(
    screen: Page, stage: Stage, language: str, state: str
) -> None:
    listed = [] if state == "empty" else [display(), display("d-2", name="Gang", connected=False)]
    await at_the_list(screen, stage, *listed, language=language)
    if state in ("change", "revoke"):
        await row(screen).locator(f"[data-act={state}]").click()
    if state == "error":
        await screen.locator("#add [type=submit]").click()

    assert await barriers(screen, colours=language == "nb") == []
    await screen.set_viewport_size({"width": 400, "height": 900})
    assert await screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(
    ("starts", "passes", "before", "after"),
    [
        ("2026-11-25T05:59:30Z", 60, "dark", "light"),
        ("2026-11-25T18:59:30Z", 60, "light", "dark"),
        ("2026-10-25T05:59:30Z", 60, "dark", "light"),  # the morning after the long night
        ("2026-10-25T00:59:30Z", 60, "dark", "dark"),  # the clock goes back to 02:00
    ],
)
async def test_a_wall_that_follows_the_clock_changes_colours_by_itself(
    screen: Page, stage: Stage, starts: str, passes: int, before: str, after: str
) -> None:
    now = datetime.fromisoformat(starts)
    await screen.clock.install(time=now)
    stage.pages["/wall/nordvik"] = wall(
        ward.board(server_time=now), language="nb", theme="schedule", name_mode="name",
        websocket_path="/ws/units/nordvik/board", asset_version="v1",
    )  # fmt: skip
    await screen.goto("/wall/nordvik")
    theme = screen.locator("html")
    await expect(theme).to_have_attribute("data-theme", before)

    await screen.clock.run_for(passes * 1000)

    await expect(theme).to_have_attribute("data-theme", after)
