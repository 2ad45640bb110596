"""An unknown woman gets her name back, by keyboard, in a real browser; it is undone; and the band is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import barriers, chromium
from tests.cast import DIAGNOSIS, PASSWORD, UNIT, arrival, finishing, full_arrival, note
from tests.journeys.conftest import Region

PICTURES = Path(__file__).parents[2] / ".artifacts"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


async def _post(region: Region, path: str, body: Any, who: str = "dag", etag: str = "") -> Any:
    headers = {**getattr(region.cast, who).headers, **({"If-Match": etag} if etag else {})}
    answer = await region.http.post(path, json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer


async def _seen_before(region: Region) -> dict[str, Any]:
    """Ingrid was here earlier and went home."""
    known = full_arrival(3)
    came = (await _post(region, f"/api/units/{UNIT}/arrivals", known)).json()
    await _post(region, f"/api/encounters/{came['id']}/left", {}, etag='"1"')
    return known


async def _sign_in(region: Region, browser: Browser, username: str, troubles: list[str], path: str) -> Page:
    context = await browser.new_context(viewport={"width": 1680, "height": 1050})
    page = await context.new_page()
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    await page.goto(f"{region.url}/login")
    await page.locator("[name=username]").fill(username)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{region.url}/units/{UNIT}")
    await page.goto(f"{region.url}{path}")
    return page


async def _no_barriers(page: Page) -> None:
    assert await barriers(page) == []


async def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_an_unknown_woman_is_known_again_and_it_can_be_undone(region: Region, browser: Browser) -> None:
    troubles: list[str] = []
    known = await _seen_before(region)
    woman = arrival(called="Ukjent kvinne", complaint="Funnet på benk", flags=["allergy"])
    came = (await _post(region, f"/api/units/{UNIT}/arrivals", woman)).json()
    page = await _sign_in(region, browser, "kari", troubles, f"/encounters/{came['id']}/identity")

    await page.locator("#search-number").fill(known["national_id"])
    await page.keyboard.press("Enter")
    await page.locator("#found").get_by_role("button", name="Sammenlign").press("Enter")
    await expect(page.locator("#compare tbody")).to_contain_text("Ingrid Solvang")
    await _no_barriers(page)
    await page.get_by_role("button", name="Slå sammen").press("Enter")  # without a reason nothing happens
    await expect(page.locator("#merge .field-error")).to_be_visible()
    await page.locator("#merge-reason").fill("Kjent igjen av datter")
    await _picture(page, "identity-compare")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_contain_text("Ingrid Solvang")
    await expect(page.locator("#done")).to_contain_text("slått sammen")
    await expect(page.locator(".history")).to_contain_text("Kjent igjen av datter")
    await page.locator("#reveal").press("Enter")
    await expect(page.locator("[data-number]")).to_have_text(known["national_id"])

    await page.locator(".history summary").first.press("Enter")
    await page.locator(".undo [name=reason]").fill("Det var en annen")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Ukjent kvinne")
    await _no_barriers(page)
    await _picture(page, "identity-undone")
    assert troubles == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_nurse_puts_a_tourists_passport_and_a_guardian_on_but_does_not_merge(
    region: Region, browser: Browser
) -> None:
    troubles: list[str] = []
    child = arrival(called="Gutt fra Tyskland", complaint="Falt på ski", birth_date="2017-02-03")
    came = (await _post(region, f"/api/units/{UNIT}/arrivals", child)).json()
    page = await _sign_in(region, browser, "nora", troubles, f"/encounters/{came['id']}/identity")

    await page.locator("#given").fill("Lukas")
    await page.locator("#family").fill("Müller")
    await page.locator("#kind").select_option("passport")
    await page.locator("#country").select_option(label="Tyskland")
    await page.locator("#number").fill("c01x00t47")
    await page.locator("#residence").select_option(label="Tyskland")
    await page.locator("#identify-reason").fill("Pass vist")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Lukas Müller")
    await expect(page.locator("[data-number]")).to_have_text("••••• T47")

    await page.locator("summary", has_text="Legg til foresatt").press("Enter")
    await page.locator("#guardian-name").fill("Anja Müller")
    await page.locator("#guardian-phone").fill("+49 170 1234567")
    await page.locator("#may_know").select_option("yes")
    await page.locator("#guardian [type=submit]").press("Enter")
    await expect(page.locator(".people")).to_contain_text("Anja Müller")
    await expect(page.locator("#merge")).to_have_count(0)
    await _no_barriers(page)
    await _picture(page, "identity-child")
    assert troubles == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
async def test_letters_in_doubt_are_decided_where_the_identity_is(
    region: Region, browser: Browser, language: str
) -> None:
    troubles: list[str] = []
    came = (await _post(region, f"/api/units/{UNIT}/arrivals", full_arrival(3))).json()
    where = f"/api/encounters/{came['id']}"
    etag = (await _post(region, f"{where}/take", {})).headers["etag"]
    etag = (await _post(region, f"{where}/diagnoses", DIAGNOSIS, etag=etag)).headers["etag"]
    etag = (await _post(region, f"{where}/finish", finishing(note=note()), etag=etag)).headers["etag"]
    known = {"given": "Inga", "reason": "Feil fornavn"}
    await _post(region, f"{where}/identity", known, etag=etag)
    path = f"/encounters/{came['id']}/identity?language={language}"
    page = await _sign_in(region, browser, "dag", troubles, path)

    await expect(page.locator(".letter")).to_have_count(2)
    await _no_barriers(page)
    await _picture(page, f"identity-letters-{language}")
    first = page.locator(".letter").first
    await first.locator("[name=note]").fill("Ringt legekontoret")
    await first.locator("[type=submit]").press("Enter")
    await expect(page.locator(".letter")).to_have_count(1)
    await page.set_viewport_size({"width": 400, "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert troubles == []


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_the_wristband_says_who_and_shows_no_identity_number(region: Region, browser: Browser) -> None:
    troubles: list[str] = []
    known = full_arrival(3, flags=["allergy"])
    came = (await _post(region, f"/api/units/{UNIT}/arrivals", known)).json()
    page = await _sign_in(region, browser, "nora", troubles, f"/encounters/{came['id']}/wristband")

    band = page.locator(".band")
    await expect(band).to_contain_text("Ingrid Solvang")
    await expect(band).to_contain_text("Allergi")
    assert known["national_id"][6:] not in await page.content()
    code = await band.locator("figcaption").inner_text()
    await _no_barriers(page)
    await _picture(page, "wristband")

    searched = await _post(region, f"/api/units/{UNIT}/patients/search", {"wristband": code}, "nora")
    assert [each["id"] for each in searched.json()["found"]] == [came["patient_id"]]
    assert troubles == []
