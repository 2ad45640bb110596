"""Access in use: a reason is said, the patient's no is written down, a colleague's opening is reviewed."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from app.screens.texts import LANGUAGES
from tests.app.screens import access
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

GLASS = "POST /break-glass"


async def shown(screen: Page, stage: Stage, page: str, **answers: object) -> Calls:
    calls = Calls(dict(answers))
    await calls.play(screen)
    stage.pages["/page"] = page
    await screen.goto("/page")
    return calls


async def test_a_reason_is_said_with_the_keyboard_and_the_record_is_asked_for_again(
    screen: Page, stage: Stage
) -> None:
    too_short = (422, {"code": "invalid", "fields": [{"field": "reason", "code": "string_too_short"}]})
    calls = await shown(screen, stage, access.reason(), **{GLASS: [too_short, (201, {})]})
    field = screen.get_by_label("Hvorfor må du åpne den?")

    await field.fill("Nei")
    await screen.keyboard.press("Tab")
    await screen.keyboard.press("Enter")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_be_focused()
    assert await field.input_value() == "Nei"  # nothing typed is lost
    stage.pages["/page"] = access.blocks()
    await field.fill("Ringer om prøvesvar fra kontakten")
    await screen.get_by_role("button", name="Åpne journalen").click()

    await expect(screen.get_by_role("heading", name="Sperringer for Ingrid Solvang")).to_be_visible()
    assert calls.bodies("/break-glass") == [
        {"reason": "Nei"},
        {"reason": "Ringer om prøvesvar fra kontakten"},
    ]
    keys = [request.headers["idempotency-key"] for request in calls.of("/break-glass")]
    assert len(set(keys)) == 2


async def test_a_block_names_a_colleague_only_when_it_is_about_one(screen: Page, stage: Stage) -> None:
    calls = await shown(screen, stage, access.blocks(), **{"POST /blocks": (201, {})})

    await screen.get_by_label("Kollega", exact=True).select_option("Nora Lie")
    await screen.get_by_label("Fastlegen: ingen epikrise").check()
    await expect(screen.get_by_label("Kollega", exact=True)).to_be_hidden()
    async with screen.expect_navigation():
        await screen.get_by_role("button", name="Sperr", exact=True).click()

    assert calls.bodies("/blocks") == [{"kind": "gp-summary"}]


async def test_the_button_that_was_pressed_is_the_verdict(screen: Page, stage: Stage) -> None:
    calls = await shown(screen, stage, access.control(access.glass()), **{"POST /review": (200, {})})

    await screen.get_by_label("Hva fant du?").fill("Ikke på vakt den dagen")
    async with screen.expect_navigation():
        await screen.get_by_role("button", name="Ikke i orden").click()

    assert calls.bodies("/review") == [{"note": "Ikke på vakt den dagen", "verdict": "not-justified"}]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_of_access_can_be_used_by_everybody(
    screen: Page, stage: Stage, language: str
) -> None:
    found = {}

    for name, page in access.everything(language).items():
        await shown(screen, stage, page)
        found[name] = await barriers(screen, colours=language == "nb")
        wide = await screen.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, name

    assert {name: faults for name, faults in found.items() if faults} == {}
