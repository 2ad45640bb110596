"""Check-in and a full triage by keyboard alone, every press counted: faster than paper, or nobody uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from tests.browser import barriers, chromium
from tests.cast import PASSWORD, UNIT
from tests.conftest import Served

CHECK_IN_KEYS, TRIAGE_KEYS = 30, 40
"""The budgets. Thirty presses in 20 s is an unpractised typist with one eye on the patient."""

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


class Typist:
    """Presses one key at a time on a real keyboard, and counts them; a modifier is a key too."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    async def keys(self, *names: str) -> None:
        """Each in turn."""
        for name in names:
            self.pressed += name.count("+") + 1 if len(name) > 1 else 1
            await self.page.keyboard.press(name)

    async def text(self, text: str) -> None:
        """Letter by letter; a capital needs its shift."""
        for letter in text:
            self.pressed += 2 if letter.isupper() else 1
            await self.page.keyboard.type(letter)


@pytest.fixture
async def desk(served: Served) -> AsyncIterator[Page]:
    """Nora's workstation, where any fault on a page fails the test."""
    async with chromium() as browser:
        context = await browser.new_context(base_url=served.url, viewport={"width": 1440, "height": 1000})
        page = await context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await context.request.post("/api/sign-in", data={"username": "nora", "password": PASSWORD})
        await page.goto(f"/units/{UNIT}")
        yield page
        assert troubles == []


async def check_in(desk: Page) -> int:
    """Name and complaint, the complaint by the list; says how many keys it took."""
    typist = Typist(desk)
    await typist.keys("n")
    await typist.text("Bjørg Solvang")
    await typist.keys("Tab")
    await typist.text("feber o")
    await expect(desk.get_by_role("option").first).to_have_text("Feber og hoste")
    await typist.keys("ArrowDown", "Enter", "Enter")
    await expect(desk.locator("#arrival-done")).to_contain_text("Bjørg Solvang")
    return typist.pressed


async def test_check_in_to_board_with_two_fields_and_few_keys(desk: Page) -> None:
    pressed = await check_in(desk)

    row = desk.locator("#rows tr").filter(has_text="Bjørg")
    await expect(row).to_contain_text("Feber og hoste")
    print(f"check-in with two fields: {pressed} key presses")
    assert pressed <= CHECK_IN_KEYS


async def test_a_full_triage_takes_at_most_forty_keys(desk: Page) -> None:
    await check_in(desk)
    await desk.locator("#rows").get_by_role("link", name="Triager").click()
    await expect(desk.locator("#signs-first input").first).to_be_focused()
    typist = Typist(desk)

    await typist.keys("Space", "Enter")  # the worst sign that fits: acute shortness of breath
    await typist.keys("Enter")  # nothing more to tell
    await typist.keys("4", "Enter")  # pain
    for value in ("22", "95", "118", "72", "104", "38,4"):
        await typist.text(value)
        await typist.keys("Enter")
    await typist.keys("Enter")  # glucose is not called for
    await typist.keys("a", "r", "Enter", "m", "n")  # alert, air, usual SpO2 scale, with help, no trauma

    await expect(desk.locator("#total-sats")).to_have_text("4")
    await expect(desk.locator("#total-news2")).to_have_text("5")
    await expect(desk.locator("#suggestion")).to_contain_text("Forslag: Oransje")
    await expect(desk.locator("#note-news2")).not_to_contain_text("målt")
    assert await barriers(desk) == []
    await typist.keys("Control+Enter")
    await desk.wait_for_url(f"**/units/{UNIT}")
    await expect(desk.locator("#rows tr").filter(has_text="Bjørg")).to_contain_text("10")
    print(f"full triage, TEWS and NEWS2 with sign and pain: {typist.pressed} key presses")
    assert typist.pressed <= TRIAGE_KEYS


async def test_nothing_is_chosen_before_the_nurse_has_chosen_it(desk: Page) -> None:
    await check_in(desk)
    await desk.locator("#rows").get_by_role("link", name="Triager").click()
    await expect(desk.locator("#suggestion")).to_contain_text("Ikke nok til et forslag")

    chosen = await desk.locator("#assessment :checked:not(option)").evaluate_all(
        "all => all.map(each => each.name)"
    )

    # Scale 1 is the usual one: scale 2 is a doctor's decision, and the choice alone gives no points.
    assert chosen == ["spo2_scale"]
    assert (
        await desk.locator(".pt[data-scale]").all_inner_texts()
        == ["–"] * await desk.locator(".pt[data-scale]").count()
    )
