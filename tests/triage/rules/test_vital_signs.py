from decimal import Decimal

import pytest

from core.errors import Invalid
from triage.rules.vital_signs import VITAL_SIGNS, rounded


@pytest.mark.parametrize(
    ("code", "unit", "loinc", "low", "high"),
    [
        ("rr", "/min", "9279-1", 12, 20),
        ("spo2", "%", "2708-6", 96, None),
        ("hr", "/min", "8867-4", 51, 90),
        ("sbp", "mm[Hg]", "8480-6", 111, 219),
        ("dbp", "mm[Hg]", "8462-4", None, None),
        ("temp", "Cel", "8310-5", Decimal("36.1"), Decimal("38.0")),
        ("glucose", "mmol/L", "15074-8", None, None),
    ],
)
def test_a_vital_sign_has_its_unit_its_code_and_the_band_news2_gives_no_points(
    code: str, unit: str, loinc: str, low: int | Decimal | None, high: int | Decimal | None
) -> None:
    sign = VITAL_SIGNS[code]

    assert (sign.unit, sign.loinc[0], sign.usual_low, sign.usual_high) == (unit, loinc, low, high)


@pytest.mark.parametrize(
    ("code", "value", "expected"),
    [
        ("temp", "38.45", "38.5"),
        ("temp", "38.44", "38.4"),
        ("temp", "37", "37.0"),
        ("rr", "16.5", "17"),
        ("hr", "0", "0"),
        ("glucose", "5.449", "5.4"),
    ],
)
def test_a_measurement_is_written_in_its_own_steps_halves_upward(
    code: str, value: str, expected: str
) -> None:
    assert str(rounded(code, Decimal(value))) == expected


@pytest.mark.parametrize(
    ("code", "value", "refusal"),
    [
        ("temp", "19.9", "value-not-possible"),
        ("spo2", "100.1", "value-not-possible"),
        ("rr", "-0.1", "value-not-possible"),
        ("hr", "NaN", "value-not-possible"),
        ("weight", "80", "parameter-unknown"),
    ],
)
def test_what_cannot_be_measured_is_refused(code: str, value: str, refusal: str) -> None:
    with pytest.raises(Invalid) as refused:
        rounded(code, Decimal(value))

    assert refused.value.code == refusal
    assert refused.value.facts["parameter"] == code
