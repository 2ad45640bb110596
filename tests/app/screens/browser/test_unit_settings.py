"""Rooms and zones: edited by keyboard, saved from the version read, refused beside the line it is about."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.unit.settings import unit_settings
from tests.app.screens import record, ward
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.browser import barriers
from triage.queries.unit_settings import UnitSettings
from triage.rules.levels import levels
from triage.rules.scales.packs import scale
from triage.rules.unit.alarm_minutes import alarm_minutes
from triage.rules.unit.arrangement import Arrangement
from triage.rules.unit.zones import Zone

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ZONES = (
    Zone(id="akutt", name="Akutt", rooms=("Akutt 1",), waiting=(0, 1, 2)),
    Zone(id="pol", name="Poliklinikk", rooms=("Rom 1",), waiting=(3, 4, 5)),
)
NOW_SO = Arrangement(
    rooms=("Akutt 1", "Rom 1", "Gips"), desks=("Luke 1",), zones=ZONES, alarms=alarm_minutes({})
)
SETTINGS = "PUT /settings"


def page_of(arrangement: Arrangement = NOW_SO, language: str = "nb") -> str:
    settings = UnitSettings(
        unit="nordvik",
        unit_name="Nordvik legevakt",
        version=7,
        arrangement=arrangement,
        levels=levels(scale("sats")),
    )
    return unit_settings(settings, me=record.KARI, now=ward.NOW, language=language, asset_version="v1")


async def arranging(
    screen: Page, stage: Stage, answers: dict[str, Any], arrangement: Arrangement = NOW_SO
) -> Calls:
    calls = Calls(answers)
    await calls.play(screen)
    stage.pages["/units/nordvik/settings"] = page_of(arrangement)
    await screen.goto("/units/nordvik/settings")
    return calls


def saved(version: int = 8) -> tuple[int, Any]:
    return 200, {"version": version, "arrangement": {}}


async def test_what_is_saved_unchanged_is_what_was_read(screen: Page, stage: Stage) -> None:
    calls = await arranging(screen, stage, {SETTINGS: saved()})

    await screen.get_by_role("button", name="Lagre").click()

    await expect(screen.locator("#done")).to_contain_text("Tavlene følger med")
    assert calls.bodies("/settings") == [NOW_SO.model_dump(mode="json")]
    assert await calls.of("/settings")[0].header_value("if-match") == '"7"'


async def test_a_room_is_added_named_moved_and_put_in_a_zone_by_keyboard(screen: Page, stage: Stage) -> None:
    calls = await arranging(screen, stage, {SETTINGS: saved()})

    await screen.get_by_role("button", name="Legg til rom").press("Enter")
    await screen.keyboard.type("Rom 2")
    await screen.keyboard.press("Tab")
    await screen.keyboard.type("Pol")
    await screen.keyboard.press("Tab")
    await screen.keyboard.press("Enter")  # one up, above Gips
    await screen.keyboard.press("Control+Enter")
    await screen.get_by_role("button", name="Lagre").press("Enter")

    await expect(screen.locator("#done")).to_contain_text("Lagret")
    body = calls.bodies("/settings")[0]
    assert body["rooms"] == ["Akutt 1", "Rom 1", "Rom 2", "Gips"]
    assert body["zones"][1]["rooms"] == ["Rom 1", "Rom 2"]


async def test_the_second_save_is_made_from_the_first(screen: Page, stage: Stage) -> None:
    calls = await arranging(screen, stage, {SETTINGS: [saved(8), saved(9)]})
    button = screen.get_by_role("button", name="Lagre")
    await button.click()
    await expect(screen.locator("#done")).to_contain_text("Lagret")

    await screen.get_by_label("Merknader").uncheck()
    await button.click()

    await expect(screen.locator("#done")).to_contain_text("Lagret")
    assert [await call.header_value("if-match") for call in calls.of("/settings")] == ['"7"', '"8"']
    assert calls.bodies("/settings")[1]["columns"] == ["place", "next", "staff"]


async def test_who_would_be_on_no_wall_is_named_while_zones_are_made(screen: Page, stage: Stage) -> None:
    await arranging(screen, stage, {}, Arrangement(rooms=("Rom 1",)))
    await expect(screen.get_by_label("Sone", exact=True)).to_be_hidden()

    await screen.get_by_role("button", name="Legg til sone").click()
    await screen.keyboard.type("Akutt")

    said = screen.locator("#uncovered")
    await expect(said).to_have_text("Ingen sone viser ennå: Ikke triagert, Rød, Oransje, Gul, Grønn, Blå.")
    for level in ("Ikke triagert", "Rød", "Oransje", "Gul", "Grønn"):
        await screen.get_by_role("checkbox", name=level).check()
    await expect(said).to_have_text("Ingen sone viser ennå: Blå.")
    await expect(screen.get_by_label("Sone", exact=True).locator("option")).to_have_text(
        ["På alle tavler", "Akutt"]
    )


async def test_a_room_with_a_patient_comes_back_with_who_is_in_it(screen: Page, stage: Stage) -> None:
    refused = 409, {"code": "room-in-use", "rooms": ["Rom 1"], "patients": ["T 29"]}
    await arranging(screen, stage, {SETTINGS: refused})
    line = screen.locator("#rooms li").nth(1)

    await line.get_by_role("button", name="Ta bort").click()
    await expect(screen.locator("#rooms li").nth(1).get_by_label("Navn på rom")).to_be_focused()
    await screen.get_by_role("button", name="Lagre").click()

    back = screen.locator("#rooms li").last
    await expect(back.get_by_label("Navn på rom")).to_have_value("Rom 1")
    await expect(back.get_by_label("Sone")).to_have_value("pol")
    await expect(back.locator(".field-error")).to_have_text(
        "Rom 1 er i bruk: T 29. Flytt pasienten først, så kan rommet tas bort."
    )
    await expect(back.get_by_label("Navn på rom")).to_be_focused()


@pytest.mark.parametrize(
    ("problem", "where"),
    [
        ({"code": "room-twice", "room": "Gips"}, "#rooms li:last-child"),
        ({"code": "zone-twice", "zone": "Poliklinikk"}, "#zones li:last-child"),
        ({"code": "invalid", "fields": [{"field": "desks.0", "code": "x"}]}, "#desks li:last-child"),
    ],
)
async def test_a_refusal_stands_beside_the_line_it_is_about(
    screen: Page, stage: Stage, problem: Any, where: str
) -> None:
    await arranging(screen, stage, {SETTINGS: (422, problem)})

    await screen.get_by_role("button", name="Lagre").click()

    await expect(screen.locator(f"{where} .field-error")).to_be_visible()
    await expect(screen.locator(f"{where} [aria-invalid=true]")).to_be_focused()
    assert await barriers(screen) == []


async def test_a_line_without_a_name_is_not_sent(screen: Page, stage: Stage) -> None:
    calls = await arranging(screen, stage, {})
    await screen.get_by_role("button", name="Legg til luke").click()

    await screen.get_by_role("button", name="Lagre").click()

    await expect(screen.locator("#desks .field-error")).to_have_text("Må fylles ut.")
    assert calls.asked == []


async def test_what_a_colleague_saved_meanwhile_is_not_overwritten(screen: Page, stage: Stage) -> None:
    await arranging(screen, stage, {SETTINGS: (412, {"code": "stale", "version": 8})})
    await screen.get_by_label("Navn på luke").fill("Luke 2")

    await screen.get_by_role("button", name="Lagre").click()

    await expect(screen.locator("main [data-form-error]")).to_contain_text("En annen har endret dette")
    await expect(screen.get_by_label("Navn på luke")).to_have_value("Luke 2")
    stage.pages["/units/nordvik/settings"] = page_of(NOW_SO.model_copy(update={"desks": ("Luke 9",)}))
    await screen.get_by_role("button", name="Vis det som gjelder nå").click()
    await expect(screen.get_by_label("Navn på luke")).to_have_value("Luke 9")


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("width", [1440, 400])
async def test_rooms_and_zones_can_be_read_by_everybody_on_any_screen(
    screen: Page, stage: Stage, language: str, width: int
) -> None:
    await screen.set_viewport_size({"width": width, "height": 1000})
    stage.pages["/page"] = page_of(language=language)
    await screen.goto("/page")

    assert await barriers(screen) == []
    assert await screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


async def test_the_minutes_of_alarms_are_chosen_by_level(screen: Page, stage: Stage) -> None:
    calls = await arranging(screen, stage, {SETTINGS: saved()})

    await screen.get_by_label("Gul: Ikke sett til på").fill("45")
    await screen.get_by_label("Ikke triagert etter").fill("8")
    await screen.get_by_role("button", name="Lagre").click()

    await expect(screen.locator("#done")).to_contain_text("Tavlene følger med")
    alarms = calls.bodies("/settings")[0]["alarms"]
    assert (alarms["untriaged"], alarms["unseen"]["3"], alarms["unseen"]["2"]) == (8, 45, 30)


async def test_minutes_that_would_switch_a_rule_off_are_refused_beside_their_field(
    screen: Page, stage: Stage
) -> None:
    refused = 422, {"code": "invalid", "fields": [{"field": "alarms.unseen.3", "code": "less_than_equal"}]}
    await arranging(screen, stage, {SETTINGS: refused})

    await screen.get_by_label("Gul: Ikke sett til på").fill("999")
    await screen.get_by_role("button", name="Lagre").click()

    await expect(screen.get_by_label("Gul: Ikke sett til på")).to_be_focused()
    await expect(screen.locator("table.minutes .field-error")).to_have_count(1)
