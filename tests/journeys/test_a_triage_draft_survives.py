"""Half a triage is not lost by a reload, a lost network, a sign-out or a crash, nor when another goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser import chromium
from tests.cast import PASSWORD, UNIT, arrival
from tests.conftest import Served

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


async def at_triage(served: Served, browser: Browser, username: str, encounter: str) -> Page:
    context = await browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 1000})
    await context.request.post("/api/sign-in", data={"username": username, "password": PASSWORD})
    page = await context.new_page()
    await page.goto(f"/encounters/{encounter}/triage")
    return page


@pytest.fixture
async def encounter(served: Served) -> str:
    answer = await served.http.post(
        f"/api/units/{UNIT}/arrivals", json=arrival(), headers=served.cast.nora.headers
    )
    return str(answer.json()["id"])


async def slow_line(route: Route) -> None:
    await asyncio.sleep(0.5)
    await route.continue_()


async def half_written(page: Page) -> None:
    await page.locator("#history").fill("Klemmende smerter i to timer.")
    await page.locator("#rr").fill("22")
    await page.locator("#temp").fill("38,")
    await page.locator("[name=avpu][value=C]").check(force=True)
    await page.get_by_label("Brystsmerter").check()
    await page.get_by_label("Smitte").check()


async def is_half_written(page: Page) -> None:
    await expect(page.locator("#history")).to_have_value("Klemmende smerter i to timer.")
    await expect(page.locator("#rr")).to_have_value("22")
    await expect(page.locator("#temp")).to_have_value("38,")
    await expect(page.locator("[name=avpu][value=C]")).to_be_checked()
    await expect(page.get_by_label("Brystsmerter")).to_be_checked()
    await expect(page.get_by_label("Smitte")).to_be_checked()
    await expect(page.locator("[data-scale=sats][data-parameters=rr]")).to_have_text("2")


async def test_a_draft_is_there_after_a_reload_a_sign_out_and_on_another_machine(
    served: Served, browser: Browser, encounter: str
) -> None:
    page = await at_triage(served, browser, "nora", encounter)
    await half_written(page)
    await expect(page.locator("#saved")).to_contain_text("Kladd lagret")

    await page.reload()
    await is_half_written(page)
    await page.locator("#history").press("End")
    await page.route("**/triage-draft", slow_line)  # leaving the field saves; not overtaken by signing out
    await page.keyboard.type(" Kvalm.")
    await page.get_by_role("button", name="Logg ut").click()  # before the second has passed
    await page.wait_for_url("**/login")

    another = await at_triage(served, browser, "nora", encounter)
    await expect(another.locator("#history")).to_have_value("Klemmende smerter i to timer. Kvalm.")
    await another.context.close()


async def test_what_the_network_does_not_take_is_said_loudly_kept_and_saved_when_it_is_back(
    served: Served, browser: Browser, encounter: str
) -> None:
    page = await at_triage(served, browser, "nora", encounter)
    await page.context.set_offline(True)
    await half_written(page)
    await expect(page.locator("#saved")).to_have_text("Kladden er ikke lagret")
    await expect(page.locator("#saved")).to_have_class("bad")
    await page.get_by_role("button", name="Utsett").click()
    assert page.url.endswith("/triage")  # nobody is sent away from what is not saved

    crashed = await page.context.new_page()
    await page.close(run_before_unload=False)
    await crashed.context.set_offline(False)
    await crashed.goto(f"/encounters/{encounter}/triage")

    await expect(crashed.locator("#offer")).to_contain_text("ble ikke lagret på serveren")
    await crashed.get_by_role("button", name="Hent fram").click()
    await is_half_written(crashed)
    await expect(crashed.locator("#saved")).to_contain_text("Kladd lagret")


async def test_a_colleague_sees_the_draft_goes_on_from_it_and_the_first_is_told(
    served: Served, browser: Browser, encounter: str
) -> None:
    nora = await at_triage(served, browser, "nora", encounter)
    await half_written(nora)
    await expect(nora.locator("#saved")).to_contain_text("Kladd lagret")

    kari = await at_triage(served, browser, "kari", encounter)
    await expect(kari.locator("#colleagues")).to_contain_text("Nora Lie begynte på triage")
    await expect(kari.locator("#history")).to_have_value("")
    await kari.get_by_role("button", name="Overta").click()
    await is_half_written(kari)
    await nora.locator("#history").press("End")
    await nora.keyboard.type(" Mer.")

    await expect(nora.locator("#offer")).to_contain_text("Kari Moe har overtatt triagen.")
    await expect(nora.locator("#history")).to_have_value("Klemmende smerter i to timer. Mer.")
    await kari.locator("#temp").fill("38,4")
    await kari.get_by_role("button", name="Varsle lege nå").click()
    await expect(kari.locator("#said")).to_contain_text("Lege er varslet")
    await kari.get_by_text("Oransje", exact=True).click()
    await kari.keyboard.press("Control+Enter")
    await kari.wait_for_url(f"**/units/{UNIT}")
    await expect(kari.locator("#rows")).to_contain_text("Lege ønskes nå")
