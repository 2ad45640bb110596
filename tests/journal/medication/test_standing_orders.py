"""Standing orders: which files are read, for whom an order holds, how much and how soon. Tables of values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.vitals.example import example_text
from journal.rules.medication.standing import (
    Given,
    Receiver,
    StandingOrderBroken,
    StandingOrderText,
    against,
    in_unit,
    read_file,
)
from tests.journal.medication.orders import file_of, order

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
ADULT = Receiver(age_months=40 * 12, weight_kg=None)
CHILD = {"dose": None, "dose_per_kg": "15", "largest_dose": "1000", "age_months_min": 3, "weight_min": "5"}


def the(**changes: Any) -> StandingOrderText:
    [read] = read_file(file_of(order(**changes)))
    return read


def had(hours: float, dose: str = "1000", substance: str = "paracetamol", unit: str = "mg") -> Given:
    return Given(substance=substance, dose=Decimal(dose), unit=unit, at=NOW - timedelta(hours=hours))


def stands_against(
    read: StandingOrderText,
    receiver: Receiver = ADULT,
    *before: Given,
    dose: str = "1000",
    cleared: tuple[str, ...] = ("liver", "allergy"),
) -> list[str]:
    return against(read, receiver, dose=Decimal(dose), cleared=cleared, before=before, at=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"dose": None},
        {"dose_per_kg": "15", "largest_dose": "1000"},
        {"dose": None, "dose_per_kg": "15"},
        {"dose": "-1"},
        {"unit": "tsp"},
        {"route": "by ear"},
        {"valid_to": "2025-12-31"},
        {"age_months_max": 12},
        {"contraindications": [{"code": "liver", "nb": "A"}, {"code": "liver", "nb": "B"}]},
        {"approved_by": "meg"},
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_with_its_place(changes: dict[str, Any]) -> None:
    with pytest.raises(StandingOrderBroken) as refused:
        read_file(file_of(order(**changes)))
    assert "orders.0" in str(refused.value.facts["faults"])
    with pytest.raises(StandingOrderBroken):
        read_file(file_of(order(), order()))


@pytest.mark.parametrize(
    ("receiver", "why"),
    [
        (ADULT, []),
        (Receiver(age_months=None, weight_kg=None), ["age-unknown"]),
        (Receiver(age_months=215, weight_kg=None), ["too-young"]),
        (Receiver(age_months=216, weight_kg=None), []),
        (Receiver(age_months=480, weight_kg=None, allergy_known=True), []),
    ],
)
def test_for_whom_an_order_holds(receiver: Receiver, why: list[str]) -> None:
    assert stands_against(the(), receiver) == why


def test_what_was_not_asked_about_stands_against_it_also_a_noted_allergy() -> None:
    noted = Receiver(age_months=480, weight_kg=None, allergy_known=True)

    assert stands_against(the(), cleared=()) == ["not-ruled-out"]
    assert stands_against(the(), noted, cleared=("liver",)) == ["not-ruled-out"]
    assert stands_against(the(), noted, cleared=("liver", "allergy")) == []


@pytest.mark.parametrize(
    ("before", "dose", "why"),
    [
        ([], "1000", []),
        ([], "1001", ["dose-too-large"]),
        ([had(4)], "1000", []),
        ([had(3.9)], "1000", ["too-soon"]),
        ([had(5), had(10), had(15)], "1000", []),
        ([had(5), had(10), had(15), had(20)], "1000", ["ceiling-passed"]),
        ([had(5), had(10), had(15), had(25)], "1000", []),
        ([had(5), had(10), had(15, "1000.1")], "1000", ["ceiling-passed"]),
        ([had(5, "1", unit="g"), had(10, "3", unit="g")], "1000", ["ceiling-passed"]),
        ([had(5, substance="Paracetamol 24 mg/ml mikstur", dose="3500")], "1000", ["ceiling-passed"]),
        ([had(1, substance="ibuprofen")], "1000", []),
        ([had(5, "10", unit="mL")], "1000", ["ceiling-unknown"]),
    ],
)
def test_how_much_and_how_soon(before: list[Given], dose: str, why: list[str]) -> None:
    assert stands_against(the(), ADULT, *before, dose=dose) == why


@pytest.mark.parametrize(
    ("weight", "dose"),
    [("5", "75"), ("6.4", "96"), ("0.5", "7.5"), ("10.03", "150"), ("66.6", "999"), ("80", "1000")],
)
def test_a_dose_by_weight_is_rounded_down_and_has_a_ceiling(weight: str, dose: str) -> None:
    assert the(**CHILD).dose_for(Decimal(weight)) == Decimal(dose)


@given(st.decimals(min_value=1, max_value=200, places=2))
def test_nobody_gets_more_than_their_weight_says(weight: Decimal) -> None:
    dose = the(**CHILD).dose_for(weight)

    assert dose is not None
    assert 0 < dose <= min(15 * weight, Decimal(1000))


def test_without_a_weight_nobody_is_dosed_by_weight() -> None:
    child = Receiver(age_months=36, weight_kg=None)

    assert the(**CHILD).dose_for(None) is None
    assert stands_against(the(**CHILD), child) == ["weight-unknown"]
    assert stands_against(the(**CHILD), Receiver(age_months=36, weight_kg=Decimal(4)), dose="60") == [
        "too-light"
    ]


def test_only_mass_is_made_into_mass() -> None:
    assert in_unit(Decimal(1), "g", "mg") == 1000
    assert in_unit(Decimal(500), "ug", "mg") == Decimal("0.5")
    assert in_unit(Decimal(1), "mL", "mg") is None


def test_the_example_set_is_read_and_says_what_it_is() -> None:
    orders = read_file(example_text())

    assert all(each.code.startswith("eksempel-") for each in orders)
    assert all("eksempel" in each.medication for each in orders)
    assert any(each.double_check for each in orders)
