"""Alarms on the queue and on the wall: seen where the patient is, taken in place, by hand or by key."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.app.screens import overview as evening
from tests.app.screens import record
from tests.app.screens.browser.conftest import Stage
from tests.app.screens.browser.test_desk_list import at, opened
from tests.app.screens.browser.test_same_in_browser import drawn, fresh, patched, wall_page
from tests.app.screens.ward import board
from tests.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TAKE = "POST /take-alarm"
TAKEN: Any = (200, {"id": "e-12", "version": 2})
REFUSED: Any = (409, {"code": "alarm-already-taken", "by": "Nora Lie", "since": "2026-03-14T20:46:00+00:00"})


async def test_an_alarm_stands_in_the_row_and_is_taken_there(screen: Page, stage: Stage) -> None:
    _, calls = await opened(screen, stage, evening.board(), answers={TAKE: TAKEN})
    row = screen.locator("#rows [data-id=e-12]")

    await expect(row.locator(".alarm")).to_contain_text("Over fristen til lege · Ny vurdering forfalt")
    await row.get_by_role("button", name="Ta alarmen").click()

    await expect(screen.locator("#said")).to_contain_text("Olav H.: du tok alarmen.")
    assert len(calls.of("/encounters/e-12/take-alarm")) == 1
    await expect(screen.locator("#rows [data-id=e-26] .alarm")).to_contain_text("Tatt av LK")


async def test_one_key_takes_the_alarm_and_lets_in_whoever_was_expected(screen: Page, stage: Stage) -> None:
    answers = {TAKE: REFUSED, "POST /arrive": (200, {"id": "e-41", "version": 2})}
    _, calls = await opened(screen, stage, evening.board(), me=record.NURSE, answers=answers)

    await at(screen, "e-12")
    await screen.keyboard.press("a")
    await expect(screen.locator("#rows [data-id=e-12] .row-error")).to_contain_text("Nora Lie tok alarmen")
    await at(screen, "e-41")
    await screen.keyboard.press("a")
    await expect(screen.locator("#said")).not_to_be_empty()

    assert [len(calls.of(path)) for path in ("/e-12/take-alarm", "/e-41/arrive")] == [1, 1]


async def test_another_person_confirms_a_lowered_level_in_the_row(screen: Page, stage: Stage) -> None:
    refused: Any = (409, {"code": "same-person"})
    await opened(screen, stage, evening.board(), answers={"POST /confirm-level": refused})

    await at(screen, "e-14")
    await screen.keyboard.press("b")

    await expect(screen.locator("#rows [data-id=e-14] .row-error")).to_contain_text("En annen enn den som")
    await expect(screen.locator("#rows .second:visible")).to_have_count(1)


async def test_what_can_be_done_is_in_sight_beside_alarms_and_long_words_and_the_door_is_one_touch_away(
    screen: Page, stage: Stage
) -> None:
    ringing = evening.board()
    wordy = tuple(row.model_copy(update={"complaint": "Vondt " * 40}) for row in ringing.rows)
    await opened(screen, stage, ringing.model_copy(update={"rows": wordy}), me=record.NURSE)
    row = screen.locator("#rows [data-id=e-12]")

    edge = await screen.locator(".list .scroll").evaluate("each => each.getBoundingClientRect().right")
    last = await row.locator(".acts .btn:visible").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= edge
    await expect(screen.get_by_role("link", name="Ny pasient")).to_be_hidden()  # the form stands beside

    await screen.set_viewport_size({"width": 820, "height": 1180})
    await screen.get_by_role("link", name="Ny pasient").click()
    await expect(screen.locator("#called")).to_be_focused()
    await expect(screen.locator("#called")).to_be_in_viewport()


async def test_a_queue_with_alarms_has_no_axe_finding(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, evening.board(), me=record.NURSE)

    assert await barriers(screen) == []


async def test_a_wall_on_which_an_alarm_begins_equals_a_fresh_one(screen: Page, stage: Stage) -> None:
    after = evening.board().model_copy(update={"seq": 42})

    await patched(screen, stage, board(), after)

    assert await drawn(screen) == await fresh(screen, wall_page(after))
    await expect(screen.locator("#rows [data-id=e-12] .alarm")).to_have_text("Alarm")
    await expect(screen.locator("#rows [data-id=e-26] .alarm")).to_have_text("LK")
