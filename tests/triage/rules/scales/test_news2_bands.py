"""Every edge of the NEWS2 chart, typed from its columns and not read from the scale file."""

from decimal import Decimal

import pytest

from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ScaleNotForPatient
from triage.rules.scales.values import Findings, Value

ADULT_MONTHS = 50 * 12
EDGES = {
    "rr": "0=3 8=3 9=1 11=1 12=0 20=0 21=2 24=2 25=3 150=3",
    "spo2": "0=3 91=3 92=2 93=2 94=1 95=1 96=0 100=0",
    "sbp": "0=3 90=3 91=2 100=2 101=1 110=1 111=0 120=0 219=0 220=3 350=3",
    "hr": "0=3 40=3 41=1 50=1 51=0 90=0 91=1 110=1 111=2 130=2 131=3 350=3",
    "temp": "20.0=3 35.0=3 35.1=1 36.0=1 36.1=0 37.5=0 38.0=0 38.1=1 39.0=1 39.1=2 46.0=2",
    "avpu": "A=0 C=3 V=3 P=3 U=3",
    "air_or_oxygen": "air=0 oxygen=2",
}
SCALE_2 = {
    "air": "0=3 83=3 84=2 85=2 86=1 87=1 88=0 92=0 93=0 94=0 95=0 96=0 97=0 100=0",
    "oxygen": "0=3 83=3 84=2 85=2 86=1 87=1 88=0 92=0 93=1 94=1 95=2 96=2 97=3 100=3",
}
NAMED_AS_ON_THE_CHART = {"spo2": "spo2_scale1", "avpu": "acvpu"}


def rows(table: dict[str, str]) -> list[tuple[str, str, int]]:
    pairs = [(name, pair.split("=")) for name, row in table.items() for pair in row.split()]
    return [(name, value, int(points)) for name, (value, points) in pairs]


def asked(**values: Value) -> Evaluation:
    return evaluate(scale("news2"), Findings(age_months=ADULT_MONTHS, values=values))


def points(said: Evaluation, parameter: str) -> int | None:
    return {part.parameter: part.points for part in said.parts}[parameter]


@pytest.mark.parametrize(("name", "value", "expected"), rows(EDGES))
def test_a_value_gives_the_points_of_its_column(name: str, value: str, expected: int) -> None:
    said = asked(**{name: Decimal(value) if value[0].isdigit() else value})

    assert points(said, NAMED_AS_ON_THE_CHART.get(name, name)) == expected


@pytest.mark.parametrize(("breathing", "value", "expected"), rows(SCALE_2))
def test_spo2_scale_2_depends_on_what_the_patient_breathes(breathing: str, value: str, expected: int) -> None:
    said = asked(spo2=Decimal(value), spo2_scale="2", air_or_oxygen=breathing)

    assert points(said, "spo2_scale2") == expected
    assert "spo2_scale1" not in {part.parameter for part in said.parts}


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
