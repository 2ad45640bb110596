"""How soon calls are answered, by the national rule, as a table of values; and the course of a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import day_began
from triage.rules.telephone.answered import answered, in_time, month_began, rung
from triage.rules.telephone.course import TRANSITIONS, CallStatus, Times, can, status_after, told

RANG = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def after(seconds: float | None) -> datetime | None:
    return None if seconds is None else RANG + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("picked_up", "taken", "hung_up", "now", "counts"),
    [
        # exchange's word, operator's press, caller gone, asked at; None: not judged yet
        (0, None, None, 10, True),
        (120, None, 300, 400, True),  # two minutes to the second are within two minutes
        (120.001, None, 300, 400, False),
        (None, 30, None, 60, True),  # the exchange has not told of the answer; the operator has
        (100, 30, 300, 400, True),
        (130, 30, 300, 400, False),  # the exchange's word goes before a press on the screen
        (None, None, None, 119, None),  # can still be answered in time
        (None, None, None, 120, None),
        (None, None, None, 121, False),  # rings, and is late already
        (None, None, 3, 10, False),  # gave up at once: the rule makes no exception, and neither do we
        (None, None, 119, 400, False),
        (None, 500, 60, 600, False),  # called back: not answered all the same
    ],
)
def test_a_call_is_in_time_when_somebody_answers_within_two_minutes_of_ringing(
    picked_up: float | None, taken: float | None, hung_up: float | None, now: float, counts: bool | None
) -> None:
    call = rung(RANG, answered_at=after(picked_up), taken_at=after(taken), hung_up_at=after(hung_up))

    moment = after(now)
    assert moment is not None
    assert in_time(call, moment) is counts


def test_unanswered_calls_count_and_the_share_is_never_rounded_up() -> None:
    def call(answer: float | None) -> object:
        return rung(RANG, answered_at=after(answer), taken_at=None, hung_up_at=after(900))

    later = RANG + timedelta(hours=1)
    found = answered([call(10) for _ in range(159)] + [call(None)] * 40 + [call(None)], later)  # type: ignore[arg-type]

    assert (found.in_time, found.counted, found.per_cent) == (159, 200, 79)
    assert answered([], later).per_cent is None


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-11-20T20:00", "2026-11-19T23:00"),
        ("2026-11-19T23:00", "2026-11-19T23:00"),  # midnight itself is the new day
        ("2026-11-19T22:59", "2026-11-18T23:00"),
        ("2026-10-25T12:00", "2026-10-24T22:00"),  # the day of 25 hours begins in summer time
        ("2026-10-25T22:59", "2026-10-24T22:00"),
        ("2026-10-25T23:00", "2026-10-25T23:00"),
        ("2026-03-29T12:00", "2026-03-28T23:00"),
    ],
)
def test_a_day_begins_at_midnight_in_norway_also_when_clocks_change(now: str, began: str) -> None:
    assert day_began(datetime.fromisoformat(f"{now}+00:00")) == datetime.fromisoformat(f"{began}+00:00")


def test_a_month_begins_at_its_first_midnight_in_norway() -> None:
    assert month_began(datetime(2026, 10, 31, 22, 30, tzinfo=UTC)) == datetime(2026, 9, 30, 22, tzinfo=UTC)
    assert month_began(datetime(2026, 10, 31, 23, 0, tzinfo=UTC)) == datetime(2026, 10, 31, 23, tzinfo=UTC)


def test_a_call_that_rings_through_the_october_night_waits_as_long_as_it_waits() -> None:
    rang = datetime.fromisoformat("2026-10-25T02:59:30+02:00")
    picked_up = datetime.fromisoformat("2026-10-25T02:01:00+01:00")  # ninety seconds later

    call = rung(rang, answered_at=picked_up, taken_at=None, hung_up_at=None)

    assert in_time(call, picked_up) is True


def test_a_call_that_rings_over_midnight_belongs_to_the_day_it_rang_in() -> None:
    rang = datetime.fromisoformat("2026-11-20T23:59:30+01:00")
    picked_up = rang + timedelta(seconds=90)

    assert rang < day_began(picked_up)
    assert in_time(rung(rang, answered_at=picked_up, taken_at=None, hung_up_at=None), picked_up) is True


NEWS = st.lists(
    st.tuples(st.sampled_from(("ringing", "answered", "hung-up")), st.integers(0, 300)),
    min_size=1,
    max_size=5,
)


@given(news=NEWS)
def test_whatever_order_news_come_in_and_however_often_the_call_ends_up_the_same(
    news: list[tuple[str, int]],
) -> None:
    ends = set()
    for order in permutations([*news, news[0]]):
        times, status = Times(), None
        for what, seconds in order:
            times = told(times, what, RANG + timedelta(seconds=seconds))  # type: ignore[arg-type]
            status = status_after(status, times)
        ends.add((times, status))

    assert len(ends) == 1


@given(deeds=st.lists(st.sampled_from([*CallStatus, "ringing-news", "hung-up-news", "answered-news"])))
def test_what_people_did_with_a_call_is_never_undone_by_late_news(deeds: list[str]) -> None:
    status, times = CallStatus.RINGING, Times(rang_at=RANG)
    for deed in deeds:
        before = status
        if deed.endswith("-news"):
            times = told(times, deed.removesuffix("-news"), RANG)  # type: ignore[arg-type]
            status = status_after(status, times)
            assert before == status or before in (CallStatus.RINGING, CallStatus.ABANDONED)
        elif can(status, CallStatus(deed)):
            status = CallStatus(deed)

        assert not (before is CallStatus.CLOSED and status is not CallStatus.CLOSED)
    assert TRANSITIONS[CallStatus.CLOSED] == frozenset()
