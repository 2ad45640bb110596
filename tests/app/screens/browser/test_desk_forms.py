"""The desk: checking in, placing and taking; typed once, sent once, and refused in words."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.desk import desk
from core.clock import local
from tests.app.screens import record, ward
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage, say

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BLANK = "<!doctype html><title>Her</title>"


async def at_the_desk(screen: Page, stage: Stage, answers: dict[str, Any]) -> Calls:
    calls = Calls(answers)
    await calls.play(screen)
    stage.pages["/units/nordvik"] = desk(
        ward.board(),
        me=record.DOCTOR,
        gps=(),
        language="nb",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )
    await screen.goto("/units/nordvik")
    return calls


async def test_a_patient_is_checked_in_with_two_fields(screen: Page, stage: Stage) -> None:
    calls = await at_the_desk(screen, stage, {"POST /arrivals": (201, {"id": "e-9", "number": "T 33"})})

    await screen.get_by_label("Navn eller kjennetegn").fill("Mann i rød jakke")
    await screen.get_by_label("Kontaktårsak").fill("Falt på isen")
    await screen.keyboard.press("Enter")

    await expect(screen.locator("#arrival-done")).to_have_text(
        "Mann i rød jakke er satt på tavlen med nummer T 33."
    )
    ticket = screen.get_by_role("link", name="Kølapp for T 33")
    assert await ticket.get_attribute("href") == "/encounters/e-9/ticket"
    await expect(screen.get_by_label("Navn eller kjennetegn")).to_be_focused()
    assert calls.bodies("/arrivals") == [
        {
            "called": "Mann i rød jakke",
            "complaint": "Falt på isen",
            "arrival_mode": "walk-in",
            "sex": "unknown",
            "flags": [],
        }
    ]


async def test_who_is_on_the_way_is_put_on_the_board_with_what_was_told(screen: Page, stage: Stage) -> None:
    calls = await at_the_desk(screen, stage, {"POST /arrivals": (201, {"id": "e-9", "number": "T 34"})})

    await screen.get_by_label("Navn eller kjennetegn").fill("Kvinne, ca. 60")
    await screen.get_by_label("Kontaktårsak").fill("Brystsmerter")
    await screen.get_by_text("Er ikke kommet ennå").click()
    await screen.get_by_label("Forhåndsvarsel").fill("EKG sendt, 12 min unna")
    await screen.keyboard.press("Enter")
    await expect(screen.get_by_label("Ventes klokka")).to_be_focused()  # told of, but not when
    assert calls.bodies("/arrivals") == []
    await screen.get_by_label("Ventes klokka").fill("21:59")
    await screen.get_by_label("Hastegrad som er fortalt").select_option("red")
    await screen.get_by_role("button", name="Sett på tavlen").click()

    await expect(screen.locator("#arrival-done")).to_contain_text("som ventet, med nummer T 34")
    await expect(screen.locator("#arrival-ticket")).to_be_hidden()
    [sent] = calls.bodies("/arrivals")
    at = datetime.fromisoformat(sent["expected_at"])
    assert local(at).strftime("%H:%M") == "21:59"
    assert (sent["pre_alert"], sent["urgency"]) == ("EKG sendt, 12 min unna", "red")


async def test_without_a_complaint_the_field_says_so_and_nothing_is_sent(screen: Page, stage: Stage) -> None:
    calls = await at_the_desk(screen, stage, {})
    await screen.get_by_label("Navn eller kjennetegn").fill("Kari")

    await screen.get_by_role("button", name="Sett på tavlen").click()

    await expect(screen.get_by_label("Kontaktårsak")).to_be_focused()
    await expect(screen.locator("#complaint-error")).to_have_text("Må fylles ut.")
    await expect(screen.get_by_label("Navn eller kjennetegn")).to_have_value("Kari")
    assert calls.asked == []


async def test_a_wrong_identity_number_is_explained_beside_its_field(screen: Page, stage: Stage) -> None:
    refused = 422, {"code": "id-number-checksum"}
    calls = await at_the_desk(screen, stage, {"POST /arrivals": refused})
    await screen.get_by_label("Navn eller kjennetegn").fill("Kari")
    await screen.get_by_label("Kontaktårsak").fill("Feber")
    await screen.get_by_label("Fødselsnummer").fill("098647 12345")

    await screen.keyboard.press("Enter")

    await expect(screen.locator("#national_id-error")).to_contain_text("feil kontrollsiffer")
    await expect(screen.get_by_label("Fødselsnummer")).to_be_focused()
    assert calls.bodies("/arrivals")[0]["national_id"] == "09864712345"


async def test_sending_again_after_no_answer_uses_the_same_key(screen: Page, stage: Stage) -> None:
    answers = {"POST /arrivals": [None, (201, {"id": "e-9", "number": "T 33"})]}
    calls = await at_the_desk(screen, stage, answers)
    await screen.get_by_label("Navn eller kjennetegn").fill("Kari")
    await screen.get_by_label("Kontaktårsak").fill("Feber")
    button = screen.get_by_role("button", name="Sett på tavlen")
    await button.click()
    await expect(screen.locator("#arrival [role=alert]")).to_contain_text("Ingen kontakt")

    await button.click()

    await expect(screen.locator("#arrival-done")).to_contain_text("T 33")
    keys = [await request.header_value("idempotency-key") for request in calls.of("/arrivals")]
    assert keys[0] == keys[1]


async def test_the_next_patient_gets_a_new_key(screen: Page, stage: Stage) -> None:
    calls = await at_the_desk(screen, stage, {"POST /arrivals": (201, {"id": "e-9", "number": "T 33"})})
    for name in ("Kari", "Per"):
        await screen.get_by_label("Navn eller kjennetegn").fill(name)
        await screen.get_by_label("Kontaktårsak").fill("Feber")
        await screen.keyboard.press("Enter")
        await expect(screen.locator("#arrival-done")).to_contain_text(name)

    keys = [await request.header_value("idempotency-key") for request in calls.of("/arrivals")]

    assert len(set(keys)) == 2


async def test_a_room_is_chosen_from_the_version_on_the_screen(screen: Page, stage: Stage) -> None:
    calls = await at_the_desk(screen, stage, {"POST /place": (200, {"id": "e-14", "version": 2})})

    async with screen.expect_response("**/place"):
        await screen.locator("[data-id=e-14]").get_by_label("Sted").select_option("Rom 8")

    assert calls.bodies("/place") == [{"place": "Rom 8"}]
    assert await calls.of("/place")[0].header_value("if-match") == '"1"'


async def test_a_refused_room_goes_back_to_what_it_was(screen: Page, stage: Stage) -> None:
    await at_the_desk(screen, stage, {"POST /place": (412, {"code": "stale"})})
    chosen = screen.locator("[data-id=e-15]").get_by_label("Sted")

    await chosen.select_option("Rom 8")

    await expect(screen.locator("[data-id=e-15]").get_by_role("alert")).to_have_text(
        "En annen har endret dette. Se over og prøv igjen."
    )
    await expect(chosen).to_have_value("Rom 3")


async def test_a_patient_is_taken_without_leaving_the_list_and_enter_opens_the_record(
    screen: Page, stage: Stage
) -> None:
    stage.pages["/encounters/e-14"] = BLANK
    calls = await at_the_desk(screen, stage, {"POST /take": (200, {"id": "e-14", "version": 2})})

    await screen.locator("[data-id=e-14]").get_by_role("button", name="Ta pasient").click()

    await expect(screen.locator("#said")).to_have_text("Amina Y. er din pasient. Enter åpner journalen.")
    assert calls.bodies("/take") == [{}]
    await screen.locator("[data-id=e-14] .who").focus()
    await screen.keyboard.press("Enter")
    await screen.wait_for_url("**/encounters/e-14")


async def test_the_second_doctor_is_told_who_was_first(screen: Page, stage: Stage) -> None:
    taken = 409, {"code": "already-taken", "doctor": "Anne Berg", "since": "2026-03-14T20:50:00Z"}
    await at_the_desk(screen, stage, {"POST /take": taken})

    await screen.locator("[data-id=e-14]").get_by_role("button", name="Ta pasient").click()

    said = screen.locator("[data-id=e-14]").get_by_role("alert")
    await expect(said).to_have_text("Anne Berg tok pasienten kl. 21:50.")


async def test_the_list_can_be_narrowed_to_ones_own(screen: Page, stage: Stage) -> None:
    await at_the_desk(screen, stage, {})

    await screen.get_by_text("Mine 4").click()

    shown = await screen.locator("#rows > tr:visible").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert sorted(shown) == ["e-31", "e-36", "e-38", "e-40"]


async def test_a_patient_taken_by_a_colleague_can_no_longer_be_taken(screen: Page, stage: Stage) -> None:
    await at_the_desk(screen, stage, {})
    socket = await stage.socket()
    button = screen.locator("[data-id=e-14]").get_by_role("button", name="Ta pasient")
    await expect(button).to_be_visible()
    taken = ward.waiting()[6].model_copy(update={"doctor": "AB", "doctor_since": ward.NOW})

    await say(socket, type="hello", epoch="e1", seq=41, server_time=ward.NOW.isoformat(), version="1")
    rows = [taken.model_dump(mode="json")]
    await say(socket, type="patch", epoch="e1", seq=42, rows=rows, removed=[])

    await expect(button).to_be_hidden()
    await expect(screen.locator("[data-id=e-14] [data-field=doctor]")).to_have_text("AB")


async def test_a_list_that_lacks_somebody_says_so_at_the_top(screen: Page, stage: Stage) -> None:
    await at_the_desk(screen, stage, {})
    socket, count = await stage.socket(), len(ward.board().rows)
    at = ward.NOW.isoformat()
    await say(socket, type="hello", epoch="e1", seq=41, server_time=at, version="1")

    await say(socket, type="beat", epoch="e1", seq=41, count=count, missing=2, server_time=at)
    await expect(screen.locator("#missing")).to_contain_text("2 pasienter mangler i lista")

    await say(socket, type="beat", epoch="e1", seq=41, count=count, missing=0, server_time=at)
    await expect(screen.locator("#missing")).to_be_hidden()
