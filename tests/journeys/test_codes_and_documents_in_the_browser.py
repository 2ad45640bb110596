"""A doctor writes with phrases, codes what was done, and the patient leaves with a sick note, by keyboard."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from journal.commands.codes.import_codes import import_codes
from journal.commands.writing.keep_aids import KeptAid, keep_aid
from journal.rules.codes.reading import read_pack
from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT, full_arrival, system
from tests.conftest import Served

PATIENCE = 20_000  # milliseconds, for a machine with much else to do
PACK = {"version": "2026", "valid_from": "2020-01-01", "source": "Et eksempel"}
PROCEDURES = {**PACK, "system": "ncmp", "kind": "procedure", "uri": "urn:oid:1.2.3"}


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest.fixture
async def ward(served: Served) -> Served:
    """With a few codes, and a phrase of the unit."""
    for text, header in (
        ("R72\tHalsbetennelse med streptokokker\nL75\tBrudd i lårhals", {**PACK, "system": "icpc-2"}),
        ("QAB00\tSutur av sår i hud", PROCEDURES),
    ):
        await served.store.write(system(), import_codes, read_pack(text, header))
    phrase: dict[str, Any] = {
        "kind": "phrase",
        "shared": True,
        "trigger": ".hals",
        "text": "Svelg: [[funn]].",
    }
    await served.store.write(served.cast.kari.actor, keep_aid, KeptAid.model_validate(phrase))
    return served


@pytest.mark.browser
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_doctor_writes_codes_and_hands_over_a_sick_note(ward: Served, browser: Browser) -> None:
    expect.set_options(timeout=PATIENCE)
    dag, troubles = ward.cast.dag.headers, list[str]()
    came = await ward.http.post(
        f"/api/units/{UNIT}/arrivals", json=full_arrival(), headers=ward.cast.nora.headers
    )
    encounter = came.json()["id"]
    assert (await ward.http.post(f"/api/encounters/{encounter}/take", headers=dag)).is_success
    page = await _sign_in(ward, browser, troubles)
    await page.goto(f"{ward.url}/encounters/{encounter}")

    await _writes(page)
    await _codes(page)
    await _hands_over_a_sick_note(page)
    await _keeps_a_phrase(ward, page)
    assert troubles == []


async def _sign_in(ward: Served, browser: Browser, troubles: list[str]) -> Page:
    page = await (await browser.new_context(viewport={"width": 1680, "height": 1050})).new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    await page.goto(f"{ward.url}/login")
    await page.locator("[name=username]").fill("dag")
    await page.locator("[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{ward.url}/units/{UNIT}")
    return page


async def _writes(page: Page) -> None:
    note = page.locator("#objective")
    await note.focus()
    await page.keyboard.type("Rød. .hals")
    await page.keyboard.press("Tab")
    await expect(note).to_have_value("Rød. Svelg: ⟦funn⟧.")
    await page.keyboard.type("hovent")  # over the field, which is marked
    await expect(note).to_have_value("Rød. Svelg: hovent.")


async def _codes(page: Page) -> None:
    for key, typed, shown, part in (
        ("Alt+u", "hud sutur", "QAB00 Sutur av sår i hud", "performed"),
        ("Alt+d", "hals", "R72 Halsbetennelse med streptokokker", "diagnoses"),
    ):
        await page.keyboard.press(key)
        await page.keyboard.type(typed)
        await expect(page.get_by_role("option", name=re.compile(shown))).to_be_visible()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.locator(f"[data-part={part}]")).to_contain_text(shown)


async def _hands_over_a_sick_note(page: Page) -> None:
    await page.locator("#begin-sick-note").click()
    await expect(page.locator("#diagnosis")).to_have_value("R72 Halsbetennelse med streptokokker")
    await expect(page.locator("#lacks")).to_contain_text("grad, minst 20 %")
    for name, value in (("from_day", "2199-01-01"), ("to_day", "2199-01-03"), ("grade", "100")):
        await page.locator(f"#{name}").fill(value)
    await page.locator("#limits").fill("Feber.")
    await expect(page.locator("#days")).to_have_text("3 dager, begge dager medregnet.")
    await expect(page.locator("#lacks")).to_contain_text("Klar til signering.")
    assert await barriers(page) == []
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".sheet")).to_have_count(2)
    await expect(page.locator(".sheet").nth(0)).to_contain_text("Halsbetennelse")
    await expect(page.locator(".sheet").nth(1)).not_to_contain_text("Halsbetennelse")
    assert await barriers(page) == []
    await page.get_by_text("Før inn utlevering").click()
    await expect(page.locator("#to")).to_be_focused()
    await page.keyboard.press("Enter")  # to the patient, by the name that stands there
    await expect(page.locator(".handed")).to_contain_text("til pasienten, Ingrid Solvang")


async def _keeps_a_phrase(ward: Served, page: Page) -> None:
    await page.goto(f"{ward.url}/units/{UNIT}/writing-aids")
    await page.locator("#new-phrase").click()
    await page.locator("#trigger-new-phrase").fill(".at")
    await page.locator("#text-new-phrase").fill("Allmenntilstand [[upåvirket]]")
    await page.locator("#new-phrase ~ form button[type=submit]").click()
    await expect(page.locator(".aids")).to_contain_text(".at")
    assert await barriers(page) == []
