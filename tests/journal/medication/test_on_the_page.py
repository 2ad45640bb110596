"""Measured, and given by standing order, by keyboard on the page: one story in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser import barriers, chromium
from tests.cast import PASSWORD, assessment
from tests.conftest import Served
from tests.journal.medication.orders import approved, order
from tests.journal.test_writing_and_signing import check_in


@pytest.fixture
def engine() -> str:
    """What a browser shows does not depend on the database."""
    return "sqlite"


async def pressed(page: Page, *keys: str) -> int:
    """Press one after the other; says how many."""
    for key in keys:
        await page.keyboard.press(key)
    return len(keys)


async def test_a_nurse_measures_and_gives_by_standing_order_in_six_keys(served: Served) -> None:
    path, nora, dag = await check_in(served), served.cast.nora, served.cast.dag
    await approved(served.store, dag.actor, order(), order(code="barn", age_months_min=0, age_months_max=100))
    await served.http.post(f"{path}/assessments", json=assessment(), headers=nora.headers)
    async with chromium() as browser:
        page = await browser.new_page(base_url=served.url, viewport={"width": 1680, "height": 1050})
        signed_in = await page.request.post(
            "/api/sign-in", data={"username": "nora", "password": PASSWORD}, headers={"Origin": served.url}
        )
        assert signed_in.ok, await signed_in.text()
        await page.goto(f"{path.removeprefix('/api')}#measuring")
        await expect(page.locator("#sign-rr")).to_be_focused()  # as from the desk
        await page.keyboard.type("24")
        await page.locator("#sign-spo2").fill("91")
        pulse = page.locator("#sign-hr")
        await pulse.fill("240")
        assert await pressed(page, "Enter") <= 6
        await expect(page.get_by_role("button", name="Stemmer, lagre")).to_be_focused()
        await expect(page.locator("[data-odd]")).to_contain_text("Puls 240 /min er uvanlig")
        await pulse.fill("118")
        await pressed(page, "Enter")
        card = page.locator("[data-part=vitals]")
        await expect(card.locator(".vit")).to_contain_text("118")
        await expect(card.locator("#alarm")).to_contain_text("Verre enn ved triage")
        await expect(page.locator("[data-part=course]")).to_contain_text("Ny måling.")

        keys = await pressed(page, "Alt+g", "p", "a", "Enter")
        await expect(page.get_by_role("button", name="Ingen av disse: gitt")).to_be_focused()
        keys += await pressed(page, "Enter")
        given = page.locator("[data-part=given]")
        await expect(given.locator("[data-administration]")).to_contain_text(
            "Paracetamol 500 mg tablett, 1000 mg"
        )
        assert keys <= 6
        await expect(page.locator("[data-part=course]")).to_contain_text("Gitt: Paracetamol")
        await page.locator("#rounds summary").press("Enter")
        assert await barriers(page) == []
        await pressed(page, "Alt+g", "p", "a", "Enter")
        await expect(given).to_contain_text("for kort tid siden forrige dose")
