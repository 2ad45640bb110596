"""Reading critical information and going through the medicines by keyboard: one story in a real browser."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser import barriers, chromium
from tests.cast import PASSWORD
from tests.conftest import Served
from tests.journal.clinical.test_clinical import PENICILLIN, written
from tests.journal.test_writing_and_signing import check_in


@pytest.fixture
def engine() -> str:
    """What a browser shows does not depend on the database."""
    return "sqlite"


async def test_an_allergy_is_read_and_written_and_the_list_gone_through_by_keyboard(served: Served) -> None:
    path, nora = await check_in(served), served.cast.nora
    await served.http.post(f"{path}/take", headers=served.cast.dag.headers)
    for name in ("Apiksaban 5 mg", "Simvastatin 20 mg"):
        await written(
            served, f"{path}/medicines", {"name": name, "source": "patient", "use": "unknown"}, nora
        )
    async with chromium() as browser:
        page = await browser.new_page(base_url=served.url, viewport={"width": 1680, "height": 1050})
        signed_in = await page.request.post(
            "/api/sign-in", data={"username": "dag", "password": PASSWORD}, headers={"Origin": served.url}
        )
        assert signed_in.ok, await signed_in.text()
        await page.goto(path.removeprefix("/api"))
        banner, medicines = page.locator("[data-part=critical]"), page.locator("[data-part=medicines]")
        await expect(banner).to_contain_text("Ikke registrert")

        await page.keyboard.press("Alt+k")
        await page.keyboard.type("Penicillin")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.type("anafylaksi 2011")
        await page.keyboard.press("Enter")
        await expect(banner.locator("li")).to_contain_text("Allergi: anafylaksi 2011 – ikke bekreftet")
        await expect(page.locator("[data-part=course]")).to_contain_text("Kritisk informasjon oppdatert")

        first = medicines.locator("[data-medicine]").first
        await first.locator("[data-use]").first.focus()
        await page.keyboard.press("1")
        await expect(first.get_by_role("button", name="Bruker", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        await expect(medicines).to_contain_text("Samstemt.")
        second = medicines.locator("[data-medicine]").nth(1)
        await second.locator("summary").press("Enter")
        await second.get_by_label("I denne kontakten").select_option("stopped")
        await second.get_by_label("Grunn", exact=True).fill("Samspill")
        await page.keyboard.press("Enter")
        await expect(second.locator(".w")).to_have_text("Sluttet: Samspill")
        assert await barriers(page) == []

        await page.goto(f"{path.removeprefix('/api')}/triage")
        await expect(page.locator(".idbar .flag.crit")).to_have_text(PENICILLIN["text"])
