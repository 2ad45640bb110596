"""Ordering by keyboard on the doctor's page, the answer beside it, and seen: one story in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT
from tests.conftest import Served
from tests.journal.test_writing_and_signing import check_in


@pytest.fixture
def engine() -> str:
    """What a browser shows does not depend on the database."""
    return "sqlite"


async def test_a_set_is_ordered_answered_and_seen_by_keyboard(served: Served) -> None:
    path = await check_in(served)
    await served.http.post(f"{path}/take", headers=served.cast.dag.headers)
    async with chromium() as browser:
        page = await browser.new_page(base_url=served.url, viewport={"width": 1680, "height": 1050})
        signed_in = await page.request.post(
            "/api/sign-in", data={"username": "dag", "password": PASSWORD}, headers={"Origin": served.url}
        )
        assert signed_in.ok, await signed_in.text()
        await page.goto(path.removeprefix("/api"))
        await page.keyboard.press("Alt+b")
        await page.keyboard.type("inf")
        await page.keyboard.press("Enter")
        card = page.locator("[data-part=orders]")
        await expect(card.locator("[data-order]")).to_have_count(3)
        await expect(card).to_contain_text("Bestilt")
        first = card.locator("[data-order]").first
        await first.locator("summary").focus()
        await page.keyboard.press("Enter")
        await first.get_by_label("Verdi").fill("148")
        await page.keyboard.press("Enter")
        await expect(card.locator(".st.new")).to_have_text("Nytt svar")
        await expect(page.locator("[data-part=course]")).to_contain_text("CRP 148")
        assert await barriers(page) == []
        await card.get_by_role("button", name="Sett: CRP").press("Enter")
        await expect(card).to_contain_text("Sett av Dag Holm")
        await expect(card.locator(".st.new")).to_have_count(0)

        await page.goto(f"/units/{UNIT}/orders")
        await page.keyboard.press("j")
        await expect(page.locator(".lines a").first).to_be_focused()
        await expect(page.locator(".lines a")).to_have_count(2)
        assert await barriers(page) == []
