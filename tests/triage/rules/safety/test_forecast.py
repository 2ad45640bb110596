"""Who will break their deadline soon, at the pace at which doctors take patients now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from triage.rules.safety.forecast import Place, breaches

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)


def within(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


SIX_AN_HOUR = [NOW - timedelta(minutes=10 * number) for number in range(6)]


def test_those_whom_the_present_pace_does_not_reach_in_time_are_told_of_soonest_first() -> None:
    queue = [Place("first", within(12)), Place("second", within(15)), Place("third", within(8))]

    found = breaches(queue, SIX_AN_HOUR, NOW)

    assert [(breach.id, breach.expected_at) for breach in found] == [
        ("third", within(30)),
        ("second", within(20)),
    ]


def test_deadlines_that_are_far_ahead_past_or_absent_are_not_a_forecast() -> None:
    queue = [Place("far", within(21)), Place("past", within(-1)), Place("none", None)]

    assert breaches(queue, [], NOW) == ()


def test_when_nobody_has_been_taken_lately_everybody_near_the_deadline_is_told_of() -> None:
    found = breaches([Place("near", within(20))], [NOW - timedelta(hours=2)], NOW)

    assert [(breach.id, breach.expected_at) for breach in found] == [("near", None)]
