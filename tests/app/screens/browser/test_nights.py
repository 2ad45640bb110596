"""The nights when the clock is moved, and screens whose own clock is wrong: waits are true minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.pages import desk, wall
from tests.app.screens import public, record, ward
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.browser.test_live import beat, hello
from triage.queries.board_row import BoardRow

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# The clock goes back from 03:00 to 02:00, and forward from 02:00 to 03:00, at 01:00 UTC.
OCTOBER = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
MARCH = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def came(id: str, at: datetime, *, next_at: datetime) -> BoardRow:
    """Came at that moment, to be seen within the hour."""
    return ward.row(id, f"{id} N.", 40, "Feber").model_copy(
        update={
            "arrived_at": at,
            "target_at": at + minutes(60),
            "target_minutes": 60,
            "next_assessment_at": next_at,
        }
    )


def pages(board: Any) -> dict[str, str]:
    common: dict[str, Any] = {
        "language": "nb",
        "websocket_path": "/ws/units/nordvik/board",
        "asset_version": "v1",
    }
    return {
        "wall": wall(board, theme="dark", name_mode="name", **common),
        "desk": desk(board, me=record.NURSE, gps=(), **common),
    }


async def seen(screen: Page, id: str) -> list[str]:
    row = screen.locator(f"#rows [data-id={id}]")
    slots = ("wait.text", "next.text", "next.note")
    return [await row.locator(f"[data-field='{slot}']").inner_text() for slot in slots]


@pytest.mark.parametrize("wrong", [0, -26, 5], ids=lambda hours: f"clock{hours:+}h")
@pytest.mark.parametrize("name", ["wall", "desk"])
@pytest.mark.parametrize(
    ("turn", "printed", "next_looks"),
    [(OCTOBER, "02:20", ["02:35", "02:10"]), (MARCH, "03:20", ["03:35", "03:10"])],
    ids=["october", "march"],
)
async def test_over_the_turn_of_the_clock_waits_are_true_and_the_order_right(
    screen: Page, stage: Stage, turn: datetime, printed: str, next_looks: list[str], name: str, wrong: int
) -> None:
    before, after = turn - minutes(5), turn + minutes(20)
    first = came("before", turn - minutes(20), next_at=turn + minutes(35))
    second = came("after", turn - minutes(10), next_at=turn + minutes(10))
    stage.pages["/page"] = pages(ward.board(first, second, server_time=before))[name]
    await screen.clock.install(time=before + timedelta(hours=wrong))
    await screen.goto("/page")
    await expect(screen.locator("#rows [data-id=before] .wait b")).to_have_text("15 min")

    socket = await stage.socket()
    await hello(socket, at=after)
    await beat(socket, seq=41, count=2)
    await screen.clock.run_for(1_100)

    await expect(screen.locator("#rows [data-id=before] .wait b")).to_have_text("40 min")
    assert await seen(screen, "before") == ["40 min", next_looks[0], "om 15 min"]
    assert await seen(screen, "after") == ["30 min", next_looks[1], "10 min over"]
    order = await screen.locator("#rows > tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert order == ["before", "after"]
    await expect(screen.locator(".now time, .appbar time").first).to_contain_text(printed)


@pytest.mark.parametrize("turn", [OCTOBER, MARCH], ids=["october", "march"])
async def test_a_minute_is_a_minute_while_the_clock_is_turned(
    screen: Page, stage: Stage, turn: datetime
) -> None:
    before = turn - minutes(1)
    stage.pages["/page"] = pages(
        ward.board(came("one", turn - minutes(31), next_at=turn), server_time=before)
    )["wall"]
    await screen.clock.install(time=before)
    await screen.clock.pause_at(before + timedelta(seconds=1))
    await screen.goto("/page")
    socket = await stage.socket()
    read = []

    for second in range(0, 121, 10):
        now = before + timedelta(seconds=second)
        await hello(socket, at=now)  # proof enough, and no more than two seconds from the screen's own time
        await screen.clock.run_for(10_000)
        read.append(int((await seen(screen, "one"))[0].split()[0]))

    assert read == sorted(read)
    assert {read[0], read[-1]} <= {30, 31, 32}
    assert read[-1] - read[0] == 2


@pytest.mark.parametrize("answers", [True, False], ids=["answered", "cut off"])
@pytest.mark.parametrize("name", ["wall", "waiting-room"])
async def test_a_screen_that_hangs_for_years_begins_anew_once_a_night_but_not_into_nothing(
    screen: Page, stage: Stage, name: str, *, answers: bool
) -> None:
    boards: dict[str, Any] = {"wall": ward.board(), "waiting-room": public.board()}
    drawn = {"wall": pages(boards["wall"])["wall"], "waiting-room": public.page(boards["waiting-room"])}
    stage.pages[f"/{name}/nordvik"] = drawn[name]
    night = datetime(2026, 11, 25, 2, 59, tzinfo=UTC)  # a minute to four
    await screen.add_init_script("Math.random = () => 0")  # at the first of the minutes there are
    await screen.clock.install(time=night)
    await screen.clock.pause_at(night + timedelta(seconds=1))
    await screen.goto(f"/{name}/nordvik")
    socket = await stage.socket()
    await hello(socket, at=night)
    await screen.evaluate("window.before = true")

    for second in range(5, 60, 5):
        if answers:
            at = (night + timedelta(seconds=second)).isoformat()
            count = boards[name].count
            await say(socket, type="beat", epoch="e1", seq=41, count=count, server_time=at)
        await screen.clock.run_for(5_000)
    assert await screen.evaluate("window.before") is True
    await screen.clock.run_for(5_000)

    if answers:
        await screen.wait_for_function("!window.before")
    assert await screen.evaluate("window.before ?? false") is not answers
