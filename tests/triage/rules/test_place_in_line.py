"""A patient's place in the line: a count that only moves when something happens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules.place_in_line import GRACE, InLine, link_has_ended, place_in_line

NOW = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


def waits(id: str, rank: int | None, minutes: int) -> InLine:
    return InLine(id, rank, NOW - timedelta(minutes=minutes))


def test_the_more_urgent_and_those_who_came_first_stand_before() -> None:
    mine = waits("me", 3, 30)
    others = [waits("urgent", 2, 1), waits("before", 3, 40), waits("after", 3, 20), waits("less", 4, 90)]

    assert place_in_line(mine, [mine, *others]) == 3


def test_whom_nobody_has_assessed_has_no_place_and_takes_nobodys() -> None:
    new = waits("new", None, 90)

    assert place_in_line(new, [new]) is None
    assert place_in_line(waits("me", 5, 1), [new]) == 1


LINES = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(1, 5)), st.integers(0, 3)), min_size=1, max_size=12
).map(lambda found: [waits(f"p{n}", rank, minutes) for n, (rank, minutes) in enumerate(found)])


@given(LINES)
def test_everybody_assessed_has_a_place_of_their_own_and_no_place_is_empty(line: list[InLine]) -> None:
    assessed = [each for each in line if each.rank is not None]

    places = [place_in_line(each, line) for each in assessed]

    assert sorted(place for place in places if place) == list(range(1, len(assessed) + 1))


@given(LINES, st.integers(1, 5), st.integers(0, 3))
def test_somebody_less_urgent_never_moves_anybody_back(line: list[InLine], rank: int, minutes: int) -> None:
    new = waits("x", rank, minutes)

    for each in line:
        before, after = place_in_line(each, line), place_in_line(each, [*line, new])
        goes_first = each.rank is not None and (rank, new.arrived_at) < (each.rank, each.arrived_at)
        if not goes_first and (new.rank, new.arrived_at) != (each.rank, each.arrived_at):
            assert after == before


@given(LINES)
def test_when_somebody_goes_in_nobody_moves_back(line: list[InLine]) -> None:
    rest = line[1:]

    for each in rest:
        before, after = place_in_line(each, line), place_in_line(each, rest)
        assert (before is None and after is None) or (before and after and before - 1 <= after <= before)


@pytest.mark.parametrize(
    ("withdrawn", "over", "ended"),
    [
        (None, None, False),
        (NOW, None, True),
        (None, NOW, False),
        (None, NOW - GRACE, False),
        (None, NOW - GRACE - timedelta(seconds=1), True),
    ],
)
def test_a_link_ends_when_it_is_taken_back_and_soon_after_the_visit(
    withdrawn: datetime | None, over: datetime | None, ended: bool
) -> None:
    assert link_has_ended(withdrawn, over, NOW) is ended
