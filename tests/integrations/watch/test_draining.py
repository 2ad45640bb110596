"""How a backlog drains: only what was measured, and no estimate where nothing gets less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.watch.draining import _Stay, progress

NOW = datetime(2026, 3, 14, 22, 0, tzinfo=UTC)


def stays(*minutes: tuple[float, float | None]) -> list[_Stay]:
    """Each came and left so many minutes ago; None: it waits."""
    ago = timedelta(minutes=1)
    return [_Stay(NOW - came * ago, None if left is None else NOW - left * ago) for came, left in minutes]


@pytest.mark.parametrize(
    ("gone", "left", "rate", "minutes"),
    [
        (150, 100, 10.0, 10),  # 150 in the last quarter of an hour
        (30, 100, 2.0, 50),
        (0, 100, 0.0, None),  # nothing leaves
    ],
)
def test_the_estimate_is_by_the_measured_rate(gone: int, left: int, rate: float, minutes: int | None) -> None:
    found = progress(stays(*[(60, 5.0)] * gone, *[(60, None)] * left), NOW)

    assert (found.left, found.per_minute) == (left, rate)
    assert found.empty_at == (NOW + timedelta(minutes=minutes) if minutes else None)


def test_when_as_much_comes_as_goes_there_is_no_estimate() -> None:
    found = progress(stays(*[(60, 5.0)] * 30, *[(60, None)] * 50, *[(5, None)] * 30), NOW)

    assert (found.per_minute, found.empty_at) == (2.0, None)


def test_the_curve_is_how_many_waited_minute_by_minute() -> None:
    found = progress(stays((60, 10.5), (60, 2.5), (60, None), (4.5, None)), NOW)

    assert found.curve == (3,) * 20 + (2,) * 6 + (3,) * 2 + (2,) * 3


_minutes = st.floats(0, 90, allow_nan=False)


@given(st.lists(st.tuples(_minutes, st.none() | _minutes).filter(lambda each: (each[1] or 0) <= each[0])))
def test_the_curve_always_ends_with_what_is_left(all_of_them: list[tuple[float, float | None]]) -> None:
    found = progress(stays(*all_of_them), NOW)

    assert found.curve[-1] == found.left
    assert min(found.curve) >= 0
    assert found.empty_at is None or found.empty_at >= NOW
