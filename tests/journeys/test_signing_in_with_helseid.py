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
from tests.cast import PASSWORD, UNIT, arrival

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
    await expect(page.get_by_role("link", name="Lås opp med HelseID")).to_be_focused()  # as they came
    await page.get_by_role("dialog").get_by_label("Passord").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Låst")).to_be_hidden()

    await page.goto("/login")
    await page.get_by_role("link", name="Logg inn med HelseID").click()
    await page.get_by_role("link", name="Nora", exact=True).click()
    await page.get_by_role("button", name="Logg ut").click()
    await page.wait_for_url("**/login")
    assert (await machine.request.get("/api/me")).status == 401


async def test_whoever_has_no_password_unlocks_beside_the_page_and_what_is_typed_stands(
    machine: BrowserContext,
) -> None:
    page = await locked_in_mid_sentence(machine)
    plan = page.get_by_label("Plan")
    way = page.get_by_role("link", name="Lås opp med HelseID")
    await expect(way).to_be_focused()
    await picture(page, "helseid-unlock")
    assert await barriers(page) == []

    async with machine.expect_page() as opened:
        await page.keyboard.press("Enter")
    beside = await opened.value
    await beside.get_by_role("link", name="Nora med MinID").click()
    await expect(beside.get_by_role("alert")).to_contain_text("ikke sikker nok for pasientjournal")
    await expect(page.get_by_role("heading", name="Låst")).to_be_visible()
    await beside.get_by_role("link", name="Logg inn med HelseID").click()
    await beside.get_by_role("link", name="Dag", exact=True).click()

    await expect(plan).to_be_visible()
    await expect(plan).to_have_value("Troponin om tre ti")
    await plan.press_sequentially("mer")
    await expect(page.locator("#saved")).to_contain_text("Lagret")
    await picture(page, "helseid-unlocked")


async def test_a_colleague_who_comes_in_beside_a_locked_page_gets_a_page_of_their_own(
    machine: BrowserContext,
) -> None:
    page = await locked_in_mid_sentence(machine)

    async with machine.expect_page() as opened:
        await page.get_by_role("link", name="Lås opp med HelseID").click()
    await (await opened.value).get_by_role("link", name="Nora", exact=True).click()

    await page.wait_for_url(f"**/units/{UNIT}")
    await expect(page.get_by_role("link", name="Nora Lie")).to_be_visible()


async def locked_in_mid_sentence(machine: BrowserContext) -> Page:
    """The page of Dag's patient; he came by HelseID."""
    page = await machine.new_page()
    await page.goto("/login")
    await page.get_by_role("link", name="Logg inn med HelseID").click()
    await page.get_by_role("link", name="Dag", exact=True).click()
    await page.wait_for_url(f"**/units/{UNIT}")
    await page.goto(f"/encounters/{await taken(machine)}")
    await page.get_by_label("Plan").fill("Troponin om tre ti")
    async with page.expect_response("**/api/lock"):
        await page.get_by_role("button", name="Lås", exact=True).click()
    return page


async def taken(machine: BrowserContext) -> str:
    """A patient of whoever is signed in."""
    came = await machine.request.post(f"/api/units/{UNIT}/arrivals", data=arrival())
    encounter = str((await came.json())["id"])
    assert (await machine.request.post(f"/api/encounters/{encounter}/take", data={})).ok
    return encounter
