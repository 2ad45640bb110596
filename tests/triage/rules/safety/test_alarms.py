"""When an alarm rings, what it is about, when it ends, and that it comes again when nothing was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules.safety.alarms import (
    Active,
    Limits,
    Rule,
    Verdict,
    Waiting,
    again_at,
    deadlines,
    gravest,
    judge,
    limits_of,
)

CAME = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
LIMITS = Limits()


def after(minutes: float) -> datetime:
    return CAME + timedelta(minutes=minutes)


def orange(**changes: datetime | int | None) -> Waiting:
    """Triaged as orange at the door: a doctor after ten minutes, a new assessment after fifteen."""
    given: dict[str, datetime | int | None] = {
        "level": 2,
        "arrived_at": CAME,
        "target_at": after(10),
        "next_assessment_at": after(15),
        "last_seen_at": CAME,
    }
    return Waiting(**{**given, **changes})  # type: ignore[arg-type]


def at(minutes: float, waiting: Waiting | None, active: Active | None = None) -> Verdict:
    return judge(waiting, active, LIMITS, after(minutes))


def test_before_anything_is_due_nothing_rings_and_the_first_time_is_known() -> None:
    assert at(9, orange()) == Verdict(None, rings_anew=False, look_at=after(10))


def test_at_the_deadline_it_rings() -> None:
    assert at(10, orange()) == Verdict(
        Active(frozenset({Rule.TARGET}), None), rings_anew=True, look_at=after(15)
    )


def test_while_it_rings_it_is_one_alarm_and_another_cause_makes_it_ring_anew() -> None:
    ringing = Active(frozenset({Rule.TARGET}), None)

    assert at(12, orange(), ringing).rings_anew is False
    assert at(15, orange(), ringing) == Verdict(
        Active(frozenset({Rule.TARGET, Rule.REASSESS}), None), rings_anew=True, look_at=after(30)
    )


def test_taken_by_somebody_it_is_quiet_until_their_time_is_up_and_then_rings_again() -> None:
    taken = Active(frozenset({Rule.TARGET}), after(14))

    assert at(13, orange(), taken) == Verdict(taken, rings_anew=False, look_at=after(14))
    assert at(14, orange(), taken).rings_anew is True


def test_taken_for_one_cause_it_rings_for_another_that_nobody_knew_of() -> None:
    taken = Active(frozenset({Rule.TARGET}), after(40))

    assert at(15, orange(), taken).rings_anew is True


def test_when_what_it_was_about_is_done_it_is_over() -> None:
    ringing = Active(frozenset({Rule.REASSESS}), None)
    assessed_again = orange(target_at=None, next_assessment_at=after(31), last_seen_at=after(16))

    assert at(16, assessed_again, ringing) == Verdict(None, rings_anew=False, look_at=after(31))


def test_when_a_doctor_has_taken_the_patient_nothing_is_watched_any_more() -> None:
    assert at(99, None, Active(frozenset(Rule), None)) == Verdict(None, rings_anew=False, look_at=None)


@pytest.mark.parametrize(
    ("waiting", "rule", "minutes"),
    [
        (Waiting(level=None, arrived_at=CAME), Rule.UNTRIAGED, 10),
        (Waiting(level=None, arrived_at=CAME), Rule.UNSEEN, 20),
        (Waiting(level=1, arrived_at=CAME, target_at=CAME), Rule.TARGET, 0),
        (Waiting(level=1, arrived_at=CAME), Rule.UNSEEN, 15),
        (Waiting(level=2, arrived_at=CAME), Rule.UNSEEN, 30),
        (Waiting(level=3, arrived_at=CAME), Rule.UNSEEN, 60),
        (Waiting(level=4, arrived_at=CAME), Rule.UNSEEN, 120),
        (Waiting(level=5, arrived_at=CAME), Rule.UNSEEN, 240),
        (Waiting(level=7, arrived_at=CAME), Rule.UNSEEN, 240),
        (Waiting(level=4, arrived_at=CAME, last_seen_at=after(30)), Rule.UNSEEN, 150),
        (Waiting(level=4, arrived_at=CAME, last_seen_at=after(-30)), Rule.UNSEEN, 120),
        (Waiting(level=3, arrived_at=CAME, second_look_at=after(15)), Rule.SECOND_LOOK, 15),
    ],
)
def test_each_rule_is_due_at_its_time(waiting: Waiting, rule: Rule, minutes: int) -> None:
    assert deadlines(waiting, LIMITS)[rule] == after(minutes)


def test_the_unit_sets_its_own_minutes_and_the_rest_stay_as_proposed() -> None:
    chosen = limits_of({"alarms": {"untriaged": 5, "unseen": {"2": 12}, "again": {"1": 1}}})

    assert (chosen.untriaged, chosen.second_look, chosen.unseen[2], chosen.unseen[3]) == (5, 15, 12, 60)
    assert again_at(1, chosen, CAME) == after(1)
    assert again_at(None, limits_of({}), CAME) == after(10)


def test_the_gravest_cause_is_named_first() -> None:
    assert gravest({Rule.UNSEEN, Rule.TARGET}) is Rule.TARGET


MINUTES = st.integers(-60, 600)
TIMES = st.none() | MINUTES.map(after)
WAITING = st.builds(
    Waiting,
    level=st.none() | st.integers(1, 5),
    arrived_at=MINUTES.map(after),
    target_at=TIMES,
    next_assessment_at=TIMES,
    last_seen_at=TIMES,
    second_look_at=TIMES,
)
ACTIVE = st.none() | st.builds(Active, st.frozensets(st.sampled_from(Rule), min_size=1), TIMES)


@given(WAITING, ACTIVE, MINUTES)
def test_whoever_is_due_rings_or_is_somebodys_and_whoever_is_not_has_a_time_ahead(
    waiting: Waiting, active: Active | None, minutes: int
) -> None:
    now = after(minutes)
    due = {rule for rule, moment in deadlines(waiting, LIMITS).items() if moment <= now}

    verdict = judge(waiting, active, LIMITS, now)

    assert (verdict.alarm.rules if verdict.alarm else frozenset()) == due
    if verdict.alarm is None or not verdict.alarm.rings:
        assert verdict.look_at is not None, "nobody is ever without a time to be looked at"
    if verdict.look_at is not None:
        assert verdict.look_at > now
    again = judge(waiting, verdict.alarm, LIMITS, now)
    assert not again.rings_anew, "looking twice rings once"
