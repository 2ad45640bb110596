"""The range of waiting times: true to what was measured, and never better than it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from statistics import quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules.wait_range import (
    FEWEST_SEEN,
    WINDOW,
    Wait,
    WaitRange,
    observed,
    rounded_down,
    rounded_up,
    wait_range,
)

NOW = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # half an hour after the clocks went back

waits = st.lists(
    st.tuples(st.floats(0, 170), st.floats(0, 300), st.booleans()).map(
        lambda each: Wait(each[0], each[0] + each[1], each[2])
    ),
    max_size=40,
)


def ago(minutes: float | None) -> datetime | None:
    return None if minutes is None else NOW - timedelta(minutes=minutes)


def seen(*minutes: float) -> list[Wait]:
    return [Wait(0, each, True) for each in minutes]


def still(*minutes: float, since: float = 0) -> list[Wait]:
    return [Wait(since, each, False) for each in minutes]


@pytest.mark.parametrize(
    ("arrived", "taken", "ended", "expected"),
    [
        (20, 5, None, Wait(0, 15, True)),  # minutes ago: came, the doctor came, went
        (20, None, None, Wait(0, 20, False)),  # waits still
        (50, None, 10, Wait(0, 40, False)),  # went without being seen
        (90, 40, 10, Wait(0, 50, True)),  # seen and sent home
        (240, 30, None, Wait(60, 210, True)),  # had waited an hour when the three hours began
        (400, 181, None, None),  # over before
        (400, 200, 10, None),  # seen before, in treatment for long
        (-10, None, None, None),  # expected, not come
        (0, None, None, Wait(0, 0, False)),
    ],
)
def test_what_the_last_three_hours_know_of_a_wait(
    arrived: float, taken: float | None, ended: float | None, expected: Wait | None
) -> None:
    arrived_at = ago(arrived)
    assert arrived_at is not None

    assert observed(arrived_at, ago(taken), ago(ended), NOW) == expected


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ([], None),
        (seen(10, 20, 30), None),  # too few
        (seen(10, 20, 30, 40), WaitRange(10, 30)),
        (seen(12, 22, 33, 41, 47, 52, 58, 71), WaitRange(20, 55)),  # quartiles 22 and 52, rounded outwards
        (seen(30, 30, 30, 30), WaitRange(30, 35)),  # a range has some width
        (seen(1, 2, 2, 3, 4), WaitRange(0, 5)),
        (seen(80, 95, 100, 130, 160, 170), WaitRange(90, 180)),
        (
            seen(10, 20, 30, 40) + still(60, 60, 60, 60),
            WaitRange(60, None),
        ),
        (seen(10, 20, 30, 40) + still(5, 5, 5, 5), WaitRange(10, 30)),  # who has just come tells nothing yet
        (still(25, 30, 35, 40, 45), WaitRange(35, None)),  # nobody seen yet: three have waited that long
        (still(2, 2, 2, 2, 2), None),
        (seen(10) + still(45, 50, 55), WaitRange(45, None)),
    ],
)
def test_the_range_of_a_level(level: list[Wait], expected: WaitRange | None) -> None:
    assert wait_range(level) == expected


def test_one_lucky_patient_does_not_decide_for_those_who_have_waited_for_hours() -> None:
    lucky, others = seen(4), [Wait(100, 240 + 10 * each, True) for each in range(8)]

    assert wait_range(lucky + others) == WaitRange(240, 300)


def test_those_who_went_or_wait_are_not_left_out() -> None:
    chance = Random(2026)
    truth = sorted(chance.expovariate(1 / 90) for _ in range(400))
    patience = [chance.uniform(0, 240) for _ in truth]
    known = [Wait(0, min(t, p), t <= p) for t, p in zip(truth, patience, strict=True)]

    found, flattering = wait_range(known), quantiles([w.until for w in known if w.seen])[2]

    assert found is not None
    assert found.high is not None
    low, _, high = quantiles(truth)
    assert abs(found.low - low) <= 15
    assert abs(found.high - high) <= 30
    assert flattering < found.high - 30


@pytest.mark.parametrize(
    ("minutes", "down", "up"),
    [
        (0, 0, 0), (1, 0, 5), (5, 5, 5), (57, 55, 60), (60, 60, 60), (61, 60, 75),
        (104, 90, 105), (119.9, 105, 120), (121, 120, 150), (200, 180, 210),
    ],
)  # fmt: skip
def test_no_finer_than_it_is_known(minutes: float, down: int, up: int) -> None:
    assert (rounded_down(minutes), rounded_up(minutes)) == (down, up)


@given(waits)
def test_a_range_is_wide_and_within_what_was_waited(level: list[Wait]) -> None:
    found = wait_range(level)

    if found is None:
        return
    ends = [wait.until for wait in level]
    assert found.low <= max(ends)
    if found.high is None:
        assert found.low > 0
        assert sum(wait.until >= found.low for wait in level) >= 3
    else:
        assert found.low < found.high
        assert sum(wait.seen for wait in level) >= FEWEST_SEEN
        assert found.high <= rounded_up(max(ends)) + 30


@given(waits, st.randoms())
def test_the_order_in_which_they_are_read_does_not_matter(level: list[Wait], chance: Random) -> None:
    mixed = chance.sample(level, len(level))

    assert wait_range(mixed) == wait_range(level)


@given(st.lists(st.floats(1, 170), min_size=4, max_size=40), st.integers(0, 39))
def test_somebody_who_still_waits_instead_of_having_been_seen_never_makes_the_range_better(
    minutes: list[float], number: int
) -> None:
    level = seen(*minutes)
    all_seen = wait_range(level)
    assert all_seen is not None

    level[number % len(level)] = Wait(0, minutes[number % len(level)], False)
    one_waits = wait_range(level)

    if one_waits is not None and one_waits.high is not None:
        assert all_seen.high is not None
        assert one_waits.low >= all_seen.low
        assert one_waits.high >= all_seen.high


@given(st.floats(0, 600), st.floats(0, 600))
def test_a_wait_never_starts_after_it_ended_and_lies_within_the_three_hours(
    arrived: float, taken: float
) -> None:
    arrived_at, taken_at = NOW - timedelta(minutes=arrived), NOW - timedelta(minutes=taken)

    wait = observed(arrived_at, taken_at, None, NOW)

    if wait is not None:
        assert 0 <= wait.since <= wait.until
        assert wait.until - wait.since <= WINDOW / timedelta(minutes=1) + 1e-6
