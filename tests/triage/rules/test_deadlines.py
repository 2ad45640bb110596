from datetime import UTC, datetime, timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import NORWAY, as_utc
from triage.rules.deadlines import level_since, near, next_assessment_at, overdue, share_used, target_at

EVENING = datetime(2026, 3, 14, 20, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return EVENING + timedelta(minutes=minutes)


def test_a_yellow_patient_is_due_an_hour_after_triage() -> None:
    assert target_at(EVENING, 60) == after(60)
    assert target_at(EVENING, 0) == EVENING
    assert target_at(EVENING, None) is None


@pytest.mark.parametrize(
    ("minutes", "share", "is_near", "is_overdue"),
    [
        (0, 0.0, False, False),
        (30, 0.5, False, False),
        (47.9, 47.9 / 60, False, False),
        (48, 0.8, True, False),
        (60, 1.0, True, False),
        (60.1, 60.1 / 60, False, True),
        (120, 2.0, False, True),
    ],
)
def test_the_share_used_decides_near_and_late(
    minutes: float, share: float, is_near: bool, is_overdue: bool
) -> None:
    now = after(minutes)

    assert share_used(EVENING, 60, now) == pytest.approx(share)
    assert near(EVENING, 60, now) is is_near
    assert overdue(target_at(EVENING, 60), now) is is_overdue


def test_at_once_has_used_all_its_time_from_the_start() -> None:
    assert share_used(EVENING, 0, EVENING) == inf
    assert not near(EVENING, 0, EVENING)


def test_without_target_nobody_is_near_or_late() -> None:
    assert not overdue(None, after(10_000))
    assert not near(EVENING, None, after(10_000))


@pytest.mark.parametrize(
    ("assessments", "since"),
    [
        ([(0, 3)], 0),
        ([(0, 3), (30, 3)], 0),  # looked at again: no new hour
        ([(0, 2), (30, 3)], 0),  # lowered: the time waited still counts
        ([(0, 4), (30, 2)], 30),  # raised: a new, shorter deadline from now
        ([(0, 4), (30, 2), (40, 2)], 30),
        ([(0, 4), (30, 2), (40, 3)], 30),
        ([(0, 2), (30, 4), (50, 3)], 50),
    ],
)
def test_only_raising_the_level_starts_the_clock_again(
    assessments: list[tuple[int, int]], since: int
) -> None:
    history = [(after(minutes), rank) for minutes, rank in assessments]

    assert level_since(history) == after(since)


@given(ranks=st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_assessing_again_at_the_same_level_never_moves_the_deadline(ranks: list[int]) -> None:
    history = [(after(10 * number), rank) for number, rank in enumerate(ranks)]

    again = [*history, (after(10 * len(ranks)), ranks[-1])]

    assert level_since(again) == level_since(history)


@pytest.mark.parametrize(
    ("reassess", "monitor", "due"),
    [
        (15, None, 15),
        (15, 60, 15),
        (60, 15, 15),
        (30, 0, None),
        (None, None, None),
        (None, 60, None),
    ],
)
def test_a_deterioration_score_shortens_the_interval_and_never_lengthens_it(
    reassess: int | None, monitor: int | None, due: int | None
) -> None:
    expected = None if due is None else after(due)

    assert next_assessment_at(EVENING, reassess, monitor_minutes=monitor) == expected


def test_the_night_the_clocks_go_back_an_hour_is_still_an_hour() -> None:
    triaged = as_utc(datetime(2026, 10, 25, 2, 30, tzinfo=NORWAY, fold=0))
    an_hour_later_on_the_wall = as_utc(datetime(2026, 10, 25, 2, 30, tzinfo=NORWAY, fold=1))

    assert target_at(triaged, 60) == an_hour_later_on_the_wall
    assert share_used(triaged, 60, an_hour_later_on_the_wall) == 1.0
