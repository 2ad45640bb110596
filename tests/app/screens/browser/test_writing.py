"""The note while it is written: never lost, never overwritten unseen, and signed in one motion."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.encounter import encounter
from journal.queries.page import EncounterPage
from tests.app.screens import record
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PATH = f"/encounters/{record.ID}"


def saved(version: int) -> tuple[int, dict[str, Any]]:
    return 200, {
        "version": 7, "draft_version": version, "sent_version": version, "conflicts": 0,
        "saved_at": "2026-03-14T21:12:30Z",
    }  # fmt: skip


def source(page: EncounterPage) -> str:
    return encounter(
        page,
        me=record.DOCTOR,
        board=record.board(),
        codes=record.CODES,
        colleagues=(record.ANNE,),
        now=record.NOW,
        language="nb",
        websocket_path="/ws/units/nordvik/board",
        asset_version="v1",
    )


async def opened(
    screen: Page, stage: Stage, answers: dict[str, Any], page: EncounterPage | None = None
) -> Calls:
    calls = Calls(answers)
    await calls.play(screen)
    stage.pages[PATH] = source(page or record.page())
    await screen.goto(PATH)
    return calls


async def test_the_draft_is_saved_a_second_after_the_last_key(screen: Page, stage: Stage) -> None:
    calls = await opened(screen, stage, {"PATCH /draft": saved(15)})

    await screen.get_by_label("Plan").fill("Ny plan")

    await expect(screen.locator("#saved")).to_have_text("Lagret 22:12:30 · kladd v. 15")
    assert calls.bodies("/draft")[0]["plan"] == "Ny plan"
    assert await calls.of("/draft")[0].header_value("if-match") == '"7.14"'


async def test_leaving_a_field_saves_at_once_and_from_the_newest_version(screen: Page, stage: Stage) -> None:
    calls = await opened(screen, stage, {"PATCH /draft": [saved(15), saved(16)]})
    plan = screen.get_by_label("Plan")
    await plan.fill("En")
    await plan.blur()
    await expect(screen.locator("#saved")).to_contain_text("v. 15")

    await plan.fill("To")
    await plan.blur()

    await expect(screen.locator("#saved")).to_contain_text("v. 16")
    assert await calls.of("/draft")[1].header_value("if-match") == '"7.15"'


async def test_what_cannot_be_saved_is_said_and_kept_in_the_browser(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, {"PATCH /draft": None})

    await screen.get_by_label("Plan").fill("Viktig")

    await expect(screen.locator("#saved")).to_contain_text("Ikke lagret")
    kept = await screen.evaluate("Object.values(localStorage).map(text => JSON.parse(text).body.plan)")
    assert kept == ["Viktig"]


async def test_after_a_reload_unsaved_text_is_offered_back(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, {"PATCH /draft": [None, saved(15)]})
    await screen.get_by_label("Plan").fill("Viktig")
    await expect(screen.locator("#saved")).to_contain_text("Ikke lagret")
    screen.on("dialog", lambda dialog: dialog.accept())
    await screen.reload()

    await screen.get_by_role("button", name="Hent tilbake").click()

    await expect(screen.get_by_label("Plan")).to_have_value("Viktig")
    await expect(screen.locator("#saved")).to_contain_text("kladd v. 15")
    assert await screen.evaluate("localStorage.length") == 0


async def test_what_a_colleague_wrote_is_put_in_without_moving_the_cursor(screen: Page, stage: Stage) -> None:
    merged = record.page().draft.model_dump(mode="json") | {"plan": "Fra Anne\nFra dette vinduet"}
    status, answer = saved(16)
    calls = await opened(screen, stage, {"PATCH /draft": [(status, answer | {"text": merged}), saved(17)]})
    plan = screen.get_by_label("Plan")

    await plan.fill("Fra dette vinduet")

    await expect(plan).to_have_value("Fra Anne\nFra dette vinduet")
    await screen.keyboard.type(" går videre")
    await expect(plan).to_have_value("Fra Anne\nFra dette vinduet går videre")
    await expect(screen.locator("#saved")).to_contain_text("v. 17")
    assert await calls.of("/draft")[1].header_value("if-match") == '"7.16"'


async def test_what_is_missing_is_said_and_the_field_is_found(screen: Page, stage: Stage) -> None:
    calls = await opened(screen, stage, {"PATCH /draft": saved(15)})
    await expect(screen.locator("#missing")).to_have_text("Mangler før signering: endring i legemidler")

    await screen.keyboard.press("Control+Enter")

    await expect(screen.get_by_label("Endring i legemidler")).to_be_focused()
    assert calls.of("/finish") == []


async def test_nothing_is_an_answer(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, {"PATCH /draft": saved(15)})

    await screen.get_by_label("Ingen endringer").check()

    await expect(screen.locator("#missing")).to_have_text("Klar til signering.")


async def test_signing_sends_the_text_that_is_on_the_screen(screen: Page, stage: Stage) -> None:
    calls = await opened(screen, stage, {"PATCH /draft": saved(15), "POST /finish": (200, {"version": 8})})
    await screen.get_by_label("Plan").fill("Siste ord")
    await screen.get_by_label("Ingen endringer").check()
    stage.pages[PATH] = source(record.signed())

    await screen.keyboard.press("Control+Enter")

    await expect(screen.locator(".finish")).to_contain_text("Signert.")
    body = calls.bodies("/finish")[0]
    assert body["note"]["plan"] == "Siste ord"
    assert (body["outcome"], body["medication_changes"]) == ("home-gp", None)
    assert body["asked_of_gp"].startswith("Klinisk kontroll")
    assert await calls.of("/finish")[0].header_value("if-match") == '"7"'
    assert len(await calls.of("/finish")[0].header_value("idempotency-key") or "") >= 16


def as_read(page: EncounterPage) -> tuple[int, dict[str, Any]]:
    return 200, page.model_dump(mode="json")


async def test_another_room_meanwhile_does_not_stop_the_signing(screen: Page, stage: Stage) -> None:
    answers = {
        "PATCH /draft": saved(15),
        "POST /finish": [(412, {"code": "stale"}), (200, {"version": 10})],
        f"GET /api/encounters/{record.ID}": as_read(record.page(version=9, place="Rom 8")),
    }
    calls = await opened(screen, stage, answers)
    await screen.get_by_label("Ingen endringer").check()
    stage.pages[PATH] = source(record.signed())

    await screen.get_by_role("button", name="Avslutt og signer").click()

    await expect(screen.locator(".finish")).to_contain_text("Signert.")
    assert [await each.header_value("if-match") for each in calls.of("/finish")] == ['"7"', '"9"']


async def test_a_new_assessment_meanwhile_must_be_seen_before_signing(screen: Page, stage: Stage) -> None:
    worse = record.page(version=9, assessments=(record.assessment(), record.assessment()))
    answers = {
        "PATCH /draft": saved(15),
        "POST /finish": (412, {"code": "stale"}),
        f"GET /api/encounters/{record.ID}": as_read(worse),
    }
    calls = await opened(screen, stage, answers)
    await screen.get_by_label("Ingen endringer").check()

    await screen.get_by_role("button", name="Avslutt og signer").click()

    await expect(screen.locator("#refused")).to_contain_text("Last siden på nytt")
    assert len(calls.of("/finish")) == 1


async def test_a_diagnosis_is_set_although_a_nurse_was_there_meanwhile(screen: Page, stage: Stage) -> None:
    answers = {
        "POST /diagnoses": [(412, {"code": "stale"}), (201, {"diagnosis_id": "d-9", "version": 10})],
        f"GET /api/encounters/{record.ID}": as_read(record.page(version=9)),
    }
    await opened(screen, stage, answers)

    await screen.locator("#diagnosis").fill("K74")
    await screen.keyboard.press("Enter")

    await expect(screen.locator("#diagnoses")).to_contain_text("K74 Angina pectoris")


async def test_a_diagnosis_is_added_by_its_code_and_taken_away(screen: Page, stage: Stage) -> None:
    answers = {
        "POST /diagnoses": (201, {"id": record.ID, "diagnosis_id": "d-9", "version": 8}),
        "DELETE /diagnoses/d-9": (200, {"id": record.ID, "diagnosis_id": "d-9", "version": 9}),
    }
    calls = await opened(screen, stage, answers)
    await screen.keyboard.press("Alt+d")

    await screen.keyboard.type("k74")
    await screen.keyboard.press("Enter")

    await expect(screen.locator("#diagnoses")).to_contain_text("K74 Angina pectoris")
    assert calls.bodies("/diagnoses") == [{"code": "K74", "display": "Angina pectoris", "system": "icpc-2"}]
    await screen.get_by_role("button", name="Fjern K74").click()
    await expect(screen.locator("#diagnoses")).not_to_contain_text("K74")
    assert await calls.of("/diagnoses/d-9")[0].header_value("if-match") == '"8"'


async def test_a_code_without_words_is_asked_about(screen: Page, stage: Stage) -> None:
    calls = await opened(screen, stage, {})

    await screen.locator("#diagnosis").fill("Z99")
    await screen.keyboard.press("Enter")

    await expect(screen.locator(".field-error")).to_contain_text("Skriv kode og diagnose")
    await expect(screen.locator("#diagnosis")).to_have_value("Z99")
    assert calls.of("/diagnoses") == []


async def test_when_a_colleague_was_first_the_screen_says_who(screen: Page, stage: Stage) -> None:
    taken = 409, {"code": "already-taken", "doctor": "Anne Berg", "since": "2026-03-14T20:50:00Z"}
    await opened(screen, stage, {"POST /take": taken}, record.arrived())

    await screen.get_by_role("button", name="Ta pasient").click()

    await expect(screen.get_by_role("alert")).to_have_text("Anne Berg tok pasienten kl. 21:50.")


async def test_delivered_is_said_when_the_receipt_has_come(screen: Page, stage: Stage) -> None:
    messages = [
        record.message("1", "acknowledged"),
        record.message("2", "acknowledged", channel="shared-record"),
    ]
    found = 200, [message.model_dump(mode="json") for message in messages]
    await opened(screen, stage, {"GET /messages": found}, record.signed())
    second = screen.locator("#messages [data-id='2'] .st")
    await expect(second).to_have_text("Sendt")

    await expect(second).to_have_text("Levert")


async def test_the_headings_are_reached_from_the_keyboard(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, {})

    await screen.keyboard.press("Alt+3")
    await expect(screen.get_by_label("Vurdering")).to_be_focused()
    await screen.keyboard.press("Alt+5")

    await expect(screen.locator("[name=outcome]").first).to_be_focused()


async def test_j_and_k_walk_the_queue_but_not_while_writing(screen: Page, stage: Stage) -> None:
    await opened(screen, stage, {"PATCH /draft": saved(15)})
    await screen.keyboard.press("j")
    await expect(screen.locator("#queue a").nth(1)).to_be_focused()

    await screen.get_by_label("Plan").fill("")
    await screen.keyboard.type("jk")

    await expect(screen.get_by_label("Plan")).to_have_value("jk")
