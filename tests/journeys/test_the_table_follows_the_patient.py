"""A child nobody knows the age of is triaged as a child; no score stands that is not made for the patient."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import chromium
from tests.cast import PASSWORD, UNIT, arrival
from tests.conftest import Served

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


async def at_triage(served: Served, browser: Browser, **arrived: str) -> Page:
    answer = await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=arrival(**arrived), headers=served.cast.nora.headers
    )
    context = await browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 1000})
    await context.request.post("/api/sign-in", data={"username": "nora", "password": PASSWORD})
    page = await context.new_page()
    await page.goto(f"/encounters/{answer.json()['id']}/triage")
    return page


async def test_a_length_brings_the_childs_table_and_keeps_what_was_written(
    served: Served, browser: Browser
) -> None:
    page = await at_triage(served, browser, called="Ukjent gutt", complaint="Falt fra tre")
    await page.locator("#history").fill("Falt to meter.")
    await page.locator("#rr").fill("24")
    await expect(page.locator("[data-scale=news2][data-parameters=rr]")).to_have_text("2")

    await page.locator("#height_cm").fill("104")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Går ikke som vanlig")).to_be_visible()
    await expect(page.locator("#total-news2")).to_have_count(0)
    await expect(page.locator("#rr")).to_be_focused()
    await expect(page.locator("#history")).to_have_value("Falt to meter.")
    await expect(page.locator("[data-scale=sats][data-parameters=rr]")).to_have_text("1")
    for name, value in (("hr", "128"), ("temp", "37")):
        await page.locator(f"#{name}").fill(value)
    for name, value in (("avpu", "A"), ("mobility", "unable_to_walk_as_normal"), ("trauma", "yes")):
        await page.locator(f"[name={name}][value={value}]").check(force=True)
    await expect(page.locator("#suggestion")).to_contain_text("Forslag: Oransje")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(f"**/units/{UNIT}")


async def test_the_deterioration_score_is_taken_away_when_somebody_is_pregnant(
    served: Served, browser: Browser
) -> None:
    page = await at_triage(served, browser, birth_date="1996-03-02", sex="female")
    await page.locator("#rr").fill("22")
    await expect(page.locator("#total-news2")).to_have_text("2")

    await page.get_by_label("Gravid", exact=True).check()

    await expect(page.locator("#note-news2")).to_have_text("ikke for gravide")
    await expect(page.locator("#total-news2")).to_have_text("–")
    await expect(page.locator("[data-scale=news2][data-parameters=rr]")).to_have_text("–")
    await expect(page.locator("#total-sats")).to_have_text("2")
