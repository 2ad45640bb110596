"""The patient's own page on a small phone: told when called, and never a number that nobody vouches for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from app.screens.texts import LANGUAGES
from app.screens.ticket.own_place import link_unknown, own_place, place_view
from tests.app.screens.browser.conftest import Stage
from tests.app.screens.ward import NOW, minutes
from tests.browser import barriers
from triage.queries.ticket.place import OwnPlace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SECRET = "A" * 32
_NOTHING: dict[str, Any] = dict.fromkeys(
    ("arrived_at", "place", "low", "high", "called_at", "called_to"), None
)
STATES: dict[str, dict[str, Any]] = {
    "waiting": {"place": 4, "low": 35, "high": 60},
    "to-be-assessed": {},
    "called": {"called_at": NOW, "called_to": "Undersøkelsesrom 3"},
    "with-staff": {},
    "over": {"number": "", "arrived_at": None},
}


def own(state: str = "waiting", **changes: Any) -> OwnPlace:
    common = {"unit_name": "Nordvik legevakt", "number": "K 47", "arrived_at": NOW - minutes(33)}
    return OwnPlace(**{**_NOTHING, **common, **STATES[state], "state": state, **changes})


class Phone:
    """A small phone with the link open; what it is told when it asks again is played."""

    def __init__(self, screen: Page, stage: Stage) -> None:
        self.screen = screen
        self._stage = stage
        self.asked = 0
        self.answer: OwnPlace | int = 304

    async def open(self, state: str = "waiting", language: str = "nb", **pace: str) -> None:
        await self.screen.set_viewport_size({"width": 375, "height": 667})
        view = place_view(own(state), language=language)
        page = own_place(view, tag='"t0"', now=NOW, language=language, asset_version="v1")
        for name, value in {"pause": "200", **pace}.items():
            page = re.sub(f'data-{name}="[0-9]+"', f'data-{name}="{value}"', page)
        self._stage.pages[f"/q/{SECRET}"] = page
        await self.screen.route("**/q?language=*", self._answer)
        await self.screen.goto(f"/q/{SECRET}")

    async def _answer(self, route: Route) -> None:
        self.asked += 1
        assert route.request.headers["x-ticket"] == SECRET
        assert SECRET not in route.request.url
        if isinstance(self.answer, int):
            await (route.abort() if self.answer == 0 else route.fulfill(status=self.answer))
            return
        view = place_view(self.answer, language="nb").model_dump()
        await route.fulfill(json=view, headers={"ETag": '"t1"', "Date": NOW.strftime("%a, %d %b %Y %T GMT")})


@pytest.fixture
def phone(screen: Page, stage: Stage) -> Phone:
    return Phone(screen, stage)


async def test_a_call_comes_by_itself_and_sounds_only_where_it_was_asked_for(phone: Phone) -> None:
    screen = phone.screen
    await screen.add_init_script(
        """window.rung = 0; window.shaken = 0;
        Object.defineProperty(navigator, "vibrate", { value: () => { window.shaken += 1; } });
        window.AudioContext = class { state = "running"; currentTime = 0; destination = {};
            resume() {} close() {} };
        window.OscillatorNode = class {
            connect(next) { return next; } start() { window.rung += 1; } stop() {} };
        window.GainNode = class { connect(next) { return next; } gain = { setValueAtTime() {},
            linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} }; };"""
    )
    await phone.open()
    await expect(screen.get_by_text("nr. 4")).to_be_visible()

    phone.answer = own("called")
    await expect(screen.get_by_text("Undersøkelsesrom 3")).to_be_visible()
    assert await screen.evaluate("[window.rung, window.shaken]") == [0, 0]
    await expect(screen.get_by_text("nr. 4")).to_be_hidden()

    await screen.get_by_role("button", name="Si fra når jeg blir kalt inn").click()
    phone.answer = own("called", called_at=NOW + minutes(1), called_to="Rom 9")
    await expect(screen.get_by_text("Rom 9")).to_be_visible()
    await expect(screen.get_by_role("button", name="Lyd og vibrasjon er på")).to_be_visible()
    assert await screen.evaluate("[window.rung > 0, window.shaken]") == [True, 2]  # once to try, once to call


async def test_without_contact_every_number_but_the_own_is_taken_away(phone: Phone) -> None:
    phone.answer = 0
    await phone.open(**{"stale-after": "1200"})

    alert = phone.screen.get_by_role("alert")
    await expect(alert).to_contain_text("Ikke oppdatert siden kl. 21:47")
    await expect(alert).to_contain_text("Hør etter nummeret ditt")
    await expect(phone.screen.get_by_text("nr. 4")).to_be_hidden()
    await expect(phone.screen.get_by_text("35–60 min")).to_be_hidden()
    await expect(phone.screen.get_by_text("K 47")).to_be_visible()

    phone.answer = 304
    await expect(alert).to_be_hidden()
    await expect(phone.screen.get_by_text("nr. 4")).to_be_visible()


async def test_when_the_visit_is_over_it_shows_nothing_and_asks_no_more(phone: Phone) -> None:
    await phone.open()
    phone.answer = own("over")

    await expect(phone.screen.get_by_text("Takk for besøket")).to_be_visible()
    await expect(phone.screen.get_by_text("K 47")).to_be_hidden()
    asked = phone.asked
    await phone.screen.wait_for_timeout(600)
    assert phone.asked == asked


async def test_a_ticket_that_was_taken_back_says_so(phone: Phone, stage: Stage) -> None:
    await phone.open()
    stage.pages[f"/q/{SECRET}"] = link_unknown(language="nb", asset_version="v1")

    phone.answer = 404

    await expect(phone.screen.get_by_text("Lenken virker ikke")).to_be_visible()
    await expect(phone.screen.get_by_text("K 47")).to_have_count(0)


_SIDEWAYS = "() => document.documentElement.scrollWidth - innerWidth"
_BY_LANGUAGE = [(language, state) for language in LANGUAGES for state in ("waiting", "called")]


@pytest.mark.parametrize(
    ("language", "state"), [*_BY_LANGUAGE, ("nb", "to-be-assessed"), ("nb", "with-staff"), ("nb", "over")]
)
async def test_every_state_fits_a_small_phone_and_has_no_axe_finding(
    phone: Phone, language: str, state: str
) -> None:
    await phone.open(state, language, pause="60000")
    await phone.screen.set_viewport_size({"width": 320, "height": 568})

    assert await barriers(phone.screen, colours=language == "nb") == []
    assert await phone.screen.evaluate(_SIDEWAYS) <= 0
    links = phone.screen.get_by_role("navigation").get_by_role("link")
    await expect(links).to_have_text(["Bokmål", "Nynorsk", "English"])
