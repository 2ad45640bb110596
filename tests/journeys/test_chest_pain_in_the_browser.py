"""The same story as a person sees it: nurse, doctor and wall in a real browser, then the GP's inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from random import Random

import pytest
from playwright.async_api import Browser, Page, expect

from core.access import staff
from core.patients.national_id import synthetic
from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT, full_arrival, system
from tests.journeys.conftest import Region

PICTURES = Path(__file__).parents[2] / ".artifacts"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_chest_pain_in_the_browser(region: Region, browser: Browser) -> None:
    troubles: list[str] = []
    wall = await _wall(region, browser, troubles)
    await region.http.post(
        f"/api/units/{UNIT}/arrivals", json=full_arrival(2), headers=region.cast.nora.headers
    )

    nurse = await _sign_in(region, browser, "nora", troubles)
    await _check_in(nurse)
    await expect(wall.get_by_text("Bjørg H.")).to_be_visible()
    await _triage(nurse)
    await _picture(wall, "wall")

    doctor = await _sign_in(region, browser, "dag", troubles)
    await _write_and_sign(doctor)
    await expect(wall.get_by_text("Bjørg H.")).to_have_count(0)
    await _gp_reads(region, doctor)
    assert troubles == []


async def _wall(region: Region, browser: Browser, troubles: list[str]) -> Page:
    context = await browser.new_context(viewport={"width": 1920, "height": 1080})
    page = _watched(await context.new_page(), troubles)
    token = await region.store.write(system(UNIT), staff.add_display, "Tavle 2")
    await page.goto(f"{region.url}/display/{UNIT}#token={token}")
    await page.wait_for_url(f"**/wall/{UNIT}")
    assert token not in page.url  # the address shows nobody the token
    await expect(page.get_by_text("Nordvik legevakt")).to_be_visible()
    return page


def _watched(page: Page, troubles: list[str]) -> Page:
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    return page


async def _sign_in(region: Region, browser: Browser, username: str, troubles: list[str]) -> Page:
    context = await browser.new_context(viewport={"width": 1680, "height": 1050})
    page = _watched(await context.new_page(), troubles)
    await page.goto(f"{region.url}/units/{UNIT}")
    await page.wait_for_url("**/login**")
    await page.locator("[name=username]").fill(username)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{region.url}/units/{UNIT}")
    return page


async def _check_in(page: Page) -> None:
    await page.locator("#called").fill("Bjørg Hansen")
    await page.locator("#complaint").fill("Brystsmerter")
    born = full_arrival(7)["birth_date"]
    number = synthetic(Random(7), date.fromisoformat(born))
    await page.locator("#national_id").fill(number)
    await page.locator("#birth_date").fill(born)
    await page.locator("#gp").select_option(index=1)
    await page.get_by_role("button", name="Sett på tavlen").click()
    await expect(page.locator("#arrival-done")).to_contain_text("Bjørg Hansen")
    await expect(page.locator("#rows").get_by_text("Bjørg H.")).to_be_visible()
    await _no_barriers(page)
    await _picture(page, "desk")


async def _triage(page: Page) -> None:
    row = page.locator("#rows tr").filter(has_text="Bjørg H.")
    await row.get_by_role("link", name="Triager").click()
    await page.wait_for_url("**/triage")
    for name, value in (("rr", "22"), ("spo2", "96"), ("sbp", "132"), ("hr", "112"), ("temp", "37,2")):
        await page.locator(f"#{name}").fill(value)
    for name, code in (
        ("avpu", "A"),
        ("air_or_oxygen", "air"),
        ("mobility", "walking"),
        ("trauma", "no"),
    ):
        await page.locator(f"[name={name}][value='{code}']").check(force=True)
    await page.get_by_label("Brystsmerter").check()
    await expect(page.locator("#total-sats")).to_have_text("4")
    await expect(page.locator("#total-news2")).to_have_text("4")
    await expect(page.locator("#suggestion")).to_contain_text("Oransje")
    await _no_barriers(page)
    await _picture(page, "triage")
    await page.keyboard.press("Control+Enter")
    await page.wait_for_url(f"**/units/{UNIT}")


async def _write_and_sign(page: Page) -> None:
    row = page.locator("#rows tr").filter(has_text="Bjørg H.")
    await row.get_by_role("button", name="Ta pasient").click()
    await expect(page.locator("#said")).to_contain_text("Bjørg H. er din pasient")
    await row.get_by_role("link", name="Bjørg H.").click()
    await page.wait_for_url("**/encounters/*")
    await expect(page.locator(".tl")).to_contain_text("Triage: Oransje")
    await page.locator("#subjective").fill("Klemmende smerter i to timer.")
    await expect(page.locator("#saved")).to_contain_text("kladd v. 1")
    await page.reload()
    await expect(page.locator("#subjective")).to_have_value("Klemmende smerter i to timer.")
    await page.locator("#objective").fill("Våken, klam. EKG uten ST-elevasjon.")
    await page.locator("#assessment").fill("Ustabil angina kan ikke utelukkes.")
    await page.locator("#plan").fill("Kontroll hos fastlege.")
    await page.locator("#diagnosis").fill("K74 Angina pectoris")
    await page.locator("#add-diagnosis").click()
    await expect(page.locator("#diagnoses")).to_contain_text("K74")
    await page.locator("[name=outcome][value='home-gp']").check(force=True)
    await page.locator("#asked_of_gp").fill("Kontroll om tre dager.")
    await page.locator("[data-nothing=medication_changes]").check()
    await page.locator("#told_to_patient").fill("Ring 113 ved nye smerter.")
    await _no_barriers(page)
    await _picture(page, "encounter")
    await page.locator("#finish").click()
    messages = page.locator("#messages")
    await expect(messages.get_by_text("Levert", exact=True)).to_have_count(2, timeout=20_000)
    await expect(page.locator("#finish")).to_have_count(0)
    await _no_barriers(page)
    await _picture(page, "encounter-signed")


async def _gp_reads(region: Region, doctor: Page) -> None:
    page = await doctor.context.new_page()
    await page.goto(f"{region.beyond}/gp")
    await page.get_by_role("link").filter(has_text="Hansen").first.click()
    await expect(page.locator("main")).to_contain_text("Kontroll om tre dager.")
    await expect(page.locator("main")).to_contain_text("Angina pectoris")
    await _picture(page, "gp-summary")


async def _no_barriers(page: Page) -> None:
    assert await barriers(page) == []


async def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=name == "gp-summary")
