"""The page a ticket is made from: one press makes it, the code can be read, and it can be taken back."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from app.screens.ticket.ticket import ticket
from core.http.qr import qr_code
from core.ids import Actor, Role, StaffId, UnitId
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from tests.app.screens.ward import NOW
from tests.browser import barriers
from triage.queries.ticket.print_page import TicketPage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ID = "11111111-1111-4111-8111-111111111111"
NORA = Actor(StaffId("nora"), "Nora Lie", Role.TRIAGE_NURSE, UnitId("nordvik"))
_MADE = {
    "id": ID, "number": "K 47", "issued_at": NOW.isoformat(), "link": "https://legevakt.example/q/x",
    "code": qr_code("https://legevakt.example/q/" + "a" * 32).model_dump(),
}  # fmt: skip


def drawn(**changes: object) -> str:
    values = {"id": ID, "unit": "nordvik", "unit_name": "Nordvik legevakt", "number": "K 47"}
    page = TicketPage.model_validate({**values, "here": True, "issued_at": None, **changes})
    return ticket(page, me=NORA, now=NOW, language="nb", asset_version="v1")


async def test_one_press_makes_a_ticket_that_can_be_read_printed_and_taken_back(
    screen: Page, stage: Stage
) -> None:
    ended = {"id": ID, "number": "K 47", "issued_at": None}
    calls = Calls({"POST /ticket": [None, (200, _MADE)], "POST /ticket/end": (200, ended)})
    await calls.play(screen)
    await screen.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    stage.pages["/ticket"] = drawn()
    await screen.goto("/ticket")
    await expect(screen.locator("#slip")).to_be_hidden()

    await screen.keyboard.press("Enter")  # the first answer is lost
    await expect(screen.get_by_role("alert")).to_be_visible()
    await screen.locator("#go").click()

    await expect(screen.get_by_role("img", name="QR-kode til plassen i køen")).to_be_visible()
    first, again = calls.of("/ticket")
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]
    secrets = {body["secret"] for body in calls.bodies("/ticket")}
    assert len(secrets) == 1
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", secrets.pop())

    await screen.keyboard.press("Enter")  # focus is on printing
    assert await screen.evaluate("window.printed") == 1
    assert await barriers(screen) == []

    await screen.get_by_role("button", name="Trekk lappen").click()
    await expect(screen.get_by_role("status").filter(has_text="Lappen er trukket")).to_be_visible()
    await expect(screen.locator("#slip")).to_be_hidden()


async def test_only_the_slip_is_printed_and_it_has_no_name(screen: Page, stage: Stage) -> None:
    calls = Calls({"POST /ticket": (200, _MADE)})
    await calls.play(screen)
    stage.pages["/ticket"] = drawn()
    await screen.goto("/ticket")
    await screen.locator("#go").click()
    await expect(screen.locator("#slip")).to_be_visible()

    await screen.emulate_media(media="print")

    await expect(screen.locator(".acts")).to_be_hidden()
    await expect(screen.locator("header.appbar")).to_be_hidden()
    assert "Nora" not in await screen.locator("#slip").inner_text()
    width = await screen.evaluate("document.querySelector('#slip').getBoundingClientRect().width")
    assert width <= 80 / 25.4 * 96  # a roll of 80 mm


async def test_who_is_not_here_gets_no_ticket(screen: Page, stage: Stage) -> None:
    stage.pages["/ticket"] = drawn(here=False)

    await screen.goto("/ticket")

    await expect(screen.get_by_text("Pasienten er ikke her")).to_be_visible()
    await expect(screen.locator("#go")).to_have_count(0)
