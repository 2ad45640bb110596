"""A scale brought by a site is refused with the place named when it does not hold together."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from triage.rules.scales.packs import load_scale
from triage.rules.scales.refusals import ScaleBroken

WHOLE: dict[str, Any] = {
    "format": "triage-scale/1",
    "id": "small",
    "name": "A small scale",
    "table_version": "1",
    "status": "for tests",
    "licence": {"status": "our own"},
    "source": ["made here"],
    "groups": [
        {
            "id": "child",
            "select": {"age_months": {"min": 0, "max": 143}, "height_cm": {"min": 0, "max": 150}},
            "parameters": [
                {"id": "trauma", "kind": "categorical", "options": [{"code": "no", "score": 0}]},
            ],
        },
        {
            "id": "adult",
            "select": {"age_months": {"min": 144, "max": None}, "height_cm": {"min": 151, "max": None}},
            "parameters": [
                {
                    "id": "temp",
                    "kind": "numeric",
                    "unit": "Cel",
                    "resolution": 0.1,
                    "accepted": {"min": 20.0, "max": 46.0},
                    "bands": [
                        {"min": None, "max": 34.9, "score": 2},
                        {"min": 35.0, "max": 38.4, "score": 0},
                        {"min": 38.5, "max": None, "score": 2},
                    ],
                },
                {
                    "id": "spo2",
                    "kind": "numeric_by",
                    "by": "air",
                    "accepted": {"min": 0, "max": 100},
                    "cases": {"yes": [{"score": 0}], "no": [{"min": 0, "max": None, "score": 3}]},
                },
                {
                    "id": "air",
                    "kind": "categorical",
                    "options": [{"code": "no", "score": 1}, {"code": "yes", "score": 0}],
                },
            ],
        },
    ],
    "score_to_level": [{"min": 0, "max": 2, "level": "wait"}, {"min": 3, "max": None, "level": "now"}],
    "levels": [
        {"code": "now", "rank": 1, "target_minutes": 0},
        {"code": "wait", "rank": 2, "target_minutes": 60},
    ],
    "discriminators": {"adult": [{"code": "chest_pain", "level": "now"}]},
    "rules": [{"code": "cold", "input": "temp", "below": 30, "level": "now"}],
}


def changed(change: Callable[[dict[str, Any]], object]) -> str:
    data = copy.deepcopy(WHOLE)
    change(data)
    return json.dumps(data)


def temp(data: dict[str, Any]) -> dict[str, Any]:
    return parameter(data, 0)


def parameter(data: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = data["groups"][1]["parameters"][number]
    return found


def select(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["groups"][0]["select"]
    return found


def test_a_scale_that_holds_together_is_loaded() -> None:
    loaded = load_scale(json.dumps(WHOLE))

    assert [group.id for group in loaded.groups] == ["child", "adult"]
    assert [level.code for level in loaded.levels] == ["now", "wait"]


@pytest.mark.parametrize(
    ("change", "place", "value", "problem"),
    [
        (lambda d: temp(d)["bands"][1].update(max=38.3), "adult.temp", "38.4", "gap"),
        (lambda d: temp(d)["bands"][1].update(max=38.5), "adult.temp", "38.5", "overlap"),
        (lambda d: temp(d)["bands"].pop(0), "adult.temp", "20.0", "gap"),
        (lambda d: temp(d)["bands"].clear(), "adult.temp", "20.0", "gap"),
        (lambda d: temp(d).update(resolution=0.01), "adult.temp", "34.91", "gap"),
        (lambda d: temp(d).update(resolution=0.7), "adult.temp", "20.0-46.0", "range-not-in-whole-steps"),
        (lambda d: temp(d).update(resolution=0.0001), "adult.temp", "20.0-46.0", "range-not-in-whole-steps"),
        (lambda d: temp(d).pop("accepted"), "adult.temp", "", "no-accepted-range"),
        (lambda d: parameter(d, 1)["cases"].pop("no"), "adult.spo2", "air", "cases-do-not-match"),
        (lambda d: parameter(d, 1).update(by="oxygen"), "adult.spo2", "oxygen", "cases-do-not-match"),
        (lambda d: parameter(d, 1)["cases"]["no"][0].update(min=1), "adult.spo2", "0", "gap"),
        (lambda d: parameter(d, 2)["options"][0].pop("score"), "adult.air", "", "option-without-score"),
        (lambda d: parameter(d, 2)["options"][0].update(code="yes"), "adult.air", "yes", "twice"),
        (lambda d: select(d)["age_months"].update(max=142), "groups.age_months", "143", "gap"),
        (lambda d: select(d)["height_cm"].update(max=151), "groups.height_cm", "151", "overlap"),
        (lambda d: d["score_to_level"][1].update(min=4), "score_to_level", "3", "gap"),
        (lambda d: d["score_to_level"][0].update(max=3), "score_to_level", "3", "overlap"),
        (lambda d: d["levels"][0].update(rank=3), "score_to_level", "", "higher-total-less-urgent"),
        (lambda d: d["score_to_level"][0].update(level="later"), "score_to_level", "later", "unknown-level"),
        (
            lambda d: d["discriminators"]["adult"][0].update(level="later"),
            "discriminators",
            "later",
            "unknown-level",
        ),
        (lambda d: d["discriminators"].update(baby=[]), "discriminators", "baby", "unknown-group"),
        (lambda d: d["rules"][0].update(level="later"), "rules", "later", "unknown-level"),
        (lambda d: d["levels"][0].update(rank=2), "levels", "2", "twice"),
        (lambda d: d.update(assumed_group="baby"), "assumed_group", "baby", "unknown-group"),
        (lambda d: temp(d).update(resolutoin=0.1), "groups.1.parameters.0.resolutoin", "", "extra_forbidden"),
        (lambda d: d.update(format="triage-scale/2"), "format", "", "literal_error"),
    ],
)
def test_a_broken_scale_is_refused_at_the_place_where_it_breaks(
    change: Callable[[dict[str, Any]], object], place: str, value: str, problem: str
) -> None:
    with pytest.raises(ScaleBroken) as refused:
        load_scale(changed(change))

    facts = refused.value.facts
    assert (facts["place"], facts["value"], facts["problem"]) == (place, value, problem)


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"format": NaN}'])
def test_what_is_no_scale_at_all_is_refused_too(text: str) -> None:
    with pytest.raises(ScaleBroken):
        load_scale(text)
