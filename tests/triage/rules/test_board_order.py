from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from triage.rules.board_order import order_key

NOW = datetime(2026, 3, 14, 21, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    id: str
    level: int | None = None
    arrived_at: datetime = NOW - timedelta(minutes=30)
    target_at: datetime | None = None
    target_minutes: int | None = None
    doctor_since: datetime | None = None
    status: str = "arrived"


def waiting(id: str, level: int, *, target: int, used: int, arrived: int = 60) -> Row:
    """Somebody at this level who has used so many minutes of the target."""
    return Row(
        id=id,
        level=level,
        arrived_at=NOW - timedelta(minutes=arrived),
        target_at=NOW + timedelta(minutes=target - used),
        target_minutes=target,
        status="triaged",
    )


def order(*rows: Row) -> list[str]:
    return [row.id for row in sorted(rows, key=lambda row: order_key(row, NOW))]


def test_more_urgent_levels_stand_first_and_the_untriaged_between_two_and_three() -> None:
    rows = [
        waiting("green", 4, target=240, used=239),
        Row("untriaged"),
        waiting("yellow", 3, target=60, used=70),
        waiting("red", 1, target=0, used=0),
        waiting("orange", 2, target=10, used=1),
    ]

    assert order(*rows) == ["red", "orange", "untriaged", "yellow", "green"]


def test_within_a_level_the_larger_share_of_the_deadline_goes_first_whoever_came_first() -> None:
    early = waiting("early", 3, target=60, used=20, arrived=120)
    late = waiting("late", 3, target=60, used=50, arrived=55)

    assert order(early, late) == ["late", "early"]


def test_at_once_goes_before_any_share() -> None:
    overdue = waiting("overdue", 1, target=5, used=500)
    at_once = waiting("at once", 1, target=0, used=0)

    assert order(overdue, at_once) == ["at once", "overdue"]


def test_untriaged_patients_stand_oldest_first() -> None:
    first = Row("b", arrived_at=NOW - timedelta(minutes=12))
    second = Row("a", arrived_at=NOW - timedelta(minutes=3))

    assert order(second, first) == ["b", "a"]


def test_equal_in_all_else_the_id_decides() -> None:
    assert order(Row("b"), Row("c"), Row("a")) == ["a", "b", "c"]


def test_the_share_stands_still_once_a_doctor_has_taken_the_patient() -> None:
    treated = replace(waiting("treated", 2, target=10, used=120), doctor_since=NOW - timedelta(minutes=115))
    waits = waiting("waits", 2, target=10, used=9)

    assert order(treated, waits) == ["waits", "treated"]


def test_somebody_expected_stands_last() -> None:
    expected = Row("expected", status="planned", arrived_at=NOW - timedelta(hours=2))

    assert order(expected, waiting("green", 4, target=240, used=0)) == ["green", "expected"]


ROWS = st.builds(
    lambda id, level, arrived, used: (
        Row(id, arrived_at=NOW - timedelta(minutes=arrived))
        if level is None
        else waiting(id, level, target=(0, 10, 60, 240, 120)[level - 1], used=used, arrived=arrived)
    ),
    st.uuids().map(str),
    st.none() | st.integers(1, 5),
    st.integers(0, 300),
    st.integers(0, 300),
)


@given(rows=st.lists(ROWS, max_size=12, unique_by=lambda row: row.id), seed=st.integers())
def test_the_order_does_not_depend_on_the_order_rows_came_in(rows: list[Row], seed: int) -> None:
    shuffled = rows.copy()
    Random(seed).shuffle(shuffled)

    assert order(*shuffled) == order(*rows)


@given(rows=st.lists(ROWS, max_size=12, unique_by=lambda row: row.id))
def test_no_red_or_orange_patient_ever_stands_below_a_less_urgent_one(rows: list[Row]) -> None:
    by_id = {row.id: row for row in rows}
    places = [by_id[id].level for id in order(*rows)]

    urgent = [number for number, level in enumerate(places) if level in (1, 2)]
    others = [number for number, level in enumerate(places) if level not in (1, 2)]
    assert max(urgent, default=-1) < min(others, default=len(places))
