"""Calling for a doctor (varsle lege): an alarm on every screen of the staff until a doctor has looked."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.errors import Conflict
from core.patients import encounter as encounters
from core.patients.encounter import NotPossibleNow, Status
from core.store.work import Work
from core.text import Answer
from triage.events import DoctorCalled


class PatientWithDoctor(Conflict):
    """A doctor has this patient already, and is the one to speak to."""

    code = "patient-with-doctor"


class DoctorIsCalled(Answer):
    """The encounter, now with an alarm that only a doctor ends."""

    id: str
    version: int


async def call_doctor(work: Work, encounter_id: str) -> DoctorIsCalled:
    """Call for a doctor now (varsle lege nå). It rings until a doctor takes or has looked to the patient."""
    require(work.actor, Permission.LOOK_AFTER)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    if encounter.status == Status.PLANNED:
        raise NotPossibleNow(encounter_status=encounter.status)
    if encounter.doctor_id is not None:
        doctor = await work.session.get_one(Staff, encounter.doctor_id)
        raise PatientWithDoctor(doctor=doctor.name)
    version = encounters.changed(encounter)
    await work.record(DoctorCalled(encounter_id=encounter.id, happened_at=work.now))
    return DoctorIsCalled(id=encounter.id, version=version)
