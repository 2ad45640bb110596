"""Cut off for real: sleep, a dead line, a server that only greets; said at once, and healed by itself."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, expect
from websockets.asyncio.server import ServerConnection

from tests.app.screens import ward
from tests.app.screens.browser.conftest import Stage, say
from tests.app.screens.browser.test_live import LIMIT, beat, hello, opened, page_of, patch
from tests.app.screens.ward import NOW

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# The steady clock stands still while a machine sleeps, the wall clock does not.
_SLEEPER = """
    const steady = Date.now.bind(Date);
    window.slept = 0;
    Date.now = () => steady() + window.slept;
    window.drawn = [];
    addEventListener("DOMContentLoaded", () => new MutationObserver((all) => {
        if (document.body.classList.contains("stale")) return;
        window.drawn.push(...all.map(({ target }) => target.textContent));
    }).observe(document.querySelector("#rows"), { childList: true, characterData: true, subtree: true }));
"""
_TWO_HOURS = "window.slept = 2 * 3600_000"
_SLOW_DICE = "Math.random = () => 0.999"


async def connected(screen: Page) -> None:
    await expect(screen.locator("[data-connection-word]")).to_have_text("Tilkoblet")


async def nobody_knocks(screen: Page, stage: Stage) -> None:
    await screen.evaluate("0")  # of the lines it has opened until here the page has told
    assert stage.lines["opened"] == stage.lines["taken"]


async def test_after_sleep_the_old_picture_is_never_drawn_as_todays(screen: Page, stage: Stage) -> None:
    await screen.add_init_script(_SLEEPER)
    await opened(screen, stage, ward.board())
    await connected(screen)

    await screen.evaluate(_TWO_HOURS)

    await expect(screen.get_by_role("alert")).to_contain_text("kl. 21:47")
    assert [text for text in await screen.evaluate("window.drawn") if text.startswith("2 t 1")] == []


async def test_what_lay_in_the_buffer_while_the_machine_slept_is_no_news(screen: Page, stage: Stage) -> None:
    await screen.add_init_script(_SLEEPER)
    before = await opened(screen, stage, ward.board())
    await connected(screen)

    await screen.evaluate(_TWO_HOURS)
    old = patch(before, 42, ward.row("e-14", "Amina Y.", 34, "Fra før"))
    await asyncio.gather(old, beat(before, seq=42, count=26))  # both at once, as a buffer is emptied

    after = await stage.socket()
    await expect(screen.locator("#rows [data-id=e-14] .why")).to_have_text("Magesmerter, økende")
    await hello(after, at=NOW + timedelta(hours=2))
    await expect(screen.locator("#stale")).to_be_hidden()
    await expect(screen.locator("#rows [data-id=e-14] .wait b")).to_have_text("2 t 52")


@pytest.mark.parametrize("hours", [3, -3])
async def test_a_screen_whose_clock_is_set_looks_again_and_shows_true_waits(
    screen: Page, stage: Stage, hours: int
) -> None:
    await screen.add_init_script(_SLEEPER)
    await opened(screen, stage, ward.board())
    await connected(screen)

    await screen.evaluate(f"window.slept = {hours} * 3600_000")

    await hello(await stage.socket())
    await expect(screen.locator("#stale")).to_be_hidden()
    await expect(screen.locator("#rows [data-id=e-14] .wait b")).to_have_text("52 min")


async def test_a_server_that_greets_and_then_says_nothing_is_not_believed_twice(
    screen: Page, stage: Stage
) -> None:
    await opened(screen, stage, ward.board(), limit=LIMIT)
    await expect(screen.get_by_role("alert")).to_be_visible()

    again = await stage.socket()
    await hello(again)

    await patch(again, 42)
    await expect(screen.get_by_role("alert")).to_be_visible()
    await beat(again, seq=42, count=26)
    await expect(screen.locator("#stale")).to_be_hidden()


async def test_a_line_that_holds_frames_back_proves_nothing(screen: Page, stage: Stage) -> None:
    socket = await opened(screen, stage, ward.board(), limit=LIMIT)
    await connected(screen)

    async with asyncio.timeout(10):
        while not await screen.locator("body.stale").count():
            await beat(socket, seq=41, count=26)  # each says the same, ever older, time
            await asyncio.sleep(0.1)


async def test_a_line_that_is_slow_from_its_first_frame_does_not_look_fresher_than_it_is(
    screen: Page, stage: Stage
) -> None:
    stage.pages["/wall/nordvik"] = page_of(ward.board())
    await still(screen)
    await screen.goto("/wall/nordvik")
    socket = await stage.socket()

    await screen.clock.run_for(
        4_000
    )  # the server greeted at once; the line takes four seconds for everything
    await hello(socket)
    for second in (5, 10, 15):
        await screen.clock.run_for(5_000)
        await beat_at(socket, second)
        await connected(screen)  # such a line is slow, and no news of anything else

    await screen.clock.run_for(2_000)
    await expect(screen.locator("[data-connection-age]")).to_have_text(re.compile("· [56] s"))
    await screen.clock.run_for(7_000)  # twelve seconds after the server spoke, not after we heard it
    await expect(screen.get_by_role("alert")).to_be_visible()


async def beat_at(socket: ServerConnection, second: int) -> None:
    at = (NOW + timedelta(seconds=second)).isoformat()
    await say(socket, type="beat", epoch="e1", seq=41, count=26, server_time=at)


async def test_a_greeting_that_takes_too_long_is_not_waited_for(screen: Page, stage: Stage) -> None:
    stage.pages["/wall/nordvik"] = page_of(ward.board())
    await still(screen)
    await screen.goto("/wall/nordvik")
    await stage.socket()

    await screen.clock.run_for(4_000)
    await nobody_knocks(screen, stage)
    await screen.clock.run_for(3_000)

    await hello(await stage.socket())
    await connected(screen)
    await expect(screen.locator("#stale")).to_be_hidden()


async def closed_again(stage: Stage, socket: ServerConnection) -> None:
    await hello(socket)
    await beat(socket, seq=41, count=26)
    await stage.hang_up(socket, 1012)


async def still(screen: Page) -> None:
    """Time on the screen goes only when told, and the dice always give the longest wait."""
    await screen.add_init_script(_SLOW_DICE)
    await screen.clock.install(time=NOW)
    await screen.clock.pause_at(NOW + timedelta(seconds=1))


async def flapped(screen: Page, stage: Stage) -> None:
    """A server that has come up and fallen five times."""
    stage.pages["/wall/nordvik"] = page_of(ward.board())
    await still(screen)
    await screen.goto("/wall/nordvik")
    for _ in range(6):
        await closed_again(stage, await knock(screen, stage))


async def knock(screen: Page, stage: Stage) -> ServerConnection:
    """The next knock, as soon as it comes: a screen does not wait long for its greeting."""
    while stage.knocks.empty():
        await screen.clock.run_for(250)
        await asyncio.sleep(0.02)
    return await stage.socket()


async def test_a_server_that_falls_again_and_again_is_knocked_on_ever_more_seldom(
    screen: Page, stage: Stage
) -> None:
    await flapped(screen, stage)

    await screen.clock.run_for(9_000)
    await nobody_knocks(screen, stage)
    await screen.clock.run_for(1_000)
    await stage.socket()


async def test_after_half_a_minute_of_health_a_screen_is_quick_again(screen: Page, stage: Stage) -> None:
    await flapped(screen, stage)
    await screen.clock.run_for(10_000)
    socket = await stage.socket()
    await hello(socket)
    for second in range(0, 35, 5):
        await say(
            socket, type="beat", epoch="e1", seq=41, count=26,
            server_time=(NOW + timedelta(seconds=second)).isoformat(),
        )  # fmt: skip
        await screen.clock.run_for(5_000)

    await stage.hang_up(socket, 1012)
    await screen.clock.run_for(600)

    await stage.socket()


@pytest.mark.parametrize("event", ["online", "pageshow", "focus"])
async def test_a_machine_that_is_back_does_not_sit_out_a_long_wait(
    screen: Page, stage: Stage, event: str
) -> None:
    await flapped(screen, stage)
    await screen.clock.run_for(1_000)
    await nobody_knocks(screen, stage)

    await screen.evaluate(f"dispatchEvent(new Event('{event}'))")
    await screen.clock.run_for(1_000)

    await stage.socket()


async def test_a_line_that_has_been_quiet_is_tried_anew_when_the_network_is_back(
    screen: Page, stage: Stage
) -> None:
    stage.pages["/wall/nordvik"] = page_of(ward.board())
    await still(screen)
    await screen.goto("/wall/nordvik")
    await hello(await stage.socket())
    await screen.clock.run_for(7_000)  # not stale yet, but a beat is missing

    await screen.evaluate("dispatchEvent(new Event('online'))")
    await screen.clock.run_for(1_000)

    await stage.socket()


async def test_many_signs_of_life_lead_to_one_new_line(screen: Page, stage: Stage) -> None:
    await flapped(screen, stage)

    await screen.evaluate("for (let n = 0; n < 50; n += 1) dispatchEvent(new Event('online'))")
    await screen.clock.run_for(1_000)
    await hello(await stage.socket())
    await screen.clock.run_for(10_000)

    await nobody_knocks(screen, stage)


async def test_a_fresh_picture_with_too_few_rows_is_an_alarm(screen: Page, stage: Stage) -> None:
    stage.pages["/wall/nordvik"] = page_of(ward.board())
    await screen.goto("/wall/nordvik")

    found = await screen.evaluate(
        """async () => {
            const { Picture } = await import("/static/v1/lib/picture.js");
            const picture = new Picture({ epoch: "e", seq: 1, rows: [{ id: "a" }], rooms: [1] });
            const count = (n, missing) => picture.beat({ epoch: "e", seq: picture.seq, count: n, missing });
            const said = [];
            said.push([count(2), picture.missing]);
            picture.snapshot({ epoch: "e", seq: 2, rows: [{ id: "a" }] });
            said.push([count(2), picture.missing]);
            picture.snapshot({ epoch: "e", seq: 2, rows: [{ id: "a" }, { id: "b" }] });
            said.push([count(2), picture.missing], [count(2, 3), picture.missing]);
            const learned = picture.learn({ type: "patch", seq: 3, rooms: [1], zones: [2] });
            return { said, learned: [...learned], extra: picture.extra };
        }"""
    )

    assert found["said"] == [["anew", 0], ["anew", 1], ["true", 0], ["true", 3]]
    assert found["learned"] == ["zones"]
    assert found["extra"] == {"rooms": [1], "zones": [2]}
