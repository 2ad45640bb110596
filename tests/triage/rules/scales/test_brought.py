"""A site's own scale: refused with the place and the reason, else taken as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.triage.site_scale import FJORD, fjord
from triage.rules.scales.brought.form import faults, load_brought
from triage.rules.scales.brought.try_out import require_tried, try_out
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import read_json, schema_text
from triage.rules.scales.refusals import ScaleBroken, ScaleUntried
from triage.rules.scales.scale import Scale
from triage.rules.scales.values import Findings


def asked(*signs: str, **more: Any) -> Evaluation:
    return evaluate(load_brought(fjord()), Findings(discriminators=frozenset(signs), **more))


def test_a_sites_scale_is_taken_as_it_is() -> None:
    scale = load_brought(fjord())

    require_tried(scale)
    assert [level.rank for level in scale.levels] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("change", "place", "problem"),
    [
        (lambda d: d.pop("licence"), "licence", "missing-key"),
        (lambda d: d["levels"][1].pop("rank"), "levels[1].rank", "missing-key"),
        (lambda d: d["levels"][1].update(rank=6), "levels[1].rank", "maximum"),
        (lambda d: d["levels"][1].update(colour="red"), "levels[1].colour", "unknown-key"),
        (
            lambda d: d["groups"][0]["parameters"][0]["bands"][2].update(score="two"),
            "groups[0].parameters[0].bands[2].score",
            "wrong-value",
        ),
        (
            lambda d: d["groups"][0]["parameters"][0].pop("unit"),
            "groups[0].parameters[0].unit",
            "missing-key",
        ),
        (lambda d: d["groups"][1].update(select={}), "groups[1].select", "minProperties"),
        (lambda d: d["rules"][0].update(below=3), "rules[0]", "dependentRequired"),
        (lambda d: d["test_cases"][0].pop("expect"), "test_cases[0].expect", "missing-key"),
        (lambda d: d.update(id="Fjord skala"), "id", "wrong-value"),
        (lambda d: d.update(format="triage-scale/2"), "format", "wrong-value"),
        (lambda d: d["rules"][0].update(signs=["weak_puls", "lethargy"]), "rules.shock", "unknown-name"),
        (lambda d: d["rules"][0].update(signs_at_least=4), "rules.shock", "more-signs-than-named"),
        (lambda d: d["groups"][0]["select"].update(pregnant=True), "groups.pregnant", "overlap"),
        (lambda d: d["groups"][0]["select"]["weight_kg"].update(max=39.8), "groups.weight_kg", "gap"),
        (
            lambda d: d["groups"][0]["parameters"][0]["confirm_outside"].update(max=400),
            "child.hr",
            "confirm-outside-not-within-accepted",
        ),
        (
            lambda d: d["groups"][0]["parameters"][0]["bands"].append({"min": 360, "max": 370, "score": 1}),
            "child.hr",
            "band-never-reached",
        ),
    ],
)
def test_a_faulty_file_is_refused_at_its_place(
    change: Callable[[dict[str, Any]], object], place: str, problem: str
) -> None:
    with pytest.raises(ScaleBroken) as refused:
        load_brought(fjord(change))

    assert (refused.value.facts["place"], refused.value.facts["problem"]) == (place, problem)


def test_every_fault_is_told_at_once() -> None:
    def both(data: dict[str, Any]) -> None:
        data["levels"][0].pop("rank")
        data["levels"][1].update(colour="red")

    found = faults(read_json(fjord(both)))

    assert [fault.place for fault in found] == ["levels[0].rank", "levels[1].colour"]


def test_a_key_given_twice_is_refused_for_one_of_the_two_would_be_lost() -> None:
    with pytest.raises(ScaleBroken) as refused:
        load_brought(fjord().replace('"id": "fjord"', '"id": "fjord", "id": "fjell"'))

    assert refused.value.facts["problem"] == "key-twice"


@pytest.mark.parametrize(
    ("change", "cases", "what"),
    [
        (lambda d: d.pop("test_cases"), 0, []),
        (lambda d: d["test_cases"][0]["expect"].update(total=1), 5, ["total"]),
        (lambda d: d["test_cases"][0]["expect"].update(level=None), 5, ["level"]),
        (lambda d: d["test_cases"][0]["expect"].update(refused="option-unknown"), 5, ["refused"]),
        (lambda d: d["test_cases"][2]["values"].update(hr=400), 5, ["refused"]),
        (lambda d: d["test_cases"][2]["expect"].update(to_confirm=[]), 5, ["to_confirm"]),
        (lambda d: d["test_cases"][1]["expect"].update(points={"hr": 1}), 5, ["points of hr"]),
        (lambda d: d["score_to_level"][4].update(level="very_soon"), 5, ["level"]),
    ],
)
def test_a_scale_that_does_not_pass_its_own_test_cases_is_refused(
    change: Callable[[dict[str, Any]], object], cases: int, what: list[str]
) -> None:
    scale = load_brought(fjord(change))

    with pytest.raises(ScaleUntried) as refused:
        require_tried(scale)

    assert refused.value.facts["cases"] == cases
    assert [failure.what for failure in try_out(scale)] == what


@pytest.mark.parametrize(
    ("known", "group", "notices"),
    [
        ({"age_months": 179}, "child", ()),
        ({"age_months": 180}, "adult", ()),
        ({"weight_kg": Decimal("39.94")}, "child", ()),
        ({"weight_kg": Decimal("39.95")}, "adult", ()),
        ({"weight_kg": Decimal(30), "age_months": 400}, "child", ("weight-and-age-disagree",)),
        ({"age_months": 170, "pregnant": True}, "adult", ()),
        ({"pregnant": True}, "adult", ()),
    ],
)
def test_weight_and_pregnancy_choose_the_group(
    known: dict[str, Any], group: str, notices: tuple[str, ...]
) -> None:
    said = asked(**known)

    assert said.group == group
    assert {notice for notice in said.notices if "disagree" in notice} == set(notices)


@pytest.mark.parametrize(
    ("signs", "at_least"),
    [
        (("cold_hands",), 5),
        (("cold_hands", "weak_pulse"), 5),
        (("weak_pulse", "lethargy", "slow_refill"), 5),
        (("cold_hands", "weak_pulse", "lethargy"), 1),
        (("cold_hands", "weak_pulse", "lethargy", "slow_refill"), 1),
    ],
)
def test_a_sign_in_parts_holds_when_enough_of_them_do(signs: tuple[str, ...], at_least: int) -> None:
    assert asked(*signs, age_months=400).at_least == at_least


def test_a_value_in_another_unit_is_refused_and_never_converted() -> None:
    scale = load_brought(fjord())

    said = evaluate(scale, Findings(values={"hr": Decimal(70)}, units={"hr": "{beats}/min"}))
    with pytest.raises(Exception, match="unit-not-understood"):
        evaluate(scale, Findings(values={"temp": Decimal(99)}, units={"temp": "[degF]"}))

    assert said.parts[0].points == 0


def test_the_published_form_and_the_program_know_the_same_keys() -> None:
    schema: Any = read_json(schema_text())
    published = set(schema["properties"])

    assert published >= set(FJORD)
    assert {name for name in Scale.model_fields if name != "digest"} <= published


def test_the_page_about_scales_names_every_key_of_the_form() -> None:
    page = (Path(__file__).parents[4] / "docs" / "scales.md").read_text(encoding="utf-8")
    schema: Any = read_json(schema_text())

    binding = {
        key
        for key, each in schema["properties"].items()
        if each.get("description") != "For people; binds nothing."
    }
    told = set(re.findall(r"`([a-z_]+)`", page))
    parts = {key for name in ("parameter", "group", "select", "level", "sign", "rule", "testCase")
             for key in schema["$defs"][name]["properties"]}  # fmt: skip

    assert binding - told == set()
    assert parts - told - {"note", "source", "disputed", "warning", "status"} == set()
