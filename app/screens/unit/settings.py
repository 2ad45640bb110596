"""Rooms and zones (rom og soner): the page on which a coordinator arranges the ward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.screens.render import data_block, render
from app.screens.texts import texts
from core.ids import Actor
from triage.queries.unit_settings import UnitSettings
from triage.rules.unit.alarm_minutes import AlarmMinutes, alarm_minutes
from triage.rules.unit.arrangement import COLUMNS
from triage.rules.unit.zones import UNTRIAGED, Zone

_SCRIPT_TEXTS = ("error.", "level.", "unit.script.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A room or desk as one line of the page."""

    name: str
    zone: str  # the id of the room's zone; empty: shown on all walls


def unit_settings(
    settings: UnitSettings, *, me: Actor, now: datetime, language: str, asset_version: str
) -> str:
    """The page, with everything as it is now."""
    t, chosen = texts(language), settings.arrangement
    ranks = (UNTRIAGED, *(level.rank for level in settings.levels))
    return render(
        "screens/unit_settings.html",
        t=t,
        asset_version=asset_version,
        current="unit",
        me=me,
        now=now,
        unit=settings.unit,
        unit_name=settings.unit_name,
        version=settings.version,
        rooms=[Place(name=room, zone=_zone_of(room, chosen.zones)) for room in chosen.rooms],
        desks=[Place(name=desk, zone="") for desk in chosen.desks],
        zones=chosen.zones,
        columns=[(column, column in chosen.columns) for column in COLUMNS],
        alarms=_minutes(chosen.alarms, ranks),
        levels=[(rank, f"l{rank}", str(rank or "?"), t(f"level.{rank}")) for rank in ranks],
        blank=Place(name="", zone=""),
        blank_zone=Zone.model_construct(id="", name="", rooms=(), waiting=()),
        data=data_block({"ranks": ranks}),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _minutes(alarms: AlarmMinutes | None, ranks: Sequence[int]) -> dict[str, Any]:
    """For every level of the scale; one that nothing is known of as the least urgent that is."""
    known = alarms or alarm_minutes({})

    def each(minutes: Mapping[int, int]) -> dict[int, int]:
        return {rank: minutes.get(rank, minutes[max(minutes)]) for rank in ranks}

    return {
        "untriaged": known.untriaged,
        "second_look": known.second_look,
        "unseen": each(known.unseen),
        "again": each(known.again),
    }


def _zone_of(room: str, zones: tuple[Zone, ...]) -> str:
    return next((zone.id for zone in zones if room in zone.rooms), "")
