from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Invalid
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings, Value

SATS, NEWS2 = scale("sats"), scale("news2")
WELL: dict[str, Value] = {
    "rr": Decimal(12),
    "hr": Decimal(72),
    "sbp": Decimal(128),
    "temp": Decimal("36.8"),
    "avpu": "A",
    "mobility": "walking",
    "trauma": "no",
}


def adult(*signs: str, **values: Value) -> Evaluation:
    return evaluate(
        SATS, Findings(age_months=600, values={**WELL, **values}, discriminators=frozenset(signs))
    )


def child(months: int, *signs: str, **values: Value) -> Evaluation:
    return evaluate(SATS, Findings(age_months=months, values=values, discriminators=frozenset(signs)))


def why(said: Evaluation) -> list[tuple[str, str]]:
    return [(reason.kind, reason.code) for reason in said.deciding]


def test_a_feverish_woman_of_78_with_cough_is_yellow_by_score() -> None:
    said = adult(
        rr=Decimal(22), hr=Decimal(104), sbp=Decimal(132), temp=Decimal("38.4"), mobility="with_help"
    )

    assert (said.total, said.complete, said.level, said.rank) == (4, True, "yellow", 3)
    assert why(said) == [
        ("score", "total"),
        ("parameter", "rr"),
        ("parameter", "mobility"),
        ("parameter", "hr"),
    ]


def test_chest_pain_is_orange_however_good_the_numbers_are() -> None:
    said = adult("chest_pain")

    assert (said.total, said.level) == (0, "orange")
    assert why(said) == [("sign", "chest_pain")]
    assert "ecg-at-once" in said.notices


def test_the_most_urgent_of_sign_and_score_counts() -> None:
    said = adult("abdominal_pain", rr=Decimal(30), hr=Decimal(130), mobility="stretcher")

    assert said.level == "red"
    assert why(said)[0] == ("score", "total")


@pytest.mark.parametrize(
    ("values", "level", "code"),
    [
        ({"spo2": Decimal(91)}, "red", "spo2-below-92"),
        ({"glucose": Decimal("2.9")}, "red", "glucose-below-3"),
        ({"avpu": "C"}, "orange", "reduced_consciousness"),
        ({"avpu": "V"}, "orange", "reduced_consciousness"),
    ],
)
def test_a_single_measurement_may_raise_the_level(values: dict[str, Value], level: str, code: str) -> None:
    said = adult(**values)

    assert said.level == level
    assert ("measurement", code) in why(said)


@pytest.mark.parametrize(("name", "value"), [("spo2", "92"), ("glucose", "3.0"), ("glucose", "2.95")])
def test_a_measurement_at_the_limit_does_not(name: str, value: str) -> None:
    assert adult(**{name: Decimal(value)}).level == "green"


@pytest.mark.parametrize(
    ("months", "values", "level", "code"),
    [
        (1, {}, "orange", "tiny_baby"),
        (24, {"avpu": "P"}, "red", "avpu_p_or_u"),
        (60, {"avpu": "U"}, "red", "avpu_p_or_u"),
        (60, {"avpu": "C"}, "red", "confusion"),
    ],
)
def test_a_childs_sign_is_read_from_what_was_measured(
    months: int, values: dict[str, Value], level: str, code: str
) -> None:
    said = child(months, **values)

    assert said.level == level
    assert ("measurement", code) in why(said)


def test_a_baby_of_two_months_is_no_longer_tiny() -> None:
    assert child(2).level is None


@pytest.mark.parametrize(
    ("values", "notice"),
    [
        ({"rr": Decimal(15)}, "measure-spo2"),
        ({"avpu": "V"}, "measure-glucose"),
        ({"glucose": Decimal("11.1")}, "measure-ketones"),
        ({"spo2": Decimal(91), "air_or_oxygen": "air"}, "give-oxygen"),
    ],
)
def test_findings_call_for_what_to_do_next(values: dict[str, Value], notice: str) -> None:
    assert notice in adult(**values).notices
    assert notice not in adult().notices


@pytest.mark.parametrize(
    ("values", "notice"),
    [
        ({"rr": Decimal(15), "spo2": Decimal(97)}, "measure-spo2"),
        ({"avpu": "V", "glucose": Decimal(5)}, "measure-glucose"),
        ({"spo2": Decimal(91), "air_or_oxygen": "oxygen"}, "give-oxygen"),
    ],
)
def test_nothing_is_called_for_that_is_already_done(values: dict[str, Value], notice: str) -> None:
    assert notice not in adult(**values).notices


def test_nothing_measured_is_not_green() -> None:
    said = evaluate(SATS, Findings(age_months=600))

    assert (said.total, said.complete, said.level, said.rank, said.at_least) == (0, False, None, None, 4)
    assert said.deciding == ()
    assert {"incomplete", "not-settled"} <= set(said.notices)


def test_an_incomplete_score_raises_but_stays_marked_incomplete() -> None:
    said = evaluate(SATS, Findings(age_months=600, values={"rr": Decimal(30), "hr": Decimal(111)}))

    assert (said.total, said.complete, said.level) == (5, False, "orange")
    assert "incomplete" in said.notices
    assert "not-settled" not in said.notices


def test_a_red_sign_needs_no_measurements() -> None:
    said = evaluate(SATS, Findings(age_months=600, discriminators=frozenset({"cardiac_arrest"})))

    assert (said.level, said.complete) == ("red", False)


def test_temperature_is_rounded_half_up_before_it_is_looked_up() -> None:
    said = adult(temp=Decimal("38.45"))

    assert [(p.value, p.points) for p in said.parts if p.parameter == "temp"] == [("38.5", 2)]


def test_an_evaluation_names_the_exact_table_it_came_from() -> None:
    said = adult()

    assert (said.scale, said.version, said.digest) == ("sats", SATS.table_version, SATS.digest)
    assert len(said.digest) == 64


@pytest.mark.parametrize(
    ("findings", "group", "assumed"),
    [
        (Findings(age_months=0), "younger_child", False),
        (Findings(age_months=35), "younger_child", False),
        (Findings(age_months=36), "older_child", False),
        (Findings(age_months=143), "older_child", False),
        (Findings(age_months=144), "adult", False),
        (Findings(height_cm=Decimal(94)), "younger_child", False),
        (Findings(height_cm=Decimal(95)), "older_child", False),
        (Findings(height_cm=Decimal(150)), "older_child", False),
        (Findings(height_cm=Decimal(151)), "adult", False),
        (Findings(age_months=30, height_cm=Decimal(97)), "older_child", False),
        (Findings(), "adult", True),
    ],
)
def test_length_decides_the_table_then_age_and_unknown_is_marked(
    findings: Findings, group: str, assumed: bool
) -> None:
    said = evaluate(SATS, findings)

    assert (said.group, said.group_assumed) == (group, assumed)
    assert ("group-assumed" in said.notices) == assumed


def test_a_small_woman_measured_is_told_that_length_and_age_disagree() -> None:
    said = evaluate(SATS, Findings(age_months=480, height_cm=Decimal(148)))

    assert said.group == "older_child"
    assert "length-and-age-disagree" in said.notices


def test_the_group_may_be_said_outright() -> None:
    said = evaluate(SATS, Findings(age_months=480, height_cm=Decimal(148)), group="adult")

    assert (said.group, said.group_assumed) == ("adult", False)


@pytest.mark.parametrize(
    ("findings", "group", "code", "fact"),
    [
        (Findings(values={"avpu": "C"}), "younger_child", "option-unknown", ("parameter", "avpu")),
        (
            Findings(values={"mobility": "walking"}),
            "older_child",
            "option-unknown",
            ("parameter", "mobility"),
        ),
        (Findings(values={"trauma": "maybe"}), "adult", "option-unknown", ("parameter", "trauma")),
        (Findings(values={"rrr": Decimal(12)}), "adult", "parameter-unknown", ("parameter", "rrr")),
        (Findings(values={"hr": "fast"}), "adult", "value-not-possible", ("parameter", "hr")),
        (Findings(values={"hr": Decimal(351)}), "adult", "value-not-possible", ("max", "350")),
        (Findings(values={"rr": Decimal(-1)}), "adult", "value-not-possible", ("min", "0")),
        (Findings(values={"temp": Decimal("46.04")}), "adult", "value-not-possible", ("max", "46.0")),
        (Findings(values={"spo2": Decimal(101)}), "adult", "value-not-possible", ("parameter", "spo2")),
        (Findings(values={"hr": Decimal("NaN")}), "adult", "value-not-possible", ("parameter", "hr")),
        (Findings(values={"hr": Decimal("Infinity")}), "adult", "value-not-possible", ("parameter", "hr")),
        (Findings(age_months=-1), None, "value-not-possible", ("parameter", "age_months")),
        (Findings(height_cm=Decimal(1000)), None, "value-not-possible", ("parameter", "height_cm")),
        (Findings(discriminators=frozenset({"chestpain"})), "adult", "sign-unknown", ("sign", "chestpain")),
        (Findings(discriminators=frozenset({"apnoea"})), "adult", "sign-unknown", ("sign", "apnoea")),
        (Findings(), "teenager", "group-unknown", ("group", "teenager")),
    ],
)
def test_what_cannot_be_is_refused_and_named(
    findings: Findings, group: str | None, code: str, fact: tuple[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        evaluate(SATS, findings, group=group)

    assert refused.value.code == code
    assert refused.value.facts[fact[0]] == fact[1]


@pytest.mark.parametrize("scale_id", ["sats", "news2"])
def test_all_that_is_measured_can_be_asked_of_both_scales(scale_id: str) -> None:
    recorded: dict[str, Value] = {
        "spo2": Decimal(97),
        "dbp": Decimal(80),
        "glucose": Decimal("5.4"),
        "air_or_oxygen": "air",
        "spo2_scale": "1",
    }
    findings = Findings(age_months=600, values={**WELL, **recorded}, discriminators=frozenset({"chest_pain"}))

    assert evaluate(scale(scale_id), findings).complete


def numbers(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(Decimal)


MEASURED = {
    "rr": numbers(0, 150),
    "hr": numbers(0, 350),
    "sbp": numbers(0, 350),
    "temp": st.integers(200, 460).map(lambda tenths: Decimal(tenths) / 10),
    "spo2": numbers(0, 100),
    "glucose": st.integers(1, 600).map(lambda tenths: Decimal(tenths) / 10),
    "avpu": st.sampled_from("ACVPU"),
    "mobility": st.sampled_from(["walking", "with_help", "stretcher"]),
    "trauma": st.sampled_from(["no", "yes"]),
    "air_or_oxygen": st.sampled_from(["air", "oxygen"]),
}
SOME_VALUES = st.fixed_dictionaries({}, optional=MEASURED)
SOME_SIGNS = st.frozensets(st.sampled_from([sign.code for sign in SATS.signs("adult")]), max_size=3)


@settings(deadline=None)
@given(values=SOME_VALUES, signs=SOME_SIGNS)
def test_the_total_is_the_sum_of_the_points_and_never_settles_green_while_incomplete(
    values: dict[str, Value], signs: frozenset[str]
) -> None:
    said = evaluate(SATS, Findings(age_months=600, values=values, discriminators=signs))

    assert said.total == sum(part.points or 0 for part in said.parts)
    assert said.complete == all(part.points is not None for part in said.parts)
    assert said.complete or said.level != "green"


@settings(deadline=None)
@given(values=SOME_VALUES, signs=SOME_SIGNS, left_out=st.sampled_from(sorted(MEASURED)))
def test_knowing_more_never_makes_a_patient_less_urgent(
    values: dict[str, Value], signs: frozenset[str], left_out: str
) -> None:
    fewer = {name: value for name, value in values.items() if name != left_out}

    for each in (SATS, NEWS2):
        before = evaluate(each, Findings(age_months=600, values=fewer, discriminators=signs))
        after = evaluate(each, Findings(age_months=600, values=values, discriminators=signs))

        assert after.total >= before.total
        assert after.at_least <= before.at_least


@settings(deadline=None)
@given(values=SOME_VALUES, signs=SOME_SIGNS, one_more=SOME_SIGNS)
def test_one_more_sign_never_makes_a_patient_less_urgent(
    values: dict[str, Value], signs: frozenset[str], one_more: frozenset[str]
) -> None:
    before = evaluate(SATS, Findings(age_months=600, values=values, discriminators=signs))
    after = evaluate(SATS, Findings(age_months=600, values=values, discriminators=signs | one_more))

    assert after.at_least <= before.at_least
    assert after.total == before.total


@pytest.mark.parametrize("scale_id", ["sats", "news2"])
def test_further_from_the_middle_never_gives_fewer_points(scale_id: str) -> None:
    tables = [
        [band.score for band in bands]
        for _, parameter in scale(scale_id).sections()
        for bands in (parameter.bands, *parameter.cases.values())
        if bands
    ]

    for scores in tables:
        middle = scores.index(0)
        assert scores[: middle + 1] == sorted(scores[: middle + 1], reverse=True)
        assert scores[middle:] == sorted(scores[middle:])
    assert tables
