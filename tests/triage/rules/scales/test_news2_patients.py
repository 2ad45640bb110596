"""Whole patients by NEWS2; the edges of the chart are in `typed/news2.py`."""

from decimal import Decimal

import pytest

from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ScaleNotForPatient
from triage.rules.scales.values import Findings, Value

ADULT_MONTHS = 50 * 12


def asked(**values: Value) -> Evaluation:
    return evaluate(scale("news2"), Findings(age_months=ADULT_MONTHS, values=values))


def points(said: Evaluation, parameter: str) -> int | None:
    return {part.parameter: part.points for part in said.parts}[parameter]


def test_spo2_scale_2_without_knowing_air_or_oxygen_gives_no_points_yet() -> None:
    said = asked(spo2=Decimal(97), spo2_scale="2")

    assert points(said, "spo2_scale2") is None
    assert not said.complete


NORMAL: dict[str, Value] = {
    "rr": Decimal(16),
    "spo2": Decimal(97),
    "air_or_oxygen": "air",
    "sbp": Decimal(120),
    "hr": Decimal(70),
    "avpu": "A",
    "temp": Decimal("37.0"),
}


@pytest.mark.parametrize(
    ("changed", "total", "level", "minutes"),
    [
        ({}, 0, "low", 720),
        ({"hr": Decimal(91)}, 1, "low", 240),
        ({"hr": Decimal(111), "rr": Decimal(21)}, 4, "low", 240),
        ({"avpu": "C"}, 3, "low_medium", 60),
        ({"rr": Decimal(25), "hr": Decimal(91)}, 4, "low_medium", 60),
        ({"rr": Decimal(25), "hr": Decimal(111)}, 5, "medium", 60),
        ({"rr": Decimal(24), "hr": Decimal(111), "spo2": Decimal(92)}, 6, "medium", 60),
        ({"rr": Decimal(25), "hr": Decimal(111), "spo2": Decimal(92)}, 7, "high", 0),
        ({"temp": Decimal("37.5"), "rr": Decimal(25), "air_or_oxygen": "oxygen"}, 5, "medium", 60),
    ],
)
def test_totals_give_the_response_of_the_chart(
    changed: dict[str, Value], total: int, level: str, minutes: int
) -> None:
    said = asked(**{**NORMAL, **changed})

    assert (said.total, said.complete, said.level, said.monitor_minutes) == (total, True, level, minutes)


def test_a_single_three_is_named_as_what_decided() -> None:
    said = asked(**{**NORMAL, "avpu": "C"})

    assert [(reason.kind, reason.code) for reason in said.deciding] == [("parameter", "acvpu")]


@pytest.mark.parametrize(
    ("findings", "why"),
    [
        (Findings(age_months=191), "age"),
        (Findings(age_months=0), "age"),
        (Findings(age_months=400, pregnant=True), "pregnant"),
        (Findings(pregnant=True), "pregnant"),
    ],
)
def test_children_and_pregnant_patients_are_refused(findings: Findings, why: str) -> None:
    with pytest.raises(ScaleNotForPatient) as refused:
        evaluate(scale("news2"), findings, group="adult")

    assert (refused.value.code, refused.value.facts["why"]) == ("scale-not-for-patient", why)


def test_a_patient_of_sixteen_is_accepted() -> None:
    assert evaluate(scale("news2"), Findings(age_months=192, values=NORMAL)).level == "low"


def test_the_charts_own_names_are_understood_too() -> None:
    said = asked(acvpu="V", spo2_scale2=Decimal(90), air_or_oxygen="air")

    assert points(said, "acvpu") == 3
    assert points(said, "spo2_scale2") == 0
