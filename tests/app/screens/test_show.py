"""How times, ages and numbers are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.screens import show
from app.screens.texts import texts

NOW = datetime(2026, 3, 14, 20, 47, 8, tzinfo=UTC)
NB = texts("nb")


def test_the_clock_shows_norwegian_time() -> None:
    assert show.clock(NOW) == "21:47"


def test_the_clock_follows_the_night_summer_time_ends() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    later = first + timedelta(hours=1)

    assert (show.clock(first), show.clock(later)) == ("02:30", "02:30")
    assert show.minutes_between(first, later) == 60


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "0 min"), (59, "59 min"), (60, "1 t 00"), (129, "2 t 09"), (1500, "25 t 00")]
)
def test_a_wait_is_minutes_and_from_an_hour_on_hours(minutes: int, text: str) -> None:
    assert show.duration(minutes, NB) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "straks"), (10, "av 10"), (60, "av 60"), (90, "av 90"), (120, "av 2 t"), (240, "av 4 t")],
)
def test_a_target_is_written_as_short_as_it_can_be(minutes: int, text: str) -> None:
    assert show.target(minutes, NB) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (30, "om 1 min"),
        (232, "om 4 min"),
        (59 * 60, "om 59 min"),
        (93 * 60, "om 1½ t"),
        (103 * 60, "om 1¾ t"),
    ],
)
def test_what_is_coming_is_in_minutes_and_then_in_quarters(seconds: int, text: str) -> None:
    assert show.ahead(NOW, NOW + timedelta(seconds=seconds), NB) == text


@pytest.mark.parametrize(
    ("sex", "months", "text"),
    [
        ("female", 71 * 12, "K 71"),
        ("male", 84 * 12, "M 84"),
        ("male", 11, "G 11 md."),
        ("female", 6 * 12 + 11, "J 6"),
        ("female", 18 * 12, "K 18"),
        ("unknown", 40 * 12, "40"),
        ("female", None, "K"),
        ("unknown", None, ""),
    ],
)
def test_a_person_is_sex_and_age_as_far_as_known(sex: show.Sex, months: int | None, text: str) -> None:
    assert show.person(sex, months, NB) == text


@pytest.mark.parametrize(
    ("months", "text"), [(None, "ukjent alder"), (0, "0 måneder"), (23, "23 måneder"), (24, "2 år")]
)
def test_age_is_in_months_for_the_youngest(months: int | None, text: str) -> None:
    assert show.age_long(months, NB) == text


@pytest.mark.parametrize(
    ("hour", "key"),
    [(7, "night"), (8, "day"), (15, "day"), (16, "evening"), (22, "evening"), (23, "night"), (0, "night")],
)
def test_the_watch_follows_the_local_hour(hour: int, key: str) -> None:
    moment = datetime(2026, 1, 10, (hour - 1) % 24, 30, tzinfo=UTC)

    assert show.shift(moment) == f"shift.{key}"


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [("38.400", 1, "38,4"), ("38", 1, "38,0"), ("96.000", 0, "96"), ("120", 0, "120"), ("5.55", 1, "5,55")],
)
def test_a_measured_value_has_a_decimal_comma(value: str, places: int, text: str) -> None:
    assert show.number(Decimal(value), NB, places) == text


def test_english_writes_a_decimal_point() -> None:
    assert show.number(Decimal("38.4"), texts("en")) == "38.4"


def test_a_date_is_day_month_year() -> None:
    assert show.day(date(1947, 6, 9)) == "09.06.1947"


@given(st.integers(min_value=0, max_value=10_000))
def test_no_wait_is_shown_shorter_than_it_is(minutes: int) -> None:
    numbers = [int(part) for part in show.duration(minutes, NB).split() if part.isdigit()]

    assert sum(n * size for n, size in zip(reversed(numbers), (1, 60), strict=False)) == minutes
