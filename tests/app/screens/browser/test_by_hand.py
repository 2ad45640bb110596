"""A letter no network took: who gave it to somebody in another way, and how, is written down on the page."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.encounter import encounter
from core.ids import Actor
from tests.app.screens import record
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATH = f"/encounters/{record.ID}"
STUCK = record.message("1", "given-up", reason="no-gp")


def source(me: Actor) -> str:
    return encounter(
        record.signed(messages=(STUCK,)),
        me=me,
        board=record.board(),
        codes=record.CODES,
        colleagues=(),
        now=record.NOW,
        language="nb",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )


async def test_a_doctor_writes_down_how_it_was_delivered_and_a_nurse_is_not_asked(
    screen: Page, stage: Stage
) -> None:
    done = STUCK.model_copy(update={"by_hand": "printed", "by_hand_by": "Henrik Sande"})
    ways: list[tuple[int, Any]] = [(422, {"code": "post-not-possible"}), (200, {"id": "1", "way": "printed"})]
    calls = Calls({"POST /by-hand": ways, "GET /messages": (200, [done.model_dump(mode="json")])})
    await calls.play(screen)
    stage.pages[PATH] = source(record.DOCTOR)
    await screen.goto(PATH)
    letter = screen.locator("#messages li")
    for way in ("Skrevet ut", "I portalen", "Med post", "Mottakeren har den"):
        await expect(letter.get_by_role("button", name=way)).to_be_visible()
    assert await barriers(screen, colours=False) == []

    await letter.get_by_role("button", name="Med post").click()
    await expect(letter.get_by_role("status")).to_contain_text("Adressen er beskyttet")
    await letter.get_by_role("button", name="Skrevet ut").focus()
    await screen.keyboard.press("Enter")

    await expect(letter.get_by_role("status")).to_have_text("Skrevet ut og levert av Henrik Sande.")
    await expect(letter.get_by_role("button")).to_have_count(0)
    assert calls.bodies("/by-hand") == [{"way": "post"}, {"way": "printed"}]

    stage.pages[PATH] = source(record.NURSE)
    await screen.goto(PATH)
    await expect(letter).to_contain_text("Ikke levert")
    await expect(letter.get_by_role("button")).to_have_count(0)
