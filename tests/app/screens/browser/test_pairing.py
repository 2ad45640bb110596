"""A new screen by itself: shows its code, keeps and renews it, waits out trouble, and goes to its place."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.sign_in import pairing
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.browser import barriers

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BLANK = "<!doctype html><title>Her</title>"
NOBODY = (401, {"code": "not-signed-in"})
WALL = (200, {"role": "display", "unit": "nordvik"})
WAITING = (202, {"state": "waiting", "path": None})
APPROVED = (200, {"state": "approved", "path": "/wall/nordvik"})
EXPIRED = (404, {"code": "pairing-expired"})


def opened(code: str = "BCDFGHJK", expires_in: int = 600) -> tuple[int, dict[str, Any]]:
    return 201, {"code": code, "secret": f"secret of {code}", "expires_in": expires_in}


async def new_screen(screen: Page, stage: Stage, language: str = "nb", **answers: Any) -> Calls:
    told = {"GET /me": NOBODY, "POST /pairings": opened(), "POST /claim": WAITING}
    calls = Calls({**told, **{_CALLS[name]: answer for name, answer in answers.items()}})
    await calls.play(screen)
    page = pairing(unit="nordvik", language=language, asset_version="v1")
    stage.pages["/pair"] = page.replace('data-state="opening"', 'data-state="opening" data-pause="100"')
    stage.pages["/wall/nordvik"] = BLANK
    await screen.goto("/pair")
    return calls


_CALLS = {"me": "GET /me", "pairings": "POST /pairings", "claim": "POST /claim"}


async def shows(screen: Page, state: str, code: str) -> None:
    await expect(screen.locator(f"body[data-state={state}]")).to_have_count(1)
    await expect(screen.locator("[data-code]")).to_have_text(code)


async def test_a_new_screen_shows_its_code_and_goes_to_its_place_when_approved(
    screen: Page, stage: Stage
) -> None:
    calls = await new_screen(screen, stage, me=[NOBODY, WALL], claim=[WAITING, WAITING, APPROVED])

    await screen.wait_for_url("**/wall/nordvik")

    assert [each["secret"] for each in calls.bodies("/claim")] == ["secret of BCDFGHJK"] * 3
    assert len({each.headers["idempotency-key"] for each in calls.of("/claim")}) == 1
    assert await screen.evaluate("localStorage.length") == 0


async def test_while_it_waits_the_screen_says_what_to_do_where(screen: Page, stage: Stage) -> None:
    await new_screen(screen, stage)

    await shows(screen, "waiting", "BCDF-GHJK")
    await expect(screen.locator("ol li").first).to_have_text(
        f"Åpne {stage.address.removeprefix('http://')} på en arbeidsplass og logg inn som koordinator."
    )
    await expect(screen.locator("[data-left]")).to_have_text("Ny kode om 10 min")


async def test_after_a_power_cut_the_code_somebody_is_typing_is_still_good(
    screen: Page, stage: Stage
) -> None:
    calls = await new_screen(screen, stage)
    await shows(screen, "waiting", "BCDF-GHJK")

    await screen.reload()

    await shows(screen, "waiting", "BCDF-GHJK")
    assert len(calls.of("/pairings")) == 1


@pytest.mark.parametrize("trouble", [None, (503, {"code": "database-unavailable"}), (502, {})])
async def test_without_contact_the_screen_says_so_keeps_its_code_and_goes_on(
    screen: Page, stage: Stage, trouble: Any
) -> None:
    calls = await new_screen(screen, stage, claim=[WAITING, trouble])

    await shows(screen, "offline", "BCDF-GHJK")
    calls.answers["POST /claim"] = WAITING

    await shows(screen, "waiting", "BCDF-GHJK")


async def test_a_code_that_has_expired_is_renewed_by_itself(screen: Page, stage: Stage) -> None:
    await new_screen(
        screen, stage, pairings=[opened(), opened("LMNPQRST")], claim=[WAITING, EXPIRED, WAITING]
    )

    await shows(screen, "waiting", "LMNP-QRST")


async def test_a_code_whose_time_is_out_is_not_shown_while_there_is_no_contact(
    screen: Page, stage: Stage
) -> None:
    await new_screen(screen, stage, pairings=opened(expires_in=1), claim=[None])

    await shows(screen, "offline", "····-····")


@pytest.mark.parametrize("first", [None, (500, {"code": "fault"}), (503, {"code": "database-unavailable"})])
async def test_a_screen_started_before_the_server_gets_its_code_when_the_server_is_there(
    screen: Page, stage: Stage, first: Any
) -> None:
    await new_screen(screen, stage, me=[first, NOBODY], pairings=[(503, {"code": "unavailable"}), opened()])

    await shows(screen, "waiting", "BCDF-GHJK")


async def test_where_too_many_wait_the_screen_says_so_and_waits(screen: Page, stage: Stage) -> None:
    full = (503, {"code": "too-many-pairings"})
    calls = await new_screen(screen, stage, pairings=full)

    await shows(screen, "full", "····-····")
    calls.answers["POST /pairings"] = opened()

    await shows(screen, "waiting", "BCDF-GHJK")


async def test_a_browser_that_does_not_keep_the_token_says_why_and_asks_for_no_more_codes(
    screen: Page, stage: Stage
) -> None:
    calls = await new_screen(screen, stage, claim=APPROVED)

    await expect(screen.locator("[data-said]")).to_contain_text("https://")
    await screen.wait_for_timeout(500)
    assert (len(calls.of("/pairings")), len(calls.of("/claim"))) == (1, 1)


async def test_a_screen_that_is_known_goes_straight_to_its_place(screen: Page, stage: Stage) -> None:
    stage.pages["/waiting-room/nordvik"] = BLANK
    public = (200, {"role": "waiting-room-display", "unit": "nordvik"})
    calls = await new_screen(screen, stage, me=public)

    await screen.wait_for_url("**/waiting-room/nordvik")

    assert calls.of("/pairings") == []


async def test_a_screen_that_is_no_wall_any_more_has_forgotten_its_last_picture(
    screen: Page, stage: Stage
) -> None:
    stage.pages["/before"] = BLANK
    await screen.goto("/before")
    await screen.evaluate(
        "for (const unit of ['nordvik', 'sorvik']) localStorage[`legevakt.picture.${unit}`] = '{}'"
    )

    await new_screen(screen, stage)

    await shows(screen, "waiting", "BCDF-GHJK")
    assert await screen.evaluate("Object.keys(localStorage)") == ["legevakt.pairing"]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize(
    ("state", "answers"),
    [
        ("waiting", {}),
        ("offline", {"claim": None}),
        ("full", {"pairings": (503, {"code": "too-many-pairings"})}),
        ("unkept", {"claim": APPROVED}),
    ],
)
async def test_every_state_can_be_read_by_everybody_and_fits_the_screen(
    screen: Page, stage: Stage, language: str, state: str, answers: dict[str, Any]
) -> None:
    await new_screen(screen, stage, language, **answers)
    await expect(screen.locator(f"body[data-state={state}]")).to_have_count(1)

    assert await barriers(screen, colours=language == "nb") == []
    for width, height in ((1920, 1080), (1080, 1920), (400, 800)):
        await screen.set_viewport_size({"width": width, "height": height})
        wider = await screen.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, (width, height)


async def test_the_code_is_large_enough_for_the_other_side_of_the_room(screen: Page, stage: Stage) -> None:
    await new_screen(screen, stage)
    await shows(screen, "waiting", "BCDF-GHJK")

    size = await screen.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('[data-code]')).fontSize)"
    )

    assert size >= 200  # at 1920 wide; on 65 inches a capital is some 11 cm high
