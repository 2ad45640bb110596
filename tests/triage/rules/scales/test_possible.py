"""What a missing value may still do: whatever it turns out to be, the answer lies within what was said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings, Value


def numbers(low: int, high: int, tenths: bool = False) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda n: Decimal(n) / 10 if tenths else Decimal(n))


WHOLE = {
    "rr": numbers(0, 150),
    "hr": numbers(0, 350),
    "sbp": numbers(0, 350),
    "temp": numbers(200, 460, tenths=True),
    "spo2": numbers(0, 100),
    "avpu": st.sampled_from("ACVPU"),
    "air_or_oxygen": st.sampled_from(["air", "oxygen"]),
}
MOBILITY = {
    "adult": ["walking", "with_help", "stretcher"],
    "older_child": ["normal_for_age", "unable_to_walk_as_normal"],
    "younger_child": ["normal_for_age", "unable_to_move_as_normal"],
}
LEAST_AND_MOST = {"sats": (0, 17), "news2": (0, 20), "qsofa": (0, 3), "gcs": (3, 15)}


@st.composite
def patients(draw: st.DrawFn) -> tuple[str, str, dict[str, Value]]:
    """A scale, a group of it, and everything measured of somebody in that group."""
    id, group = draw(st.sampled_from([("sats", each) for each in MOBILITY] + [("news2", "adult")]))
    values: dict[str, Value] = {name: draw(each) for name, each in WHOLE.items()}
    if group == "younger_child" and values["avpu"] == "C":
        values["avpu"] = "V"
    if id == "sats":
        values["mobility"] = draw(st.sampled_from(MOBILITY[group]))
        values["trauma"] = draw(st.sampled_from(["no", "yes"]))
    else:
        values["spo2_scale"] = draw(st.sampled_from("12"))
    return id, group, values


def rank(said: Evaluation) -> int:
    assert said.rank is not None
    return said.rank


@settings(deadline=None, max_examples=300)
@given(patient=patients(), data=st.data())
def test_the_whole_answer_lies_within_what_the_half_answer_allowed(
    patient: tuple[str, str, dict[str, Value]], data: st.DataObject
) -> None:
    id, group, values = patient
    whole = evaluate(scale(id), Findings(values=values), group=group)
    left_out = data.draw(st.sets(st.sampled_from(whole.parts).map(lambda part: part.input)))

    half = evaluate(
        scale(id), Findings(values={n: v for n, v in values.items() if n not in left_out}), group=group
    )

    assert whole.complete
    assert half.possible.total_min <= whole.total <= half.possible.total_max
    assert half.possible.most_urgent.rank <= rank(whole) <= half.possible.least_urgent.rank
    assert set(half.missing) == left_out
    assert half.possible.least_urgent.rank == half.at_least


@pytest.mark.parametrize("id", LEAST_AND_MOST)
def test_of_somebody_nothing_is_known_of_every_total_is_possible(id: str) -> None:
    said = evaluate(scale(id), Findings())

    assert (said.possible.total_min, said.possible.total_max) == LEAST_AND_MOST[id]
    assert (said.level, said.complete) == (None, False)
    assert said.possible.most_urgent.rank == 1


def test_what_a_complete_score_allows_is_what_it_says() -> None:
    values: dict[str, Value] = {
        "rr": Decimal(22), "hr": Decimal(72), "sbp": Decimal(128), "temp": Decimal("36.8"),
        "avpu": "A", "mobility": "with_help", "trauma": "no",
    }  # fmt: skip

    said = evaluate(scale("sats"), Findings(age_months=600, values=values))

    assert (said.possible.total_min, said.possible.total_max, said.missing) == (3, 3, ())
    assert said.possible.least_urgent == said.possible.most_urgent
    assert said.possible.most_urgent.code == "yellow"


def test_a_missing_consciousness_may_hide_what_decides_by_itself() -> None:
    values: dict[str, Value] = {
        "rr": Decimal(12), "hr": Decimal(72), "sbp": Decimal(128), "temp": Decimal("36.8"),
        "mobility": "walking", "trauma": "no",
    }  # fmt: skip

    said = evaluate(scale("sats"), Findings(age_months=600, values=values))

    assert said.missing == ("avpu",)
    assert (said.possible.total_min, said.possible.total_max) == (0, 3)
    assert (said.possible.least_urgent.code, said.possible.most_urgent.code) == ("green", "orange")


def test_scale_2_waits_for_what_the_patient_breathes_and_says_both_ends() -> None:
    said = evaluate(scale("news2"), Findings(age_months=600, values={"spo2": Decimal(97), "spo2_scale": "2"}))

    without_the_rest = {
        "rr": Decimal(16),
        "sbp": Decimal(120),
        "hr": Decimal(70),
        "avpu": "A",
        "temp": Decimal(37),
    }
    rest: dict[str, Value] = {**without_the_rest, "spo2": Decimal(97), "spo2_scale": "2"}
    nearly = evaluate(scale("news2"), Findings(age_months=600, values=rest))

    assert "air_or_oxygen" in said.missing
    assert (nearly.possible.total_min, nearly.possible.total_max) == (0, 5)  # 0 on air; 3 and 2 on oxygen


@settings(deadline=None, max_examples=200)
@given(patient=patients(), age=st.integers(0, 1560), tenths=st.integers(-2000, 5000))
def test_every_possible_patient_gets_an_answer_and_every_other_a_refusal_with_its_limits(
    patient: tuple[str, str, dict[str, Value]], age: int, tenths: int
) -> None:
    id, group, values = patient
    given_temp = Decimal(tenths) / 10

    evaluate(scale(id), Findings(values=values), group=group)
    if id == "sats":
        only = {"rr": values["rr"], "hr": values["hr"], "temp": values["temp"], "trauma": values["trauma"]}
        evaluate(scale(id), Findings(age_months=age, values=only))
    code = None
    try:
        evaluate(scale(id), Findings(values={**values, "temp": given_temp}), group=group)
    except Exception as refused:
        code = getattr(refused, "code", "not-a-refusal")
    assert code == (None if Decimal(20) <= given_temp <= Decimal(46) else "value-not-possible")
