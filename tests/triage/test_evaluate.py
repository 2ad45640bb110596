"""Asking a scale over HTTP: complete, explained, and without leaving a trace."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from core.store.event_log import EventRow
from tests.cast import UNIT, system
from tests.conftest import Served
from tests.triage.site_scale import fjord
from triage.commands.bring_scale import ScaleOfUnit, bring_scale, choose_scale
from triage.tables import Assessment

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


async def asked(served: Served, scale: str, **question: Any) -> tuple[int, dict[str, Any]]:
    answer = await served.http.post(
        f"/api/scales/{scale}/evaluate", json=question, headers=served.cast.nora.headers
    )
    return answer.status_code, answer.json()


async def test_an_answer_explains_itself_and_leaves_no_record(served: Served) -> None:
    status, said = await asked(
        served,
        "sats",
        age_months=600,
        vital_signs={"rr": 22, "temp": "38.45", "hr": {"value": 104, "unit": "/min"}},
        discriminators=["chest_pain"],
    )

    assert (status, said["level"], said["total"], said["complete"]) == (200, "orange", 5, False)
    parts = {part["parameter"]: part for part in said["parts"]}
    assert parts["rr"]["band"] == {"min": "21", "max": "29", "by": None}
    assert (parts["temp"]["value"], parts["temp"]["points"], parts["temp"]["unit"]) == ("38.5", 2, "Cel")
    assert said["missing"] == ["mobility", "sbp", "avpu", "trauma"]
    assert (said["possible"]["total_min"], said["possible"]["total_max"]) == (5, 14)
    assert said["possible"]["most_urgent"] == {"code": "red", "rank": 1}
    assert [(each["kind"], each["code"]) for each in said["deciding"]][:2] == [
        ("sign", "chest_pain"),
        ("score", "total"),
    ]
    assert said["deciding"][1] == {"kind": "score", "code": "total", "points": 5, "min": "5", "max": "6"}
    assert [each["scale"] for each in said["beside"]] == ["news2"]

    async def records(session: Any) -> tuple[int, int]:
        counted = [
            await session.scalar(select(func.count()).select_from(each)) for each in (Assessment, EventRow)
        ]
        return counted[0], counted[1]

    assert await served.store.read(records) == (0, 0)


_REFUSED: list[tuple[dict[str, Any], str, dict[str, Any]]] = [
    ({"vital_signs": {"hr": 351}}, "value-not-possible", {"parameter": "hr", "min": "0", "max": "350"}),
    ({"vital_signs": {"hr": -1}}, "value-not-possible", {"parameter": "hr", "min": "0", "max": "350"}),
    ({"vital_signs": {"temp": 46.01}}, "value-not-possible", {"max": "46.0"}),
    ({"age_months": -1}, "value-not-possible", {"parameter": "age_months"}),
    ({"age_months": 1561}, "value-not-possible", {"parameter": "age_months"}),
    ({"height_cm": 19}, "value-not-possible", {"parameter": "height_cm"}),
    ({"weight_kg": 0}, "value-not-possible", {"parameter": "weight_kg"}),
    (
        {"vital_signs": {"temp": {"value": 99, "unit": "[degF]"}}},
        "unit-not-understood",
        {"parameter": "temp", "expected": "Cel"},
    ),
    ({"age_months": 12, "vital_signs": {"avpu": "C"}}, "option-unknown", {"parameter": "avpu"}),
    ({"vital_signs": {"pulse": 70}}, "parameter-unknown", {"parameter": "pulse"}),
    ({"discriminators": ["chestpain"]}, "sign-unknown", {"sign": "chestpain"}),
    ({"version": "none such"}, "scale-unknown", {}),
    ({"vital_signs": {"hr": 1e9}}, "invalid", {}),
    ({"pulse": 70}, "invalid", {}),
]


async def test_every_refusal_has_its_code(served: Served) -> None:
    for question, code, facts in _REFUSED:
        status, said = await asked(served, "sats", **question)

        assert (status, said["code"]) == (422, code), question
        assert {name: said[name] for name in facts} == facts, question


@pytest.mark.parametrize(("height", "beside"), [(104, []), (176, ["news2"])])
async def test_a_child_by_length_whose_age_nobody_knows_gets_no_adult_score_beside(
    served: Served, height: int, beside: list[str]
) -> None:
    _, said = await asked(served, "sats", height_cm=height, vital_signs={"rr": 24})

    assert [each["scale"] for each in said["beside"]] == beside


@pytest.mark.parametrize("question", [{"age_months": 191}, {"age_months": 360, "pregnant": True}])
async def test_news2_is_not_for_children_or_in_pregnancy(served: Served, question: dict[str, Any]) -> None:
    status, said = await asked(served, "news2", **question)

    assert (status, said["code"]) == (422, "scale-not-for-patient")


async def test_an_odd_value_counts_and_is_asked_about(served: Served) -> None:
    _, said = await asked(served, "sats", age_months=600, vital_signs={"hr": 230, "spo2": 60})

    assert {(each["parameter"], each["min"], each["max"]) for each in said["to_confirm"]} == {
        ("hr", "30", "220"),
        ("spo2", "70", "100"),
    }
    assert next(part["points"] for part in said["parts"] if part["parameter"] == "hr") == 3


async def test_the_scale_on_trial_answers_beside_the_units_own(served: Served) -> None:
    await served.store.write(system(), bring_scale, fjord())
    await served.store.write(system(UNIT), choose_scale, ScaleOfUnit(scale="sats", beside="fjord"))

    _, said = await asked(served, "sats", age_months=600, vital_signs={"hr": 125, "pain": "some"})
    _, alone = await asked(served, "fjord", age_months=600, vital_signs={"hr": 125, "pain": "some"})

    assert [(each["scale"], each["level"]) for each in said["beside"]] == [
        ("fjord", "very_soon"),
        ("news2", None),
    ]
    assert (alone["scale"], alone["version"], alone["level"]) == ("fjord", "2026-1", "very_soon")


async def test_glasgow_is_answered_as_a_sum_and_a_missing_part_is_said(served: Served) -> None:
    _, said = await asked(served, "gcs", age_months=600, vital_signs={"eye": 4, "motor": 6})

    assert (said["total"], said["complete"], said["missing"]) == (10, False, ["verbal"])
    assert (said["possible"]["total_min"], said["possible"]["total_max"]) == (11, 15)
