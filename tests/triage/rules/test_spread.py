"""Median and nine of ten, and what is usual on such a day."""

from __future__ import annotations

from triage.rules.spread import Spread, spread, usual, usual_by_hour


def test_one_long_wait_moves_nine_of_ten_and_not_the_median() -> None:
    assert spread([]) is None
    assert spread([7.4]) == Spread(median=7, ninety=7, counted=1)
    assert spread([5, 6, 7, 8, 300]) == Spread(median=7, ninety=183, counted=5)


def test_two_days_are_no_custom() -> None:
    assert usual([10, 12]) is None
    assert usual([10, 12, 40]) == 12
    assert usual_by_hour([[1, 2], [3, 4]]) == ()
    assert usual_by_hour([[1, 2], [3, 4], [5, 0]]) == (3, 2)
