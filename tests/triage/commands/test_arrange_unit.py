"""Arranging the unit: what is refused and why, and that the walls are told."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.night_watch import look_at_those_due
from app.wiring import reactions
from core.errors import Invalid, NotAllowed, Stale
from core.patients.tables import Unit
from core.settings import Settings
from core.store.database import Database
from core.store.event_log import EventRow
from core.store.work import Store, Work
from tests.cast import ROOMS, UNIT, move_in
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.arrange_unit import Arranged, RoomInUse, arrange_unit
from triage.commands.look_after import (
    Calling,
    Placing,
    UnknownPlace,
    call_patient,
    place_in_room,
    register_left,
)
from triage.queries.board import about_unit
from triage.queries.unit_settings import UnitSettings, unit_settings
from triage.rules.safety.alarms import Limits, limits_of
from triage.rules.unit.alarm_minutes import alarm_minutes
from triage.rules.unit.arrangement import (
    COLUMNS,
    Arrangement,
    RoomInTwoZones,
    RoomTwice,
    WaitingRoomWithoutZone,
    ZoneRoomUnknown,
    ZoneTwice,
    arrangement,
    require_sound,
)
from triage.rules.unit.zones import Zone

ACUTE: dict[str, Any] = {
    "id": "akutt",
    "name": "Akutt",
    "rooms": ("Akutt 1", "Akutt 2"),
    "waiting": (0, 1, 2),
}
REST: dict[str, Any] = {"id": "pol", "name": "Poliklinikk", "rooms": ("Rom 1",), "waiting": (3, 4, 5)}


def chosen(*zones: dict[str, Any], **changes: Any) -> Arrangement:
    return Arrangement.model_validate({"rooms": ROOMS, "zones": zones, **changes})


async def arrange(hand: Hand, wanted: Arrangement, version: int = 1) -> Arranged:
    return await hand.store.write(hand.cast.kari.actor, arrange_unit, wanted, version)


async def arranged(hand: Hand) -> UnitSettings:
    return await hand.store.read(unit_settings, UNIT)


async def events(session: AsyncSession) -> list[tuple[str | None, Any]]:
    found = await session.execute(select(EventRow).where(EventRow.kind == "unit-changed"))
    return [(row.encounter_id, row.facts) for row in found.scalars()]


async def test_a_ward_is_divided_and_its_walls_are_told(nora: Hand) -> None:
    wanted = chosen(ACUTE, REST, desks=("Luke 2",), columns=("place", "next"))

    answer = await arrange(nora, wanted)

    as_they_were = wanted.model_copy(update={"alarms": arrangement(ROOMS, {}).alarms})
    assert (answer.version, answer.arrangement) == (2, as_they_were)
    about = await nora.store.read(about_unit, UNIT)
    assert ([zone.name for zone in about["zones"]], about["columns"]) == (
        ["Akutt", "Poliklinikk"],
        ("place", "next"),
    )
    assert await nora.store.read(events) == [(None, {"changed": ["desks", "zones", "columns"]})]


async def test_what_is_already_so_changes_nothing_and_tells_nobody(nora: Hand) -> None:
    assert (await arrange(nora, chosen())).version == 1
    assert await nora.store.read(events) == []


async def test_the_second_of_two_who_arrange_at_once_is_told_what_it_is_now(nora: Hand) -> None:
    await arrange(nora, chosen(rooms=(*ROOMS, "Rom 4")))

    with pytest.raises(Stale) as refused:
        await arrange(nora, chosen(rooms=(*ROOMS, "Gips")))

    assert refused.value.facts["current"].rooms == (*ROOMS, "Rom 4")
    assert (await arranged(nora)).arrangement.rooms == (*ROOMS, "Rom 4")


async def test_a_room_with_somebody_in_it_stays_until_they_are_elsewhere(nora: Hand) -> None:
    patient, me = await nora.check_in(), nora.cast.nora.actor
    await nora.store.write(me, place_in_room, patient.id, Placing(place="Rom 1"), None)
    without = chosen(rooms=tuple(room for room in ROOMS if room != "Rom 1"))

    with pytest.raises(RoomInUse) as refused:
        await arrange(nora, without)
    assert refused.value.facts == {"rooms": ["Rom 1"], "patients": [patient.number]}

    await nora.store.write(me, register_left, patient.id, 2)
    assert (await arrange(nora, without)).version == 2


async def test_a_patient_can_be_called_to_a_desk_but_not_placed_there(nora: Hand) -> None:
    await arrange(nora, chosen(desks=("Luke 2",)))
    patient, me = (await nora.check_in()).id, nora.cast.nora.actor

    await nora.store.write(me, call_patient, patient, Calling(place="Luke 2"), None)

    with pytest.raises(UnknownPlace):
        await nora.store.write(me, place_in_room, patient, Placing(place="Luke 2"), None)


async def test_a_nurse_does_not_arrange_the_ward(nora: Hand) -> None:
    with pytest.raises(NotAllowed):
        await nora.store.write(nora.cast.nora.actor, arrange_unit, chosen(), 1)


async def test_the_units_other_choices_are_kept(nora: Hand) -> None:
    async def own_targets(work: Work) -> None:
        (await work.session.get_one(Unit, UNIT)).choices = {"targets": {"orange": 15}}

    await nora.store.write(nora.cast.admin.actor, own_targets)
    await arrange(nora, chosen(desks=("Luke 2",)))

    async def choices(session: AsyncSession) -> dict[str, Any]:
        return (await session.get_one(Unit, UNIT)).choices

    assert (await nora.store.read(choices))["targets"] == {"orange": 15}


@pytest.mark.parametrize(
    ("wanted", "refusal", "facts"),
    [
        (chosen(rooms=("Rom 1", "rom 1")), RoomTwice, {"room": "Rom 1"}),
        (chosen(desks=("Rom 1",)), RoomTwice, {"room": "Rom 1"}),
        (chosen(ACUTE, {**REST, "id": "akutt"}), ZoneTwice, {"zone": "akutt"}),
        (chosen(ACUTE, {**REST, "name": "AKUTT"}), ZoneTwice, {"zone": "Akutt"}),
        (chosen(ACUTE, {**REST, "rooms": ("Akutt 1",)}), RoomInTwoZones, {"room": "Akutt 1"}),
        (
            chosen(ACUTE, {**REST, "rooms": ("Rom 7",)}),
            ZoneRoomUnknown,
            {"room": "Rom 7", "zone": "Poliklinikk"},
        ),
        (chosen(ACUTE), WaitingRoomWithoutZone, {"levels": [3, 4, 5]}),
        (chosen(REST), WaitingRoomWithoutZone, {"levels": [0, 1, 2]}),
    ],
)
def test_an_arrangement_that_leaves_a_doubt_is_refused(
    wanted: Arrangement, refusal: type[Invalid], facts: dict[str, Any]
) -> None:
    with pytest.raises(refusal) as refused:
        require_sound(wanted, range(6))

    assert refused.value.facts == facts


def test_two_zones_may_take_the_same_level_and_a_room_may_be_in_none() -> None:
    require_sound(chosen(ACUTE, {**REST, "waiting": (1, 3, 4, 5)}), range(6))


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ("level",)},
        {"rooms": ("",)},
        {"rooms": ("x" * 31,)},
        {"desks": ("Luke\x00",)},
        {"wall": 1},
    ],
)
def test_what_no_wall_could_show_is_not_read(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        chosen(**changes)


def test_what_was_stored_and_cannot_be_read_counts_as_not_chosen() -> None:
    stored = {
        "zones": [{"id": "Å", "name": ""}, {**ACUTE, "rooms": []}, 7],
        "columns": ["level", "next"],
        "desks": None,
    }

    read = arrangement(["Rom 1"], stored)

    assert read.zones == (Zone(id="akutt", name="Akutt", waiting=(0, 1, 2)),)
    assert (read.columns, read.desks) == (("next",), ())
    assert arrangement(["Rom 1"], {}).columns == COLUMNS


MINUTES: dict[str, Any] = {"untriaged": 5, "second_look": 10, "unseen": {1: 10, 2: 20}, "again": {2: 4}}


async def test_the_units_own_minutes_ring_at_once_also_for_those_who_wait_already(
    database_url: str, clock: SettableClock
) -> None:
    store = Store(Database(database_url), clock, reactions(Settings(modules=())))
    nora = Hand(store, await move_in(store))
    encounter = (await nora.check_in()).id
    clock.advance(minutes=6)
    assert await look_at_those_due(store) == 0

    answer = await arrange(nora, chosen(alarms=MINUTES))

    assert await look_at_those_due(store) == 1
    assert (await nora.row(encounter)).alarm is not None
    kept = answer.arrangement.alarms
    assert kept is not None
    assert (kept.untriaged, kept.unseen[1]) == (5, 10)
    again = await arrange(nora, chosen(), answer.version)
    assert again.arrangement.alarms == alarm_minutes({"alarms": MINUTES}), "not asked for: as they are"
    await store.drain()


@pytest.mark.parametrize("minutes", [0, -5, 481, 100_000])
def test_no_minutes_can_switch_a_rule_off(minutes: int) -> None:
    for name in ("untriaged", "second_look"):
        with pytest.raises(ValidationError):
            chosen(alarms={**MINUTES, name: minutes})
    for name in ("unseen", "again"):
        with pytest.raises(ValidationError):
            chosen(alarms={**MINUTES, name: {1: minutes}})
    stored = {"untriaged": minutes, "unseen": {"1": minutes}, "again": {"2": minutes}, "second_look": "x"}
    assert limits_of({"alarms": stored}) == Limits(), "stored by hand it counts as not chosen"
