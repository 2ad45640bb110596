"""A new screen on the wall, from its code to the day it is taken down, in two real browsers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT, full_arrival
from tests.conftest import Served

PICTURES = Path(__file__).parents[2] / ".artifacts"
SOON = 15_000


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_screen_is_hung_up_arranged_and_taken_down(served: Served, browser: Browser) -> None:
    troubles: list[str] = []
    await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=full_arrival(2), headers=served.cast.nora.headers
    )
    screen = await _opened(browser, f"{served.url}/pair", troubles, width=1920, height=1080)
    desk = await _at_the_desk(served, browser, troubles)

    await _pair(screen, desk)
    await _show_numbers_only(screen, desk)
    await _take_down(screen, desk)

    await _shows_nothing_of_patients(screen)
    await screen.goto(f"{served.url}/wall/{UNIT}")
    await screen.wait_for_url("**/pair*")
    await _shows_nothing_of_patients(screen)
    assert troubles == []


async def _pair(screen: Page, desk: Page) -> None:
    code = await _code(screen)
    await _no_barriers(screen)
    await _picture(screen, "pairing")
    await desk.locator("#code").fill(code.lower())
    await desk.locator("#add-name").fill("Vaktrom")
    await _picture(desk, "displays")
    await desk.keyboard.press("Enter")
    await expect(desk.locator("#done")).to_contain_text("Vaktrom er godkjent")
    await screen.wait_for_url(f"**/wall/{UNIT}", timeout=SOON)
    await expect(screen.get_by_text("Ingrid S.")).to_be_visible()
    await expect(screen.locator("[data-connection-word]")).to_have_text("Tilkoblet")
    assert await screen.evaluate("localStorage.getItem('legevakt.pairing')") is None
    await expect(_row(desk)).to_contain_text("Tilkoblet", timeout=SOON)
    await _no_barriers(desk)


async def _show_numbers_only(screen: Page, desk: Page) -> None:
    await _row(desk).get_by_role("button", name="Endre").click()
    dialog = desk.get_by_role("dialog", name="Endre Vaktrom")
    await dialog.get_by_text("Bare nummer", exact=True).click()
    await _no_barriers(desk)
    await _picture(desk, "displays-change")
    await dialog.get_by_role("button", name="Lagre").click()
    await expect(_row(desk)).to_contain_text("Bare nummer")
    await expect(screen.locator("body[data-names=number]")).to_have_count(1, timeout=SOON)
    await expect(screen.get_by_text("Ingrid")).to_have_count(0)
    assert "Ingrid" not in await screen.content()


async def _take_down(screen: Page, desk: Page) -> None:
    await _row(desk).get_by_role("button", name="Koble fra").click()
    dialog = desk.get_by_role("alertdialog", name="Koble fra Vaktrom?")
    await expect(dialog.get_by_role("button", name="Behold")).to_be_focused()
    await _no_barriers(desk)
    await _picture(desk, "displays-revoke")
    await dialog.get_by_role("button", name="Koble fra Vaktrom").click()
    await expect(_row(desk)).to_have_count(0)
    await screen.wait_for_url("**/pair", timeout=5_000)


async def _shows_nothing_of_patients(screen: Page) -> None:
    assert await _code(screen)
    shown = await screen.content() + str(await screen.evaluate("JSON.stringify(localStorage)"))
    assert [word for word in ("Ingrid", "Brystsmerter", "legevakt.picture") if word in shown] == []


async def _code(screen: Page) -> str:
    shown = screen.locator("[data-code]")
    await expect(shown).to_have_text(re.compile(r"^[A-Z]{4}-[A-Z]{4}$"))
    return str(await shown.text_content())


def _row(desk: Page) -> Locator:
    return desk.locator("#rows tr").filter(has_text="Vaktrom")


async def _at_the_desk(served: Served, browser: Browser, troubles: list[str]) -> Page:
    page = await _opened(browser, f"{served.url}/units/{UNIT}/displays", troubles, width=1440, height=900)
    await page.locator("[name=username]").fill("kari")
    await page.locator("[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/displays")
    return page


async def _opened(browser: Browser, address: str, troubles: list[str], *, width: int, height: int) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()

    def heard(said: ConsoleMessage) -> None:
        # Being nobody yet, and being cut off, are answers that the browser counts as errors.
        if said.type == "error" and not said.text.startswith(("Failed to load resource", "WebSocket")):
            troubles.append(said.text)

    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("console", heard)
    await page.goto(address)
    return page


async def _no_barriers(page: Page) -> None:
    assert await barriers(page) == []


async def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png")
