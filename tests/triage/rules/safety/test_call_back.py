"""Who is called back after leaving without being seen, how soon, and when that is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from triage.rules.safety.call_back import Result, call_back_at, ends

LEFT = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("level", "months", "minutes"),
    [
        (1, 800, 15),
        (2, 800, 15),
        (3, 800, 60),
        (4, 800, None),
        (5, 800, None),
        (None, 800, 60),
        (4, 23, 60),
        (4, 24, None),
        (4, None, None),
        (2, 6, 15),
    ],
)
def test_the_urgent_the_unassessed_and_the_smallest_are_called(
    level: int | None, months: int | None, minutes: int | None
) -> None:
    expected = None if minutes is None else LEFT + timedelta(minutes=minutes)

    assert call_back_at(level, months, LEFT) == expected


@pytest.mark.parametrize(
    ("result", "attempts", "done"),
    [
        ("reached", 1, True),
        ("comes-back", 1, True),
        ("sent-for-help", 1, True),
        ("no-answer", 1, False),
        ("no-answer", 2, False),
        ("no-answer", 3, True),
        ("wrong-number", 2, False),
    ],
)
def test_it_is_done_when_they_are_reached_or_enough_calls_went_unanswered(
    result: Result, attempts: int, done: bool
) -> None:
    assert ends(result, attempts) is done
