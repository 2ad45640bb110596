"""Check-in, placing, taking, triage and signing in: typed once, sent once, and refused in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.desk import desk
from app.screens.sign_in import DemoAccount, display_entry, sign_in
from app.screens.triage import triage
from core.ids import Role
from tests.app.screens import record, ward
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage, say
from triage.rules.levels import levels
from triage.rules.scales.beside import evaluate_beside
from triage.rules.scales.engine import evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings

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

    await expect(screen.locator("#list-error")).to_have_text(
        "Per K.: En annen har endret dette. Se over og prøv igjen."
    )
    await expect(chosen).to_have_value("Rom 3")


async def test_taking_a_patient_opens_the_record(screen: Page, stage: Stage) -> None:
    stage.pages["/encounters/e-14"] = BLANK
    calls = await at_the_desk(screen, stage, {"POST /take": (200, {"id": "e-14", "version": 2})})

    await screen.locator("[data-id=e-14]").get_by_role("button", name="Ta pasient").click()

    await screen.wait_for_url("**/encounters/e-14")
    assert calls.bodies("/take") == [{}]


async def test_the_second_doctor_is_told_who_was_first(screen: Page, stage: Stage) -> None:
    taken = 409, {"code": "already-taken", "doctor": "Anne Berg", "since": "2026-03-14T20:50:00Z"}
    await at_the_desk(screen, stage, {"POST /take": taken})

    await screen.locator("[data-id=e-14]").get_by_role("button", name="Ta pasient").click()

    await expect(screen.locator("#list-error")).to_have_text("Amina Y.: Anne Berg tok pasienten kl. 21:50.")


async def test_the_list_can_be_narrowed_to_ones_own(screen: Page, stage: Stage) -> None:
    await at_the_desk(screen, stage, {})

    await screen.get_by_text("Mine", exact=True).click()

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


def scores(signs: dict[str, Any], marks: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What the real engine says, as the server would answer."""
    findings = Findings(age_months=945, values=signs, discriminators=marks)
    main = evaluate(scale("sats"), findings)
    beside = [each.model_dump(mode="json") for each in evaluate_beside("sats", findings)]
    return {**main.model_dump(mode="json"), "beside": beside}


async def at_triage(screen: Page, stage: Stage, answers: dict[str, Any]) -> Calls:
    calls = Calls(answers)
    await calls.play(screen)
    stage.pages["/encounters/e-12/triage"] = triage(
        record.arrived(),
        scale=scale("sats"),
        companion=scale("news2"),
        levels=levels(scale("sats")),
        me=record.NURSE,
        now=ward.NOW,
        language="nb",
        asset_version="v1",
    )
    await screen.goto("/encounters/e-12/triage")
    return calls


_SIGNS = {
    "rr": "22", "spo2": "95", "sbp": "118", "hr": "104", "temp": "38.4", "avpu": "A", "air_or_oxygen": "air",
    "mobility": "with_help", "trauma": "no",
}  # fmt: skip


def _numbers() -> dict[str, Any]:
    return {name: Decimal(v) if v.replace(".", "").isdigit() else v for name, v in _SIGNS.items()}


async def test_points_and_suggestion_follow_what_is_typed(screen: Page, stage: Stage) -> None:
    calls = await at_triage(screen, stage, {"POST /evaluate": [(200, scores({})), (200, scores(_numbers()))]})
    await expect(screen.locator("#suggestion")).to_contain_text("Ikke nok til et forslag")

    await screen.get_by_label("Temperatur", exact=True).fill("38,4")

    await expect(screen.locator("#suggestion")).to_contain_text("Forslag: Gul")
    await expect(screen.locator("#total-sats")).to_have_text("4")
    await expect(screen.locator("#total-news2")).to_have_text("5")
    await expect(screen.locator("[data-scale=sats][data-parameters=rr]")).to_have_text("2")
    await expect(screen.locator("[name=level][value=yellow]")).to_be_checked()
    assert calls.bodies("/evaluate")[-1]["vital_signs"] == {"temp": "38.4", "spo2_scale": "1"}


async def test_another_level_than_suggested_asks_for_a_reason(screen: Page, stage: Stage) -> None:
    stage.pages["/units/nordvik"] = BLANK
    answers = {"POST /evaluate": (200, scores(_numbers())), "POST /assessments": (201, {"version": 8})}
    calls = await at_triage(screen, stage, answers)
    await expect(screen.locator("#suggestion")).to_contain_text("Forslag: Gul")
    await screen.get_by_text("Oransje", exact=True).click()
    await expect(screen.locator("#other-level")).to_contain_text("Du velger høyere enn forslaget")

    await screen.keyboard.press("Control+Enter")
    await expect(screen.get_by_label("Hvorfor?")).to_be_focused()
    await screen.get_by_label("Hvorfor?").fill("Blek og klam")
    await screen.keyboard.press("Control+Enter")

    await screen.wait_for_url("**/units/nordvik")
    body = calls.bodies("/assessments")
    assert [(each["level"], each["reason"], each["scale"]) for each in body] == [
        ("orange", "Blek og klam", "sats")
    ]


async def test_an_impossible_value_is_said_at_once_and_not_sent(screen: Page, stage: Stage) -> None:
    calls = await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})

    await screen.get_by_label("SpO₂", exact=True).fill("180")
    await screen.get_by_label("SpO₂", exact=True).blur()

    await expect(screen.locator("#spo2-error")).to_have_text("Må være mellom 0 og 100.")
    await screen.keyboard.press("Control+Enter")
    assert calls.of("/assessments") == []
    assert all("spo2" not in each["vital_signs"] for each in calls.bodies("/evaluate"))


async def test_arrow_keys_step_and_enter_goes_on(screen: Page, stage: Stage) -> None:
    await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})
    temperature = screen.get_by_label("Temperatur", exact=True)
    await temperature.fill("38,4")

    await temperature.press("ArrowUp")
    await temperature.press("Enter")

    await expect(temperature).to_have_value("38,5")
    await expect(screen.get_by_label("Blodsukker", exact=True)).to_be_focused()


async def test_an_unmeasured_value_does_not_come_from_a_button(screen: Page, stage: Stage) -> None:
    await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})

    await screen.get_by_label("Mer Puls").click()

    await expect(screen.get_by_label("Puls", exact=True)).to_have_value("")


async def test_a_last_value_that_changes_the_level_is_seen_before_it_is_sent(
    screen: Page, stage: Stage
) -> None:
    worse = _numbers() | {"rr": Decimal(31), "hr": Decimal(131)}
    evaluations = [(200, scores(_numbers())), (200, scores(worse))]
    calls = await at_triage(screen, stage, {"POST /evaluate": evaluations})
    await expect(screen.locator("#submit-word")).to_have_text("Sett i kø som Gul")

    await screen.get_by_role("button", name="Sett i kø").click()

    await expect(screen.locator("#submit-word")).to_have_text("Sett i kø som Rød")
    assert calls.of("/assessments") == []


@pytest.mark.parametrize(("assessments", "sent"), [(0, 2), (1, 1)])
async def test_another_room_meanwhile_does_not_stop_triage_but_another_assessment_does(
    screen: Page, stage: Stage, assessments: int, sent: int
) -> None:
    stage.pages["/units/nordvik"] = BLANK
    now = record.arrived(version=9, assessments=(record.assessment(),) * assessments)
    answers = {
        "POST /evaluate": (200, scores(_numbers())),
        "POST /assessments": [(412, {"code": "stale"}), (201, {"version": 10})],
        f"GET /api/encounters/{record.ID}": (200, now.model_dump(mode="json")),
    }
    calls = await at_triage(screen, stage, answers)
    await expect(screen.locator("#submit-word")).to_have_text("Sett i kø som Gul")

    await screen.get_by_role("button", name="Sett i kø").click()

    if sent == 2:
        await screen.wait_for_url("**/units/nordvik")
    else:
        await expect(screen.get_by_role("alert")).to_contain_text("En annen har endret dette")
    assert len(calls.of("/assessments")) == sent


async def test_a_sign_is_found_by_typing(screen: Page, stage: Stage) -> None:
    await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})

    await screen.get_by_label("Finn tegn").fill("hjerte")

    assert await screen.locator(".signs .opt:visible").all_inner_texts() == ["Hjertestans\n1\nHastegrad Rød"]


async def test_a_wrong_password_is_said_without_saying_which(screen: Page, stage: Stage) -> None:
    await Calls({"POST /sign-in": (401, {"code": "not-signed-in"})}).play(screen)
    stage.pages["/login"] = sign_in([], language="nb", asset_version="v1")
    await screen.goto("/login")
    await screen.get_by_label("Brukernavn").fill("nora")
    await screen.get_by_label("Passord").fill("feil")

    await screen.keyboard.press("Enter")

    await expect(screen.get_by_role("alert")).to_have_text("Feil brukernavn eller passord.")
    await expect(screen.get_by_label("Brukernavn")).to_have_value("nora")


async def test_signing_in_goes_where_one_was_going(screen: Page, stage: Stage) -> None:
    account = DemoAccount(username="nora", password="made-up-word", name="Nora Lie", role=Role.TRIAGE_NURSE)
    calls = Calls({"POST /sign-in": (200, {"name": "Nora Lie", "role": "triage-nurse", "unit": "nordvik"})})
    await calls.play(screen)
    stage.pages["/encounters/1"] = BLANK
    stage.pages["/login"] = sign_in([account], language="nb", asset_version="v1", next="/encounters/1")
    await screen.goto("/login")

    await screen.get_by_role("button", name="Nora Lie").click()

    await screen.wait_for_url("**/encounters/1")
    assert calls.bodies("/sign-in") == [{"username": "nora", "password": "made-up-word"}]


async def test_a_wall_screen_signs_in_with_the_token_of_its_link(screen: Page, stage: Stage) -> None:
    calls = Calls({"POST /displays/sign-in": (200, {"id": "d-1"})})
    await calls.play(screen)
    stage.pages["/wall/nordvik"] = BLANK
    stage.pages["/display/nordvik"] = display_entry("nordvik", language="nb", asset_version="v1")

    await screen.goto("/display/nordvik#token=abc.def")

    await screen.wait_for_url("**/wall/nordvik")
    assert calls.bodies("/displays/sign-in") == [{"token": "abc.def"}]


async def test_a_token_that_is_not_valid_can_be_typed_again(screen: Page, stage: Stage) -> None:
    await Calls({"POST /displays/sign-in": (401, {"code": "not-signed-in"})}).play(screen)
    stage.pages["/display/nordvik"] = display_entry("nordvik", language="nb", asset_version="v1")

    await screen.goto("/display/nordvik#token=old")

    await expect(screen.locator("#token-error")).to_have_text("Koden gjelder ikke. Be om en ny.")
    assert "old" not in screen.url
