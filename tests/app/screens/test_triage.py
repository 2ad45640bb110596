"""The triage form as the server draws it: the scale's own signs and measurements for the patient's age."""

from __future__ import annotations

from typing import Any

import pytest

from app.screens.triage import triage
from journal.queries.page import EncounterPage
from tests.app.screens import record, ward
from tests.app.screens.markup import Node, by_id, pick, read, words
from triage.rules.levels import levels
from triage.rules.scales.packs import scale


def drawn(page: EncounterPage, *, language: str = "nb") -> Node:
    source = triage(
        page,
        scale=scale("sats"),
        companion=scale("news2"),
        levels=levels(scale("sats")),
        me=record.NURSE,
        now=ward.NOW,
        language=language,
        asset_version="v1",
    )
    return read(source)


def aged(months: int | None, **more: Any) -> EncounterPage:
    patient = record.page().patient.model_copy(update={"age_months": months, **more})
    return record.arrived(patient=patient)


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


def test_the_youngest_cannot_be_called_confused() -> None:
    answers = pick(drawn(aged(11)), "//input[@name='avpu']")

    assert [answer.get("value") for answer in answers] == ["A", "V", "P", "U"]


def test_consciousness_is_asked_in_the_usual_order() -> None:
    answers = pick(drawn(aged(78 * 12)), "//input[@name='avpu']")

    assert [answer.get("value") for answer in answers] == ["A", "C", "V", "P", "U"]


def test_signs_stand_most_urgent_first_with_their_level() -> None:
    marks = [
        words(mark)[0]
        for mark in pick(
            drawn(aged(78 * 12)), "//fieldset[@class='signs']//label//*[contains(@class,'markwrap')]"
        )
    ]

    assert marks == sorted(marks)
    assert {"1", "2", "3"} == set(marks)


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
