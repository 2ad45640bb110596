"""Zones (soner): which walls of a big ward show which patients.

The union of all zones' walls is everybody, whatever the settings say: whom no zone claims, all of them show.
`app/static/lib/zones.js` is the same rule for walls between two patches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Protocol, TypeVar

from pydantic import Field, StringConstraints

from core.text import Request, ShortText

PlaceName = Annotated[ShortText, Field(max_length=30)]
"""A room, desk or zone as signs and walls have room for it."""

ZoneId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
Rank = Annotated[int, Field(ge=0, le=9)]
"""A level by its rank; 0 is not triaged yet."""

UNTRIAGED = 0


class Zone(Request):
    """A part of the ward with walls of its own (sone)."""

    id: ZoneId
    name: PlaceName
    rooms: Annotated[tuple[PlaceName, ...], Field(max_length=100)] = ()
    waiting: Annotated[tuple[Rank, ...], Field(max_length=10)] = ()  # levels it takes of those without a room


class Standing(Protocol):
    """What decides where a patient is shown: a row of the board has it."""

    @property
    def place(self) -> str | None: ...
    @property
    def level(self) -> int | None: ...
    @property
    def status(self) -> str: ...


Row = TypeVar("Row", bound=Standing)


def zones_showing(zones: Iterable[Zone], row: Standing) -> frozenset[str]:
    """Ids of the zones whose walls show the patient; all of them when none has claimed the patient.

    Who is only expected belongs to no part of the ward yet.
    """
    known = tuple(zones)
    claiming = frozenset(zone.id for zone in known if _claims(zone, row))
    return claiming or frozenset(zone.id for zone in known)


def _claims(zone: Zone, row: Standing) -> bool:
    if row.status == "planned":
        return False
    if row.place is not None:
        return row.place in zone.rooms
    return (row.level or UNTRIAGED) in zone.waiting


def rows_on_wall(zones: Sequence[Zone], wall: str | None, rows: Iterable[Row]) -> list[Row]:
    """The rows that the wall of this zone shows; a wall of no zone, or of one that is gone, shows all."""
    if all(zone.id != wall for zone in zones):
        return list(rows)
    return [row for row in rows if wall in zones_showing(zones, row)]


def rooms_on_wall(zones: Sequence[Zone], wall: str | None, rooms: Iterable[str]) -> list[str]:
    """The rooms that the wall of this zone shows: its own, and those that are in no zone."""
    if all(zone.id != wall for zone in zones):
        return list(rooms)
    elsewhere = {room for zone in zones if zone.id != wall for room in zone.rooms}
    own = {room for zone in zones if zone.id == wall for room in zone.rooms}
    return [room for room in rooms if room in own or room not in elsewhere]


def levels_without_zone(zones: Sequence[Zone], levels: Collection[int]) -> list[int]:
    """The levels of the waiting room that no zone takes; nothing when the ward is not divided."""
    taken = {level for zone in zones for level in zone.waiting}
    return sorted(set(levels) - taken) if zones else []
