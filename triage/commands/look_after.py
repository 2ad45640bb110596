"""What a nurse does between triage and doctor: show to a room, look to, call, note that somebody went."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.errors import Invalid
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter, Unit
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer, Request, ShortText
from triage.events import PatientCalled, PatientLeft, PatientNotCome, PatientPlaced, PatientSeen
from triage.rules.unit.arrangement import arrangement
from triage.tables import TriageState


class UnknownPlace(Invalid):
    """The unit has no such room, or no desk of that name to be called to."""

    code = "unknown-place"


class Placing(Request):
    """Where to; None is the waiting room (venterom)."""

    place: ShortText | None


class Calling(Request):
    """Where the patient is called to, if anywhere in particular."""

    place: ShortText | None = None


class Changed(Answer):
    """The encounter after the change."""

    id: str
    version: int
    status: str


async def place_in_room(work: Work, encounter_id: str, placing: Placing, expected: int | None) -> Changed:
    """Show the patient to a room, or back to the waiting room (plassere)."""
    encounter, state = await _open(work, encounter_id, Permission.LOOK_AFTER, expected)
    await _require_place(work, placing.place)
    state.place = placing.place
    if placing.place is not None:
        state.called_at = state.called_to = None  # answered: the number comes down in the waiting room
    return await _changed(
        work,
        encounter,
        PatientPlaced(encounter_id=encounter.id, happened_at=work.now, place=placing.place),
    )


async def mark_seen(work: Work, encounter_id: str, expected: int | None) -> Changed:
    """Somebody looked to the patient (sett til)."""
    encounter, state = await _open(work, encounter_id, Permission.LOOK_AFTER, expected)
    state.last_seen_at = work.now
    state.nurse = work.actor.initials
    return await _changed(work, encounter, PatientSeen(encounter_id=encounter.id, happened_at=work.now))


async def call_patient(work: Work, encounter_id: str, calling: Calling, expected: int | None) -> Changed:
    """Call the patient's number (kalle opp), to a place if one is given."""
    encounter, state = await _open(work, encounter_id, Permission.LOOK_AFTER, expected)
    await _require_place(work, calling.place, desks=True)
    state.called_at, state.called_to = work.now, calling.place
    return await _changed(
        work,
        encounter,
        PatientCalled(encounter_id=encounter.id, happened_at=work.now, place=calling.place),
    )


async def register_left(work: Work, encounter_id: str, expected: int) -> Changed:
    """The patient went without being seen, or never came (gikk, møtte ikke); stays in the record."""
    encounter, _state = await _open(work, encounter_id, Permission.REGISTER_LEFT, expected)
    never_came = encounter.status == Status.PLANNED
    encounters.move(encounter, Status.CANCELLED)
    encounter.ended_at = work.now
    event = PatientNotCome if never_came else PatientLeft
    return await _changed(work, encounter, event(encounter_id=encounter.id, happened_at=work.now))


async def _open(
    work: Work, encounter_id: str, permission: Permission, expected: int | None
) -> tuple[Encounter, TriageState]:
    require(work.actor, permission)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    return encounter, await work.session.get_one(TriageState, encounter.id)


async def _require_place(work: Work, place: str | None, *, desks: bool = False) -> None:
    if place is None:
        return
    unit = await work.session.get_one(Unit, work.unit)
    chosen = arrangement(unit.rooms, unit.choices)
    if place not in (*chosen.rooms, *(chosen.desks if desks else ())):
        raise UnknownPlace(place=place, rooms=chosen.rooms)


async def _changed(work: Work, encounter: Encounter, event: Event) -> Changed:
    version = encounters.changed(encounter)
    await work.record(event)
    return Changed(id=encounter.id, version=version, status=encounter.status)
