"""Triage and signing in: typed once, sent once, and refused in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.async_api import Page, expect

from app.screens.sign_in import DemoAccount, display_entry, sign_in
from app.screens.triage.page import triage
from app.ward.cases_children import CHILDREN
from app.ward.cases_common import COMMON
from app.ward.cases_urgent import URGENT
from core.ids import Role
from tests.app.screens import record, ward
from tests.app.screens.browser.calls import Calls
from tests.app.screens.browser.conftest import Stage
from triage.rules.complaints.pack import complaint_in, complaints_of
from triage.rules.levels import levels
from triage.rules.scales.beside import evaluate_beside
from triage.rules.scales.engine import evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

BLANK = "<!doctype html><title>Her</title>"


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


async def test_on_a_tablet_no_sign_lies_over_another(screen: Page, stage: Stage) -> None:
    await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})
    await screen.set_viewport_size({"width": 820, "height": 1180})

    await screen.keyboard.press("Alt+t")

    await expect(screen.locator("#sign-filter")).to_be_focused()
    ends = [
        (await each.bounding_box() or {}).get("y", 0)
        for each in await screen.locator("#signs-rest .opt").all()
    ]
    below = await screen.locator("#history").bounding_box()
    assert below is not None
    assert len(ends) > 20
    assert max(ends) < below["y"]


async def test_another_level_than_suggested_asks_for_a_reason(screen: Page, stage: Stage) -> None:
    stage.pages["/units/nordvik"] = BLANK
    answers = {"POST /evaluate": (200, scores(_numbers())), "POST /assessments": (201, {"version": 8})}
    calls = await at_triage(screen, stage, answers)
    await expect(screen.locator("#suggestion")).to_contain_text("Forslag: Gul")
    await screen.get_by_text("Oransje", exact=True).click()
    await expect(screen.locator("#other-level")).to_contain_text("Du velger høyere enn forslaget")

    await screen.keyboard.press("Control+Enter")
    await expect(screen.get_by_label("Hvorfor?")).to_be_focused()
    await screen.get_by_label("Hvorfor?").select_option("clinical-look")
    await screen.keyboard.press("Control+Enter")
    await expect(screen.get_by_label("Beskriv kort")).to_be_focused()
    await screen.get_by_label("Beskriv kort").fill("Blek og klam")
    await screen.keyboard.press("Control+Enter")

    await screen.wait_for_url("**/units/nordvik")
    body = calls.bodies("/assessments")
    assert [(each["level"], each["reason"], each["reason_code"], each["scale"]) for each in body] == [
        ("orange", "Blek og klam", "clinical-look", "sats")
    ]


async def test_an_impossible_value_is_said_at_once_and_not_sent(screen: Page, stage: Stage) -> None:
    calls = await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})

    await screen.get_by_label("SpO₂", exact=True).fill("180")
    await screen.get_by_label("SpO₂", exact=True).blur()

    await expect(screen.locator("#spo2-error")).to_have_text("Må være mellom 0 og 100.")
    await screen.keyboard.press("Control+Enter")
    assert calls.of("/assessments") == []
    assert all("spo2" not in each["vital_signs"] for each in calls.bodies("/evaluate"))


async def test_an_odd_value_is_asked_about_and_sent_only_when_somebody_says_it_is_right(
    screen: Page, stage: Stage
) -> None:
    stage.pages["/units/nordvik"] = BLANK
    odd = scores(_numbers() | {"hr": Decimal(230)})
    answers = {"POST /evaluate": (200, odd), "POST /assessments": (201, {"version": 8})}
    calls = await at_triage(screen, stage, answers)
    question = screen.get_by_label("Puls 230 er uvanlig. Stemmer det?")
    await expect(question).not_to_be_checked()

    await screen.get_by_role("button", name="Sett i kø").click()
    await expect(screen.locator("main [data-form-error]")).to_have_text(
        "Uvanlige verdier må bekreftes før de føres."
    )
    assert calls.of("/assessments") == []
    await question.check()
    await screen.keyboard.press("Control+Enter")

    await screen.wait_for_url("**/units/nordvik")
    assert [each["confirmed"] for each in calls.bodies("/assessments")] == [["hr"]]


async def test_what_is_missing_may_make_it_more_urgent_and_that_is_said(screen: Page, stage: Stage) -> None:
    some = {"rr": Decimal(16), "hr": Decimal(80)}
    await at_triage(screen, stage, {"POST /evaluate": (200, scores(some))})

    said = screen.locator("#suggestion p")
    await expect(said).to_have_text(
        "Minst Grønn ut fra det som er målt. Fyll inn resten. Kan være Rød når resten er målt."
    )


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

    await screen.keyboard.press("Alt+t")
    await screen.get_by_label("Finn tegn").fill("lukket")

    found = screen.locator("#signs-rest .opt:visible")
    assert await found.all_inner_texts() == ["Lukket brudd\n3\nHastegrad Gul"]
    await expect(screen.get_by_label("Hjertestans")).to_be_visible()  # a red sign is never hidden


async def test_another_complaint_brings_its_own_signs_first_and_hides_nothing(
    screen: Page, stage: Stage
) -> None:
    await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})
    every = await screen.locator("[name=discriminators]").count()
    await screen.get_by_label("Hoster blod").check()

    await screen.get_by_label("Kontaktårsak").fill("vondt i brystet siden i går")

    await expect(screen.locator("#signs-title")).to_have_text("Verste tegn for «Brystsmerter»")
    first = await screen.locator("#signs-first input").evaluate_all("all => all.map(each => each.value)")
    assert first == ["sob_acute", "chest_pain", "reduced_consciousness", "coughing_blood", "pain_severe"]
    assert await screen.locator("[name=discriminators]").count() == every
    await screen.get_by_label("Kontaktårsak").fill("noe ingen kjenner")
    await expect(screen.locator("#signs-title")).to_have_text("Tegn som avgjør")
    assert await screen.locator("#signs-first input").count() == every


async def test_the_complaint_is_found_by_a_word_for_it_and_free_text_stays(
    screen: Page, stage: Stage
) -> None:
    await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})
    complaint = screen.get_by_label("Kontaktårsak")

    await complaint.fill("nyrest")
    await expect(screen.get_by_role("option")).to_have_text(["Flankesmerter"])
    await screen.keyboard.press("ArrowDown")
    await screen.keyboard.press("Enter")

    await expect(complaint).to_have_value("Flankesmerter")
    await expect(screen.get_by_role("listbox")).to_be_hidden()
    await complaint.fill("nyresteiner på rad")
    await screen.keyboard.press("Enter")
    await expect(complaint).to_have_value("nyresteiner på rad")


async def test_what_the_server_and_the_browser_understand_by_a_complaint_is_the_same(
    screen: Page, stage: Stage
) -> None:
    await at_triage(screen, stage, {"POST /evaluate": (200, scores({}))})
    known = complaints_of(scale("sats"))
    written = [
        *(case.complaint for case in (*COMMON, *URGENT, *CHILDREN)), "FEBER og hoste!", "Magesmerte",
        "å, Øre-verk", "diaré/oppkast", "  ", "Gøyande hoste i natt", "fall og feber", "Frühstück",
    ]  # fmt: skip

    found = await screen.evaluate(
        """async written => {
            const { meant } = await import("/static/v1/lib/complaints.js");
            const { complaints } = JSON.parse(document.getElementById("triage").textContent);
            return written.map(each => meant(each, complaints)?.code ?? null);
        }""",
        written,
    )

    said = [complaint_in(each, known) for each in written]
    assert found == [each.code if each else None for each in said]


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

    await expect(screen.locator("#token-error")).to_have_text("Nøkkelen gjelder ikke. Be om en ny.")
    assert "old" not in screen.url
