"""From ringing to the door in a browser: answered, judged, told to come, and here in one touch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT
from tests.conftest import Served

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
async def page(served: Served) -> AsyncIterator[Page]:
    """Nora's workstation, where any fault on a page fails the test."""
    async with chromium() as browser:
        context = await browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 900})
        page = await context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await context.request.post("/api/sign-in", data={"username": "nora", "password": PASSWORD})
        yield page
        assert troubles == []


async def tell(served: Served, call: str, news: str, *, ago: float = 0, **more: Any) -> None:
    """As the exchange does, over HTTP."""
    at = (datetime.now(UTC) - timedelta(seconds=ago)).isoformat()
    for _ in range(2):  # an exchange sends again when it is in doubt
        answer = await served.http.post(
            f"/api/units/{UNIT}/exchange/calls",
            json={"call": call, "news": news, "at": at, **more},
            headers=served.cast.exchange.headers,
        )
        assert answer.is_success, answer.text


async def test_an_operator_answers_judges_and_sends_for_somebody_who_then_is_at_the_door(
    served: Served, page: Page
) -> None:
    await tell(served, "x-1", "ringing", ago=150, caller="90123456")
    await page.goto(f"/units/{UNIT}/calls")
    await expect(page.locator("[data-connection-word]")).to_have_text("Tilkoblet")
    await expect(page.locator("#waiting .secs.late")).to_contain_text("2:")
    await tell(served, "x-2", "ringing", caller="90999999")
    await expect(page.locator("#waiting > li")).to_have_count(2)
    await tell(served, "x-2", "hung-up")
    await expect(page.locator("#waiting")).to_contain_text("Ring tilbake")

    await page.keyboard.press("s")
    await expect(page.locator("#about")).to_be_focused()
    await page.keyboard.type("Olav Hansen")
    await page.locator("#complaint").fill("Tung pust")
    await page.locator("label", has_text="Rød, akutt").click()
    await expect(page.locator("#underway .secs.late")).to_be_visible()
    await page.locator("#advice").fill("Ta med inhalator")
    await page.locator("label", has_text="Oppmøte").click()
    assert await barriers(page) == []
    await page.reload()
    await expect(page.locator("#about")).to_have_value("Olav Hansen")
    await expect(page.locator("#advice")).to_have_value("Ta med inhalator")
    await page.locator("label", has_text="Oppmøte").click()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#expected")).to_contain_text("Olav H.")
    await expect(page.locator("#today")).to_contain_text("Oppmøte")
    await expect(page.locator("#figures [data-id=day]")).to_contain_text("0 av")
    metrics = (await served.http.get("/metrics")).text
    shown = await page.locator("#figures [data-id=day]").inner_text()
    counted = int(shown.split("0 av")[1].split()[0])
    assert f'legevakt_calls_in_time{{period="day",unit="{UNIT}"}} 0.0' in metrics
    assert f'legevakt_calls{{period="day",unit="{UNIT}"}} {counted}.0' in metrics

    await page.goto(f"/units/{UNIT}")
    row = page.locator("#rows tr", has_text="Olav H.")
    await expect(row.locator(".level .l1")).to_be_visible()
    await row.get_by_role("button", name="Ankommet").click()
    await expect(row.get_by_role("link", name="Triager")).to_be_visible()
    await row.get_by_role("link", name="Triager").click()
    await expect(page.locator(".told")).to_contain_text("Rød, akutt")
    await expect(page.locator(".told")).to_contain_text("Ta med inhalator")
