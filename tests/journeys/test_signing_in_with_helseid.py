"""A whole way by HelseID in a browser: there and back, a screen that locks by itself, and out of both."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import BrowserContext, Page, expect

from app.door.helseid import ends_elsewhere, people_of
from core.clock import utc_now
from core.settings import Settings
from tests.app.helseid.at_the_door import helseid_at_work, settings_with, ward_with_helseid
from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT

pytestmark = pytest.mark.browser
AN_ELEVEN_MINUTES_PAUSE = 11 * 60 * 1000


@pytest.fixture
def engine() -> str:
    """What a browser keeps does not depend on the database."""
    return "sqlite"


@pytest.fixture
async def machine(
    database_url: str, settings_for: Callable[..., Settings], tmp_path: Path
) -> AsyncIterator[BrowserContext]:
    """A browser at a ward on one site, with HelseID on another: strict cookies tell the two apart."""
    async with helseid_at_work(utc_now) as (people, _):
        settings = settings_with(settings_for, database_url, people, tmp_path)
        async with ward_with_helseid(settings, utc_now) as served, chromium() as browser:
            url = served.url.replace("127.0.0.1", "localhost")
            state = served.app.state
            state.people = people_of(settings.model_copy(update={"sign_in_url": url}), utc_now)
            state.ends_elsewhere = ends_elsewhere(state.store, state.people)
            people.backs = frozenset({f"{url}/helseid/callback"})
            yield await browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=f"{folder}/{name}.png", full_page=True)


async def test_helseid_lets_in_who_it_knows_well_enough_and_is_left_with_the_ward(
    machine: BrowserContext,
) -> None:
    page = await machine.new_page()
    await page.clock.install()
    await page.goto(f"/login?next=/units/{UNIT}")
    await picture(page, "helseid-way-in")
    assert await barriers(page) == []

    await page.get_by_role("link", name="Logg inn med HelseID").click()
    await picture(page, "helseid-there")
    await page.get_by_role("link", name="Nora med MinID").click()
    await expect(page.get_by_role("alert")).to_contain_text("ikke sikker nok for pasientjournal")
    await picture(page, "helseid-not-sure-enough")
    assert await barriers(page) == []

    await page.goto(f"/login?next=/units/{UNIT}")
    await page.get_by_role("link", name="Logg inn med HelseID").click()
    await page.get_by_role("link", name="Nora", exact=True).click()
    await page.wait_for_url(f"**/units/{UNIT}")
    await expect(page.get_by_role("link", name="Nora Lie")).to_be_visible()

    async with page.expect_response("**/api/lock"):  # the page is covered at once, the session ends after it
        await page.clock.fast_forward(AN_ELEVEN_MINUTES_PAUSE)
    await expect(page.get_by_role("heading", name="Låst")).to_be_visible()
    assert (await machine.request.get("/api/me")).status == 401
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Låst")).to_be_hidden()

    await page.goto("/login")
    await page.get_by_role("link", name="Logg inn med HelseID").click()
    await page.get_by_role("link", name="Nora", exact=True).click()
    await page.get_by_role("button", name="Logg ut").click()
    await page.wait_for_url("**/login")
    assert (await machine.request.get("/api/me")).status == 401
