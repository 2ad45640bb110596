from datetime import date
from random import Random
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.patients.national_id import parse, synthetic

Environment = Literal["production", "test"]


def refusal(text: str, environment: Environment) -> str:
    with pytest.raises(Invalid) as refused:
        parse(text, environment=environment)
    return refused.value.code


def test_a_number_of_todays_form_is_accepted_and_hints_at_the_birth_date() -> None:
    number = parse("15019000262", environment="production")

    assert (number.kind, number.series, number.digits) == ("fnr", "real", "15019000262")
    assert number.birth_date_hint == date(1990, 1, 15)


@pytest.mark.parametrize("digits", ["15019000270", "15019000289", "15019000297"])
def test_numbers_of_the_form_of_2032_are_accepted_but_hint_at_nothing(digits: str) -> None:
    number = parse(digits, environment="production")

    assert (number.kind, number.series, number.birth_date_hint) == ("fnr", "real", None)


@pytest.mark.parametrize(
    ("digits", "series", "born"),
    [
        ("17912099997", "tenor", date(2020, 11, 17)),
        ("30878199614", "tenor", date(1981, 7, 30)),
        ("02850097219", "tenor", date(2000, 5, 2)),
        ("13717404089", "nhn", date(1974, 6, 13)),
        ("19667801365", "nhn", date(1978, 1, 19)),
    ],
)
def test_synthetic_people_are_known_in_tests_and_refused_among_real_patients(
    digits: str, series: str, born: date
) -> None:
    number = parse(digits, environment="test")

    assert (number.kind, number.series, number.birth_date_hint) == ("fnr", series, born)
    assert refusal(digits, "production") == "id-number-synthetic"


def test_real_people_are_refused_where_only_synthetic_ones_belong() -> None:
    assert refusal("15019000262", "test") == "id-number-real"


def with_check_digits(nine: str) -> str | None:
    """Eleven digits with today's check digits, worked out by trying; None when there are none."""
    first_weights, second_weights = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    for pair in range(100):
        digits = [int(digit) for digit in f"{nine}{pair:02}"]
        sums = [
            sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11
            for weights in (first_weights, second_weights)
        ]
        if sums == [0, 0]:
            return f"{nine}{pair:02}"
    return None


def checked(nine_without_last: str) -> str:
    """The first number with these eight digits that can have check digits."""
    return next(full for last in range(10) if (full := with_check_digits(f"{nine_without_last}{last}")))


@pytest.mark.parametrize(
    ("eight", "environment", "kind", "series"),
    [
        ("55019000", "production", "dnr", "real"),  # D-number: day + 40
        ("55819000", "test", "dnr", "tenor"),
        ("55669000", "test", "dnr", "nhn"),
        ("15419000", "test", "fnr", "ambiguous"),  # H-number or NAV's synthetic
        ("81234567", "production", "fhn", "ambiguous"),
        ("91234567", "test", "fhn", "ambiguous"),
    ],
)
def test_the_first_digits_tell_what_kind_of_number_it_is(
    eight: str, environment: Environment, kind: str, series: str
) -> None:
    number = parse(checked(eight), environment=environment)

    assert (number.kind, number.series) == (kind, series)


def test_a_d_number_hints_at_the_day_without_the_forty() -> None:
    assert parse(checked("55019000"), environment="production").birth_date_hint == date(1990, 1, 15)


@pytest.mark.parametrize("eight", ["15419000", "81234567"])
def test_local_and_help_numbers_hint_at_no_birth_date(eight: str) -> None:
    assert parse(checked(eight), environment="test").birth_date_hint is None


def test_a_local_help_number_identifies_nobody_among_real_patients() -> None:
    assert refusal(checked("15419000"), "production") == "id-number-local"


@pytest.mark.parametrize(
    ("eight", "year"),
    [
        ("15019049", 1990),  # 000-499
        ("15015450", 1854),  # 500-749 with 54-99
        ("15019974", 1899),
        ("15010050", 2000),  # 500-999 with 00-39
        ("15013999", 2039),
        ("15014090", 1940),  # 900-999 with 40-99
        ("15019999", 1999),
        ("15014080", None),  # 800 with 40: given to nobody by the old rules
    ],
)
def test_the_individual_number_tells_the_century_or_nothing(eight: str, year: int | None) -> None:
    hint = parse(checked(eight), environment="production").birth_date_hint

    assert hint == (None if year is None else date(year, 1, 15))


@pytest.mark.parametrize("typed", ["150190 00262", " 15019000262 ", " 150190 00262"])
def test_a_space_as_people_write_it_is_accepted(typed: str) -> None:
    assert parse(typed, environment="production").digits == "15019000262"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1501900026",
        "150190002622",
        "15 01 90 00262",
        "150190-00262",
        "150190  00262",
        "15019000262\n",
        "1501900026x",
        "１５０１９０００２６２",
        "١٥٠١٩٠٠٠٢٦٢",
        "15019000٢62",
    ],
)
def test_anything_but_eleven_plain_digits_is_refused(typed: str) -> None:
    assert refusal(typed, "production") == "id-number-length"


@pytest.mark.parametrize("digits", ["15019000263", "15019000252", "15019000300", "12345678901"])
def test_a_wrong_check_digit_is_refused(digits: str) -> None:
    assert refusal(digits, "production") == "id-number-checksum"


@pytest.mark.parametrize(
    "eight", ["32019000", "00019000", "30029000", "29029000", "15139000", "15009000", "15789000", "72019000"]
)
def test_a_date_that_never_was_is_refused(eight: str) -> None:
    assert refusal(checked(eight), "production") == "id-number-date"


def test_the_leap_day_of_a_leap_year_is_a_date() -> None:
    assert parse(checked("29029200"), environment="production").birth_date_hint == date(1992, 2, 29)


def test_the_digits_never_show_in_a_log() -> None:
    number = parse("15019000262", environment="production")

    assert "15019" not in repr(number)
    assert "1990" not in repr(number)


BIRTH_DATES = st.dates(min_value=date(1900, 1, 1), max_value=date(2039, 12, 31))
NUMBERS = st.builds(lambda seed, born: synthetic(Random(seed), born), st.integers(), BIRTH_DATES)


@given(seed=st.integers(), born=BIRTH_DATES)
def test_a_made_up_person_has_a_synthetic_number_with_their_birth_date(seed: int, born: date) -> None:
    digits = synthetic(Random(seed), born)

    number = parse(digits, environment="test")
    assert (number.kind, number.series, number.birth_date_hint) == ("fnr", "tenor", born)
    assert synthetic(Random(seed), born) == digits


def test_nobody_is_made_up_outside_the_years_of_the_series() -> None:
    with pytest.raises(ValueError, match="year of birth"):
        synthetic(Random(1), date(1899, 12, 31))


@given(number=NUMBERS, place=st.integers(0, 10), by=st.integers(1, 9))
def test_every_single_wrong_digit_is_caught(number: str, place: int, by: int) -> None:
    # Holds under the rule of 2032 too: no weight of the second check digit is 0 modulo 11.
    wrong = str((int(number[place]) + by) % 10)

    typed = number[:place] + wrong + number[place + 1 :]

    assert refusal(typed, "test") == "id-number-checksum"


@given(number=NUMBERS, place=st.integers(0, 9))
def test_every_swap_of_unequal_neighbours_is_caught(number: str, place: int) -> None:
    # Holds under the rule of 2032 too: neighbouring weights of the second check digit always differ.
    left, right = number[place], number[place + 1]

    typed = number[:place] + right + left + number[place + 2 :]

    if left == right:
        assert typed == number
    else:
        assert refusal(typed, "test") == "id-number-checksum"
