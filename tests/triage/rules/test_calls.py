"""How long a number stands on the board in the waiting room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from triage.rules.calls import SHOWN, is_shown, stands

CALLED = datetime(2026, 10, 25, 0, 58, tzinfo=UTC)  # the clocks go back two minutes later
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("called_at", "taken_at", "expected"),
    [
        (None, None, False),
        (None, CALLED, False),
        (CALLED, None, True),
        (CALLED, CALLED + SECOND, False),  # the doctor has the patient now
        (CALLED, CALLED, True),
        (CALLED, CALLED - SECOND, True),  # taken first, called in then
    ],
)
def test_a_call_stands_until_somebody_meets_the_patient(
    called_at: datetime | None, taken_at: datetime | None, expected: bool
) -> None:
    assert stands(called_at, taken_at) is expected
    assert stands(called_at, None, taken_at) is expected
    assert stands(called_at, taken_at, CALLED - SECOND) is expected


@pytest.mark.parametrize(
    ("after", "expected"),
    [(timedelta(0), True), (SHOWN - SECOND, True), (SHOWN, False), (timedelta(hours=1), False)],
)
def test_a_call_is_shown_for_five_minutes_also_in_the_october_night(after: timedelta, expected: bool) -> None:
    assert is_shown(CALLED, CALLED + after) is expected
    assert is_shown(None, CALLED + after) is False
