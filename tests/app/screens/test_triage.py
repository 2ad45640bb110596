"""The triage form as the server draws it: the scale's own signs and measurements for the patient's age."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.screens.triage.page import triage
from journal.queries.page import EncounterPage
from tests.app.screens import record, ward
from tests.app.screens.markup import Node, by_id, pick, read, words
from tests.triage.site_scale import fjord
from triage.queries.intake import ColleagueDraft, Earlier, EarlierScore, Intake, OwnDraft
from triage.rules.levels import levels
from triage.rules.scales.brought.form import load_brought
from triage.rules.scales.packs import scale
from triage.rules.scales.scale import Scale

INTAKE = Intake(
    earlier=(
        Earlier(
            at=ward.NOW - timedelta(days=2),
            here=False,
            complaint="Tung pust",
            scores=(
                EarlierScore(name="TEWS", total=2, complete=True),
                EarlierScore(name="NEWS2", total=3, complete=False),
            ),
            values={"rr": Decimal(18), "temp": Decimal("37.2")},
        ),
    ),
    colleagues=(
        ColleagueDraft(
            author="s-ola",
            name="Ola Nilsen",
            begun_at=ward.NOW - timedelta(minutes=7),
            saved_at=ward.NOW - timedelta(minutes=3),
        ),
    ),
    rooms=ward.ROOMS,
)


def drawn(
    page: EncounterPage,
    *,
    language: str = "nb",
    intake: Intake | None = None,
    used: Scale = scale("sats"),
    trial: Scale | None = None,
) -> Node:
    source = triage(
        page,
        scale=used,
        companion=scale("news2"),
        trial=trial,
        levels=levels(used),
        me=record.NURSE,
        now=ward.NOW,
        language=language,
        asset_version="v1",
        intake=intake or Intake(),
    )
    return read(source)


def aged(months: int | None, *, complaint: str = "Feber og hoste", **more: Any) -> EncounterPage:
    patient = record.page().patient.model_copy(update={"age_months": months, **more})
    return record.arrived(patient=patient, complaint=complaint)


def names(page: Node) -> list[str]:
    fields = pick(page, "//table//input[@name]")
    return list(dict.fromkeys(field.get("name") for field in fields))


def test_an_adult_is_asked_for_all_of_both_scores() -> None:
    asked = names(drawn(aged(78 * 12)))

    assert asked == [
        "rr", "spo2", "sbp", "dbp", "hr", "temp", "glucose", "avpu", "air_or_oxygen", "spo2_scale",
        "mobility", "trauma",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("months", "columns"), [(78 * 12, 2), (None, 2), (16 * 12, 2), (15 * 12, 1), (11, 1)]
)
def test_the_deterioration_score_stands_beside_only_for_whom_it_is_made(
    months: int | None, columns: int
) -> None:
    assert len(pick(drawn(aged(months)), "//th[@class='c']")) == columns


def begun(*, outdated: bool = False, pregnant: bool = False, **values: str) -> Intake:
    """The nurse's own draft."""
    text = {"values": values, "pregnant": pregnant}
    return Intake(draft=OwnDraft(version=1, saved_at=ward.NOW, text=text, outdated=outdated))


@pytest.mark.parametrize(
    ("draft", "asked", "columns"),
    [
        (Intake(), "walking", 2),
        (begun(height_cm="104"), "unable_to_walk_as_normal", 1),
        (begun(height_cm="94,4"), "unable_to_move_as_normal", 1),
        (begun(height_cm="104", outdated=True), "walking", 2),
        (begun(height_cm="1"), "walking", 2),  # half a number
    ],
)
def test_somebody_whose_age_nobody_knows_is_asked_by_the_table_of_their_length(
    draft: Intake, asked: str, columns: int
) -> None:
    page = drawn(aged(None), intake=draft)

    assert [size.get("name") for size in pick(page, "//p[@class='sizes']/input")] == ["height_cm"]
    assert asked in [answer.get("value") for answer in pick(page, "//input[@name='mobility']")]
    assert len(pick(page, "//th[@class='c']")) == columns


def for_the_pregnant(data: dict[str, Any]) -> None:
    bleeds = {"id": "bleeds", "nb": "Blør", "kind": "categorical"}
    bleeds["options"] = [{"code": "no", "nb": "Nei", "score": 0}, {"code": "yes", "nb": "Ja", "score": 3}]
    data["groups"][1]["select"].pop("pregnant")
    data["groups"].append({"id": "pregnant", "select": {"pregnant": True}, "parameters": [bleeds]})
    data["test_cases"][3]["expect"]["group"] = "pregnant"


def test_who_is_pregnant_is_asked_by_the_table_for_the_pregnant() -> None:
    used = load_brought(fjord(for_the_pregnant))

    assert "bleeds" not in names(drawn(aged(30 * 12), used=used))
    assert "bleeds" in names(drawn(aged(30 * 12), used=used, intake=begun(pregnant=True)))


def test_what_only_the_scale_on_trial_asks_for_is_asked_too_and_gives_no_points() -> None:
    page = drawn(aged(78 * 12), trial=load_brought(fjord()))

    assert names(page)[-1] == "pain"
    assert [words(cell)[0] for cell in pick(page, "//table//tbody/tr[last()]/td[@class='c']")] == ["–", "–"]
    (sign,) = pick(page, "//label[@data-sign='slow_refill']")
    assert pick(sign, ".//*[contains(@class,'markwrap')]") == []


def test_which_spo2_scale_is_asked_whatever_scale_the_ward_triages_by() -> None:
    assert "spo2_scale" in names(drawn(aged(78 * 12), used=load_brought(fjord())))


def test_the_youngest_cannot_be_called_confused() -> None:
    answers = pick(drawn(aged(11)), "//input[@name='avpu']")

    assert [answer.get("value") for answer in answers] == ["A", "V", "P", "U"]


def test_consciousness_is_asked_in_the_usual_order() -> None:
    answers = pick(drawn(aged(78 * 12)), "//input[@name='avpu']")

    assert [answer.get("value") for answer in answers] == ["A", "C", "V", "P", "U"]


def marks_of(page: Node, where: str) -> list[str]:
    return [words(mark)[0] for mark in pick(page, f"//{where}//label//*[contains(@class,'markwrap')]")]


def test_signs_stand_most_urgent_first_when_nobody_knows_the_complaint() -> None:
    marks = marks_of(drawn(aged(78 * 12, complaint="Noe rart")), "fieldset[@class='signs']")

    assert marks == sorted(marks)
    assert {"1", "2", "3"} == set(marks)


def test_what_fits_the_complaint_stands_first_and_every_red_sign_is_in_sight() -> None:
    page = drawn(aged(78 * 12, complaint="Feber og hoste i 3 døgn"))

    assert "Verste tegn for «Feber og hoste»" in words(by_id(page, "signs-title"))
    first = [box.get("value") for box in pick(page, "//*[@id='signs-first']//input")]
    assert first == ["sob_acute", "reduced_consciousness", "coughing_blood"]
    assert set(marks_of(page, "*[@id='signs-red']")) == {"1"}
    assert "1" not in marks_of(page, "*[@id='signs-rest']")
    everything = [box.get("value") for box in pick(page, "//input[@name='discriminators']")]
    assert sorted(everything) == sorted(sign.code for sign in scale("sats").signs("adult"))


def test_earlier_values_stand_beside_with_where_they_are_from() -> None:
    page = drawn(aged(78 * 12), intake=INTAKE)

    assert "før 18, 12.03.2026, Tung pust" in words(pick(page, "//table[@class='vit']//tbody/tr[1]")[0])
    assert "Forrige: TEWS 2 · NEWS2 ≥ 3 (12.03.2026, Tung pust)" in words(pick(page, "//*[@class='meta']")[0])


def test_a_colleague_who_has_begun_is_named() -> None:
    page = drawn(aged(78 * 12), intake=INTAKE)

    notice = words(by_id(page, "colleagues"))
    assert "Ola Nilsen begynte på triage kl. 21:40, sist lagret 21:44." in notice


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_one_key_chooses_one_answer_in_every_language(language: str) -> None:
    page = drawn(aged(78 * 12), language=language)
    keys: dict[str, list[str]] = {}
    for radio in pick(page, "//table//input[@type='radio']"):
        keys.setdefault(radio.get("name"), []).append(radio.get("data-key") or "")

    assert keys["avpu"] == list("acvpu")
    assert keys["spo2_scale"] == ["1", "2"]
    assert all(len(set(each)) == len(each) and all(each) for each in keys.values())


def test_a_level_nobody_waits_at_is_not_offered() -> None:
    offered = [radio.get("value") for radio in pick(drawn(aged(78 * 12)), "//input[@name='level']")]

    assert offered == ["red", "orange", "yellow", "green"]


@pytest.mark.parametrize(
    ("months", "sex", "asked"),
    [
        (30 * 12, "female", True),
        (30 * 12, "male", False),
        (78 * 12, "female", False),
        (None, "unknown", True),
    ],
)
def test_pregnancy_is_asked_where_it_can_be(months: int | None, sex: str, asked: bool) -> None:
    assert bool(pick(drawn(aged(months, sex=sex)), "//input[@name='pregnant']")) is asked


def test_the_former_scores_are_shown_at_a_new_assessment() -> None:
    assert "Forrige kl. 21:47: TEWS 4 · NEWS2 5" in words(pick(drawn(record.page()), "//*[@class='meta']")[0])


def test_the_words_of_the_scale_follow_the_language() -> None:
    norwegian, english = drawn(aged(78 * 12)), drawn(aged(78 * 12), language="en")

    assert "Hjertestans" in words(by_id(norwegian, "assessment"))
    assert "Cardiac arrest" in words(by_id(english, "assessment"))


@pytest.mark.parametrize(
    ("used", "offered"),
    [
        (scale("news2"), ["high", "medium", "low_medium", "low"]),
        (load_brought(fjord()), ["now", "very_soon", "soon", "standard", "wait"]),
    ],
)
def test_a_scale_with_four_levels_or_five_of_its_own_is_drawn_by_rank(
    used: Scale, offered: list[str]
) -> None:
    source = triage(
        aged(50 * 12),
        scale=used,
        companion=None if used.id == "news2" else scale("news2"),
        levels=levels(used),
        me=record.NURSE,
        now=ward.NOW,
        language="nb",
        asset_version="v1",
    )
    page = read(source)

    assert [radio.get("value") for radio in pick(page, "//input[@name='level']")] == offered
    marks = [words(mark)[0] for mark in pick(page, "//div[@class='pick']//*[@class='mark']")]
    assert marks == [str(number) for number in range(1, len(offered) + 1)]
