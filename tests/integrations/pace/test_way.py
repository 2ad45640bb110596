"""Where nobody answers one letter asks now and then; with the first answer the way is open again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from integrations.pace.way import AT_ONCE, Way

NOW = datetime(2026, 3, 14, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def silent() -> Way:
    way = Way()
    for _ in range(8):
        way.silence(NOW)
    return way


def test_so_many_go_at_a_time_and_no_more() -> None:
    assert [Way(under_way=n).room(NOW) for n in (0, 3, AT_ONCE)] == [AT_ONCE, AT_ONCE - 3, 0]


def test_a_single_trouble_shuts_nothing() -> None:
    way = Way()
    for _ in range(7):
        way.silence(NOW)

    assert way.room(NOW) == AT_ONCE


def test_when_nobody_answers_one_letter_asks_every_other_second() -> None:
    way = silent()

    rooms = [way.room(NOW + n * SECOND) for n in (0, 1, 2, 60)]

    assert rooms == [0, 0, 1, 1]
    way.under_way = 1
    assert way.room(NOW + 60 * SECOND) == 0  # it is still asking
    way.under_way = 0
    assert way.room(NOW - 3600 * SECOND) == 1  # a clock that was put back


def test_the_first_answer_opens_it_whatever_it_says() -> None:
    way = silent()

    way.answered()

    assert way.room(NOW) == AT_ONCE
