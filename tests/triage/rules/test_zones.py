"""Zones: the walls of a divided ward together show everybody, whatever was set."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.rules.unit.zones import Zone, levels_without_zone, rooms_on_wall, rows_on_wall, zones_showing

ACUTE = Zone(id="akutt", name="Akutt", rooms=("Akutt 1", "Akutt 2"), waiting=(0, 1, 2))
GREEN = Zone(id="poliklinikk", name="Poliklinikk", rooms=("Rom 1",), waiting=(3, 4, 5))
ROOMS = ("Akutt 1", "Akutt 2", "Rom 1", "Gips")  # nobody's: the plaster room


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody, as far as zones care."""

    place: str | None = None
    level: int | None = None
    status: str = "triaged"


@pytest.mark.parametrize(
    ("row", "walls"),
    [
        (Row(place="Akutt 1", level=4), {"akutt"}),  # the room decides, not the level
        (Row(place="Rom 1", level=1), {"poliklinikk"}),
        (Row(level=2), {"akutt"}),
        (Row(level=4), {"poliklinikk"}),
        (Row(level=None), {"akutt"}),  # not triaged yet
        (Row(place="Gips", level=4), {"akutt", "poliklinikk"}),  # a room in no zone
        (Row(place="Rom 99", level=4), {"akutt", "poliklinikk"}),  # a room that is gone
        (Row(level=9), {"akutt", "poliklinikk"}),  # a level no zone knows
        (Row(level=None, status="planned"), {"akutt", "poliklinikk"}),  # only expected
    ],
)
def test_a_patient_is_on_the_wall_of_the_zone_that_has_the_place(row: Row, walls: set[str]) -> None:
    assert zones_showing((ACUTE, GREEN), row) == walls


@pytest.mark.parametrize("wall", [None, "", "nedlagt"])
def test_a_wall_of_no_zone_shows_everybody_and_every_room(wall: str | None) -> None:
    rows = [Row(place="Rom 1"), Row(level=1), Row(place="Gips")]

    assert rows_on_wall((ACUTE, GREEN), wall, rows) == rows
    assert rooms_on_wall((ACUTE, GREEN), wall, ROOMS) == list(ROOMS)


def test_a_wall_shows_its_own_rooms_and_those_of_no_zone_in_the_wards_order() -> None:
    assert rooms_on_wall((GREEN, ACUTE), "akutt", ROOMS) == ["Akutt 1", "Akutt 2", "Gips"]
    assert rooms_on_wall((GREEN, ACUTE), "poliklinikk", ROOMS) == ["Rom 1", "Gips"]


@pytest.mark.parametrize(
    ("zones", "left_out"), [((ACUTE, GREEN), []), ((ACUTE,), [3, 4, 5]), ((GREEN,), [0, 1, 2]), ((), [])]
)
def test_levels_that_no_zone_takes_are_named(zones: tuple[Zone, ...], left_out: list[int]) -> None:
    assert levels_without_zone(zones, range(6)) == left_out


_places = st.sampled_from([*ROOMS, "Rom 99", "Gang"])
_zones = st.lists(
    st.builds(
        Zone,
        id=st.sampled_from(["a", "b", "c", "d"]),
        name=st.sampled_from(["A", "B"]),
        rooms=st.lists(_places, max_size=4).map(tuple),
        waiting=st.lists(st.integers(0, 9), max_size=4).map(tuple),
    ),
    max_size=5,
)
_rows = st.builds(
    Row,
    place=st.none() | _places,
    level=st.none() | st.integers(1, 9),
    status=st.sampled_from(["planned", "arrived", "triaged", "in-progress"]),
)


@given(zones=_zones, rows=st.lists(_rows, max_size=8))
def test_nobody_is_on_no_wall_whatever_was_set(zones: list[Zone], rows: list[Row]) -> None:
    walls = [zone.id for zone in zones] or [None]

    shown = [rows_on_wall(zones, wall, rows) for wall in walls]

    assert all(any(row in wall for wall in shown) for row in rows)


@given(zones=_zones, rooms=st.lists(_places, unique=True))
def test_no_room_is_on_no_wall_whatever_was_set(zones: list[Zone], rooms: list[str]) -> None:
    walls = [zone.id for zone in zones] or [None]

    assert {room for wall in walls for room in rooms_on_wall(zones, wall, rooms)} == set(rooms)
