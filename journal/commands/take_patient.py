"""Taking a patient (ta pasient): exactly one doctor is responsible at any time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.errors import Conflict, Invalid
from core.ids import Role
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.events import PatientHandedOver, PatientTaken
from journal.rules.hand_over import NotADoctor


class AlreadyTaken(Conflict):
    """A colleague was first; says who and since when."""

    code = "already-taken"


class TakenTimeNotPossible(Invalid):
    """A time before the patient came, or in the future."""

    code = "time-not-possible"


class Taking(Request):
    """When the doctor began, if entered afterwards."""

    taken_at: Moment | None = None


class Receiver(Request):
    """Who takes over: a doctor's staff id."""

    to: ShortText


class Taken(Answer):
    """Who is responsible now."""

    id: str
    version: int
    status: str
    doctor: str
    doctor_id: str


async def take_patient(work: Work, encounter_id: str, taking: Taking, expected: int | None = None) -> Taken:
    """Become the responsible doctor. Raises AlreadyTaken with the winner's name."""
    require(work.actor, Permission.TAKE_PATIENT)
    encounter = await encounters.load(work, encounter_id)
    if encounter.doctor_id is not None and encounter.doctor_id != work.actor.id:
        raise AlreadyTaken(doctor=await _name(work, encounter.doctor_id), since=encounter.taken_at)
    encounter = await encounters.load(work, encounter_id, expected)
    if encounter.doctor_id is None:
        encounters.move(encounter, Status.IN_PROGRESS)
        encounter.doctor_id = work.actor.id
        encounter.taken_at = _possible(work, encounter, taking)
        encounters.changed(encounter)
        await work.record(PatientTaken(encounter_id=encounter.id, happened_at=encounter.taken_at))
    return _taken(encounter, work.actor.name)


async def hand_over(work: Work, encounter_id: str, receiver: Receiver, expected: int) -> Taken:
    """Give the responsibility to another doctor (overlevere)."""
    require(work.actor, Permission.TAKE_PATIENT)
    encounter = await encounters.load(work, encounter_id, expected)
    if encounter.status != Status.IN_PROGRESS:
        # Who has no doctor yet is taken, so that it is known from when somebody was responsible.
        raise encounters.NotPossibleNow(encounter_status=encounter.status, wanted=Status.IN_PROGRESS.value)
    found = await work.session.execute(
        select(Staff).where(Staff.id == receiver.to, Staff.unit_id == work.unit, Staff.active)
    )
    doctor = found.scalar_one_or_none()
    if doctor is None or doctor.role != Role.DOCTOR:
        raise NotADoctor
    encounter.doctor_id = doctor.id
    encounters.changed(encounter)
    await work.record(PatientHandedOver(encounter_id=encounter.id, happened_at=work.now, to=doctor.name))
    return _taken(encounter, doctor.name)


def _possible(work: Work, encounter: Encounter, taking: Taking) -> Moment:
    moment = taking.taken_at or work.now
    if not encounter.arrived_at <= moment <= work.now + timedelta(minutes=1):
        raise TakenTimeNotPossible(field="taken_at")
    return moment


async def _name(work: Work, staff_id: str) -> str:
    return (await work.session.execute(select(Staff.name).where(Staff.id == staff_id))).scalar_one()


def _taken(encounter: Encounter, doctor: str) -> Taken:
    assert encounter.doctor_id is not None
    return Taken(
        id=encounter.id,
        version=encounter.version,
        status=encounter.status,
        doctor=doctor,
        doctor_id=encounter.doctor_id,
    )
