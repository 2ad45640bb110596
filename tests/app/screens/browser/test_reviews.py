"""Letters in doubt: each is offered what can be done about it, and a person says what was done."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect

from app.screens.pages import reviews
from app.screens.texts import LANGUAGES
from integrations.reviews import ReviewLine
from tests.app.screens import record
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

_HELD, _LEFT = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))


def line(id: str, *, held: bool) -> ReviewLine:
    return ReviewLine(
        id=id,
        encounter=id.replace("8000", "9000"),
        number="T 29",
        channel="gp-summary",
        receiver="Anne Berg, Nordvik legesenter",
        left=not held,
        held=held,
        found_at=record.NOW - timedelta(minutes=20),
    )


def page(*lines: ReviewLine, language: str = "nb") -> str:
    return reviews(
        lines,
        me=record.DOCTOR,
        unit="nordvik",
        unit_name="Nordvik legevakt",
        now=record.NOW,
        language=language,
        asset_version="v1",
    )


async def test_what_has_left_cannot_be_withdrawn_and_nothing_is_decided_without_a_word(
    screen: Page, stage: Stage
) -> None:
    path = "/units/nordvik/message-reviews"
    stage.pages[path] = page(line(_HELD, held=True), line(_LEFT, held=False))
    calls = Calls({"POST /review": (200, {"id": _LEFT, "state": "sent", "decision": "told"})})
    await calls.play(screen)
    await screen.goto(path)
    first, second = screen.locator("main form").first, screen.locator("main form").last
    offered = [
        await form.locator("option").evaluate_all("all => all.map(each => each.value)")
        for form in (first, second)
    ]
    assert offered == [["send-anew", "send", "withdraw"], ["told", "send-anew", "still-right"]]

    await second.get_by_role("button").click()
    await expect(second.get_by_label("Hva er gjort")).to_have_attribute("aria-invalid", "true")
    assert calls.asked == []
    await second.get_by_label("Hva er gjort").fill("Ringt legekontoret")
    await second.get_by_role("button").click()

    await expect(screen.get_by_role("status")).to_have_text("Avklart.")
    assert json.loads(calls.asked[0].post_data or "") == {"decision": "told", "note": "Ringt legekontoret"}
    assert calls.asked[0].url.endswith(f"/messages/{_LEFT}/review")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_can_be_used_by_everybody(screen: Page, stage: Stage, language: str) -> None:
    for drawn in (
        page(language=language),
        page(line(_HELD, held=True), line(_LEFT, held=False), language=language),
    ):
        stage.pages["/reviews"] = drawn
        await screen.goto("/reviews")
        assert await barriers(screen, colours=language == "nb") == []
        await expect(screen.get_by_role("link", name="T 29")).to_have_count(
            drawn.count('<form class="letter"')
        )
