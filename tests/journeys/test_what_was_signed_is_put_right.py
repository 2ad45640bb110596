"""Corrected by who wrote it, added to by a colleague, deleted by decision: in a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser import barriers, chromium
from tests.cast import DIAGNOSIS, PASSWORD, UNIT, finishing, full_arrival, note
from tests.journeys.conftest import Region

PICTURES = Path(__file__).parents[2] / ".artifacts"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


async def _signed(region: Region) -> str:
    """An encounter that Dag signed."""
    dag = region.cast.dag.headers
    answer = await region.http.post(f"/api/units/{UNIT}/arrivals", json=full_arrival(), headers=dag)
    id = str(answer.json()["id"])
    answer = await region.http.post(f"/api/encounters/{id}/take", json={}, headers=dag)
    for path, body in (("diagnoses", DIAGNOSIS), ("finish", finishing(note=note()))):
        match = {**dag, "If-Match": answer.headers["etag"]}
        answer = await region.http.post(f"/api/encounters/{id}/{path}", json=body, headers=match)
        assert answer.is_success, answer.text
    return id


async def _sign_in(region: Region, browser: Browser, who: str, path: str, troubles: list[str]) -> Page:
    context = await browser.new_context(viewport={"width": 1440, "height": 1000})
    page = await context.new_page()
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    await page.goto(f"{region.url}/login")
    await page.locator("[name=username]").fill(who)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{region.url}/units/{UNIT}")
    await page.goto(f"{region.url}{path}")
    return page


async def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_note_is_corrected_added_to_and_deleted(region: Region, browser: Browser) -> None:
    troubles: list[str] = []
    id = await _signed(region)
    page = await _sign_in(region, browser, "dag", f"/encounters/{id}", troubles)
    await page.get_by_role("link", name="Rett eller skriv tillegg").click()

    await page.get_by_text("Rett", exact=True).first.press("Enter")  # Dag's own words
    await page.get_by_label("Plan", exact=True).fill("Troponin om to timer.")
    await page.get_by_role("button", name="Signer rettelsen").first.click()
    await expect(page.get_by_label("Hvorfor").first).to_be_focused()  # a correction without a reason is none
    await page.get_by_label("Hvorfor").first.fill("Feil tid")
    await page.keyboard.press("Enter")
    await expect(page.locator(".history").first).to_contain_text("Som først signert")
    assert await barriers(page) == []
    await _picture(page, "record-corrected")

    await page.get_by_role("link", name="Pasient").first.click()
    original = page.get_by_text("av Dag Holm, vis opprinnelig")
    await original.click()
    await expect(page.locator(".was")).to_contain_text(note()["plan"])
    assert await barriers(page) == []
    await _picture(page, "encounter-corrected")
    await page.goto(f"{region.url}/encounters/{id}/record")
    await page.get_by_text("Krav om sletting", exact=True).first.press("Enter")
    await page.get_by_label("Hva som er galt med det").first.fill("Gjelder en annen")
    await page.get_by_role("button", name="Før inn kravet").first.click()
    await expect(page.locator(".mark")).to_contain_text("Avgjøres av en annen lege")

    dina = await _sign_in(region, browser, "dina", f"/encounters/{id}/record", troubles)
    await expect(dina.get_by_text("Rett", exact=True)).to_have_count(0)  # not her words
    await dina.get_by_text("Skriv tillegg").first.press("Enter")
    await dina.get_by_label("Tillegg").first.fill("CRP kom: 148.")
    await dina.get_by_label("Hvorfor").first.fill("Svaret kom")
    await dina.get_by_role("button", name="Signer tillegget").first.click()
    await expect(dina.locator(".history").first).to_contain_text("CRP kom: 148.")
    await dina.get_by_label("helsepersonelloven § 44").check()
    await dina.locator(".mark").get_by_label("Begrunnelse for vedtaket").fill("Ført på feil pasient.")
    assert await barriers(dina) == []
    await _picture(dina, "record-deciding")
    await dina.get_by_role("button", name="Slett", exact=True).click()

    await expect(dina.locator(".mark")).to_contain_text("Slettet etter vedtak")
    await _picture(dina, "record-deleted")
    await dina.goto(f"{region.url}/encounters/{id}")
    await expect(dina.get_by_text("etter helsepersonelloven § 44")).to_be_visible()
    assert note()["plan"] not in await dina.content()
    for language in ("nn", "en"):
        await dina.goto(f"{region.url}/encounters/{id}/record?language={language}")
        assert await barriers(dina, colours=False) == []
    assert troubles == []
