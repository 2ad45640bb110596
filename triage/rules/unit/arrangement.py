"""How a unit is arranged (innredning): rooms, desks, zones and columns of its walls. Data of the unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError

from core.errors import Invalid
from core.text import Request
from triage.rules.unit.alarm_minutes import AlarmMinutes, alarm_minutes
from triage.rules.unit.zones import PlaceName, Zone, levels_without_zone

Column = Literal["place", "flags", "next", "staff"]
"""What a wall may leave out; level, patient and wait are always there."""

COLUMNS: tuple[Column, ...] = get_args(Column)
_KEYS = ("zones", "columns", "desks", "alarms")  # in the unit's `choices`
_VERSION = "arranged"


class RoomTwice(Invalid):
    """Two rooms or desks have the same name (samme navn)."""

    code = "room-twice"


class ZoneTwice(Invalid):
    """Two zones have the same name or id (samme sone)."""

    code = "zone-twice"


class RoomInTwoZones(Invalid):
    """A room is in two zones (rom i to soner)."""

    code = "room-in-two-zones"


class ZoneRoomUnknown(Invalid):
    """A zone has a room that the unit does not have (ukjent rom)."""

    code = "zone-room-unknown"


class WaitingRoomWithoutZone(Invalid):
    """There are zones, and none of them takes these levels of the waiting room (venterom uten sone)."""

    code = "waiting-room-without-zone"


class Arrangement(Request):
    """Everything a coordinator decides about the ward's places, as one value."""

    rooms: Annotated[tuple[PlaceName, ...], Field(max_length=100)]  # in the order of the wall
    desks: Annotated[tuple[PlaceName, ...], Field(max_length=30)] = ()  # patients are called to them too
    zones: Annotated[tuple[Zone, ...], Field(max_length=12)] = ()
    columns: Annotated[tuple[Column, ...], Field(max_length=len(COLUMNS))] = COLUMNS
    alarms: AlarmMinutes | None = None  # None when asked for: as they are


def arrangement(rooms: Sequence[str], choices: Mapping[str, Any]) -> Arrangement:
    """The unit's arrangement as stored; what cannot be read (old, by hand) counts as not chosen."""
    return Arrangement.model_construct(
        rooms=tuple(rooms),
        desks=_readable(PlaceName, choices.get("desks", ())),
        zones=_readable(Zone, choices.get("zones", ())),
        columns=_readable(Column, choices.get("columns", COLUMNS)),
        alarms=alarm_minutes(choices),
    )


def _readable(kind: Any, stored: object) -> tuple[Any, ...]:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    found = []
    for each in stored if isinstance(stored, list | tuple) else ():
        try:
            found.append(adapter.validate_python(each))
        except ValidationError:
            continue
    return tuple(found)


def version_of(choices: Mapping[str, Any]) -> int:
    """How many times the unit was arranged, counted from one."""
    return int(choices.get(_VERSION, 1))


def as_choices(chosen: Arrangement, before: Mapping[str, Any]) -> dict[str, Any]:
    """The unit's choices with the arrangement in them, one version further; all other choices are kept."""
    stored = chosen.model_dump(mode="json")
    return {**before, **{key: stored[key] for key in _KEYS}, _VERSION: version_of(before) + 1}


def require_sound(chosen: Arrangement, levels: Collection[int]) -> None:
    """Refuse what would leave a place in doubt, or anybody without a wall; `levels` are the scale's ranks."""
    _require_once(RoomTwice, "room", (*chosen.rooms, *chosen.desks))
    _require_once(ZoneTwice, "zone", [zone.id for zone in chosen.zones])
    _require_once(ZoneTwice, "zone", [zone.name for zone in chosen.zones])
    _require_once(RoomInTwoZones, "room", [room for zone in chosen.zones for room in zone.rooms])
    for zone in chosen.zones:
        for room in zone.rooms:
            if room not in chosen.rooms:
                raise ZoneRoomUnknown(room=room, zone=zone.name)
    left_out = levels_without_zone(chosen.zones, levels)
    if left_out:
        raise WaitingRoomWithoutZone(levels=left_out)


def _require_once(refusal: type[Invalid], what: str, names: Sequence[str]) -> None:
    count = Counter(name.casefold() for name in names)
    for name in names:
        if count[name.casefold()] > 1:
            raise refusal(**{what: name})
