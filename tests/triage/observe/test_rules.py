"""When somebody is worse, what a plan asks for, and which limits call a doctor: tables of values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from triage.rules.observe.plan import (
    Limit,
    NewObservation,
    ObservationNotPossible,
    first_due,
    left_out,
    passed,
    require_possible,
)
from triage.rules.observe.rounds import NewMeasurement, carried, evaluate_round, values_of
from triage.rules.observe.standing import Look, last_total, limits_passed, worse_since
from triage.rules.observe.worse import Score, is_worse
from triage.rules.safety.alarms import Limits, Rule, Waiting, judge
from triage.rules.scale_use.asked import kept
from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ParameterUnknown, ValueNotPossible
from triage.rules.scales.values import Findings

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
QUIET = Score(2, complete=True, highest=1)


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        (QUIET, Score(2, True, 1), False),
        (QUIET, Score(3, True, 1), False),  # one point is what measuring gives
        (QUIET, Score(4, True, 2), True),  # two points within a band
        (QUIET, Score(3, True, 3), True),  # 3 in one measurement
        (Score(4, True, 2), Score(5, True, 2), True),  # one point that asks for an urgent response
        (Score(6, True, 3), Score(7, True, 3), True),
        (Score(7, True, 3), Score(6, True, 3), False),
        (None, Score(4, True, 2), False),
        (None, Score(5, True, 2), True),
        (QUIET, Score(5, False, 2), True),  # not all was measured, and it is enough already
        (QUIET, Score(2, False, 1), None),  # cannot tell
        (Score(1, False, 1), Score(4, True, 2), False),  # how it was before is not known
        (QUIET, None, None),
    ],
)
def test_who_is_worse(before: Score | None, now: Score | None, worse: bool | None) -> None:
    assert is_worse(before, now) is worse


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 3), st.integers(0, 3))
def test_nobody_is_worse_with_a_lower_score_and_no_worse_single_measurement(
    total: int, fall: int, highest: int, less: int
) -> None:
    before = Score(total, True, highest)
    after = Score(max(0, total - fall), True, max(0, highest - less))

    assert is_worse(before, after) is False


def look(minutes: int, score: Score | None = None, **values: float) -> Look:
    numbers = {code: Decimal(str(value)) for code, value in values.items()}
    return Look(NOW + timedelta(minutes=minutes), score, numbers)


def test_the_newest_round_that_can_tell_says_how_somebody_stands() -> None:
    triage = look(0, QUIET)
    ill, only_pulse = look(10, Score(6, True, 2)), look(20, Score(0, False, 0))

    assert worse_since(triage, [only_pulse, ill]) is True
    assert worse_since(triage, [look(30, QUIET), only_pulse, ill]) is False
    assert worse_since(look(15, Score(6, True, 2)), [only_pulse, ill]) is None  # triage came after
    assert last_total([only_pulse, ill, triage]) == 6


def test_limits_look_at_the_newest_value_of_each() -> None:
    limits = [Limit(code="spo2", low=Decimal(90)), Limit(code="news2", high=Decimal(5))]
    low, only_pulse = look(10, Score(6, True, 3), spo2=88), look(20, Score(0, False, 0), hr=80)

    assert limits_passed(limits, [low], since=NOW) == ("spo2", "news2")
    assert limits_passed(limits, [only_pulse, low], since=NOW) == ("spo2", "news2")
    assert limits_passed(limits, [look(30, QUIET, spo2=95), only_pulse, low], since=NOW) == ()
    assert limits_passed(limits, [low], since=NOW + timedelta(minutes=11)) == ()  # before the plan


@pytest.mark.parametrize(
    ("low", "high", "value", "calls"),
    [
        (90, None, "90", True),
        (90, None, "90.1", False),
        (None, 38.5, "38.5", True),
        (None, 38.5, "38.4", False),
    ],
)
def test_the_limits_themselves_call(low: Any, high: Any, value: str, calls: bool) -> None:
    limit = Limit(code="temp", low=low, high=high)

    assert bool(passed([limit], {"temp": Decimal(value)})) is calls
    assert passed([limit], {"hr": Decimal(1)}) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"signs": ()},
        {"signs": ("rr", "rr")},
        {"every_minutes": 4},
        {"every_minutes": 241},
        {"limits": ({"code": "rr"},)},
        {"limits": ({"code": "rr", "low": 30, "high": 8},)},
        {"limits": ({"code": "news2", "low": 3},)},
        {"limits": ({"code": "rr", "low": 8}, {"code": "rr", "high": 30})},
        {"limits": ({"code": "avpu", "low": 8},)},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    plan = {"question": "Hodeskade", "signs": ("rr",), "every_minutes": 30, "until_at": NOW.isoformat()}

    NewObservation.model_validate(plan)
    with pytest.raises(ValidationError):
        NewObservation.model_validate({**plan, **changes})


def test_when_to_measure() -> None:
    minutes = timedelta(minutes=1)

    assert first_due(None, 30, NOW) == NOW + 10 * minutes
    assert first_due(None, 5, NOW) == NOW + 5 * minutes
    assert first_due(NOW - 5 * minutes, 30, NOW) == NOW + 25 * minutes
    assert first_due(NOW - 90 * minutes, 30, NOW) == NOW + 10 * minutes
    assert left_out(("rr", "spo2"), ["spo2", "hr"]) == ("rr",)
    for until in (NOW, NOW + timedelta(hours=24, seconds=1)):
        with pytest.raises(ObservationNotPossible):
            require_possible(until, NOW)
    require_possible(NOW + timedelta(hours=24), NOW)


def measured(**values: Any) -> NewMeasurement:
    return NewMeasurement.model_validate({"vital_signs": values})


ILL = {"rr": 24, "spo2": 91, "hr": 105, "sbp": 120, "temp": 37, "avpu": "A", "air_or_oxygen": "air"}


def test_what_triage_said_still_holds_and_is_not_asked_again() -> None:
    sats = scale("sats")
    triage = Findings(pregnant=False, values={"spo2_scale": "2", "trauma": "yes", "hr": Decimal(60)})
    findings = carried(measured(**ILL).findings(70 * 12), kept(triage))

    news2 = {each.scale: each for each in evaluate_round(sats, findings)}["news2"]

    assert findings.values["hr"] == 105
    assert news2.complete
    assert news2.total == 2 + 0 + 1  # rr, SpO2 91 on scale 2, pulse
    plain = {each.scale: each for each in evaluate_round(sats, measured(**ILL).findings(70 * 12))}["news2"]
    assert plain.total == 2 + 3 + 1


def test_a_child_is_measured_also_where_no_table_fits_and_the_impossible_is_refused() -> None:
    news2, years = scale("news2"), 3 * 12
    given_ = measured(rr=30, temp=38.44, avpu="A")

    assert evaluate_round(news2, given_.findings(years)) == ()
    kept_ = {each.code: each.value or each.text for each in values_of(given_, given_.findings(years))}
    assert kept_ == {"rr": Decimal(30), "temp": Decimal("38.4"), "avpu": "A"}
    with pytest.raises(ValueNotPossible):
        evaluate_round(news2, measured(rr=400).findings(years))
    with pytest.raises(ParameterUnknown):
        evaluate_round(news2, measured(mood="glad").findings(years))
    assert [each.scale for each in evaluate_round(scale("sats"), given_.findings(years))] == ["sats"]


@pytest.mark.parametrize(
    ("times", "rules", "next_look"),
    [
        ({}, None, None),
        ({"target_at": -5, "next_assessment_at": -5}, None, None),  # a doctor has come: that is over
        ({"observe_at": 10}, None, 10),
        ({"observe_at": 0}, {Rule.OBSERVATION}, None),
        ({"observe_at": 10, "limit_at": -1}, {Rule.LIMIT}, 10),
        (
            {"observe_at": -1, "worse_at": -1, "limit_at": -1},
            {Rule.LIMIT, Rule.WORSE, Rule.OBSERVATION},
            None,
        ),
    ],
)
def test_what_is_measured_rings_also_for_those_who_have_a_doctor(
    times: dict[str, int], rules: set[Rule] | None, next_look: int | None
) -> None:
    moments = {name: NOW + timedelta(minutes=at) for name, at in times.items()}
    waiting = Waiting(level=3, arrived_at=NOW - timedelta(hours=9), has_doctor=True, **moments)

    verdict = judge(waiting, None, Limits(), NOW)

    assert (verdict.alarm.rules if verdict.alarm else None) == rules
    assert verdict.look_at == (None if next_look is None else NOW + timedelta(minutes=next_look))
