"""A patient at the door (mottak): on the board with two fields, whoever they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import SystemRandom
from typing import Literal

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Conflict, Invalid
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import OPEN, Status
from core.patients.gp import GeneralPractitioner
from core.patients.national_id import Environment, NationalId, parse
from core.patients.tables import Encounter, Patient, PatientIdentifier
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from triage.events import PatientCheckedIn, PatientExpected
from triage.rules.contact_number import free_number
from triage.tables import TriageState

BACK_ENTRY = timedelta(hours=24)
"""How far back an arrival written on paper during a breakdown may lie."""
AHEAD = timedelta(hours=48)
"""How far ahead somebody can be expected: this is an emergency ward, not an appointment book."""
OLDEST = timedelta(days=130 * 365)
"""Longer ago nobody here was born; the scales have no table for it either."""


class AlreadyHere(Conflict):
    """This person is on the board already; a second row would split what is known about them."""

    code = "already-here"


class TimeNotPossible(Invalid):
    """A time that cannot be: in the future, further back than a breakdown lasts, or outside a life."""

    code = "time-not-possible"


class Arrival(Request):
    """What the nurse knows at the door (mottak). `called` and `complaint` are enough."""

    called: ShortText
    complaint: ShortText
    national_id: ShortText | None = None
    given: ShortText | None = None
    family: ShortText | None = None
    birth_date: date | None = None
    sex: Literal["female", "male", "unknown"] = "unknown"
    arrival_mode: Literal["walk-in", "ambulance", "police", "referred"] = "walk-in"
    flags: frozenset[Literal["allergy", "infection", "fall", "interpreter"]] = frozenset()
    general_practitioner: GeneralPractitioner | None = None
    arrived_at: Moment | None = None
    expected_at: Moment | None = None


class CheckedIn(Answer):
    """The encounter that now is on the board."""

    id: str
    version: int
    number: str
    status: str
    patient_id: str


async def check_in(work: Work, arrival: Arrival, unit: str, environment: Environment) -> CheckedIn:
    """Put a patient on the board (sjekk inn). Works for unknown patients too."""
    require(work.actor, Permission.CHECK_IN)
    _require_possible(arrival, work.now)
    national_id = parse(arrival.national_id, environment=environment) if arrival.national_id else None
    patient = await _find_or_create(work, arrival, national_id)
    await _refuse_second(work, patient, unit)
    encounter = await _open_encounter(work, arrival, patient, unit)
    work.session.add_all([encounter, TriageState(encounter_id=encounter.id, continuous=False)])
    await _make_known(work, encounter)
    return CheckedIn(
        id=encounter.id,
        version=encounter.version,
        number=encounter.number,
        status=encounter.status,
        patient_id=patient.id,
    )


def _require_possible(arrival: Arrival, now: datetime) -> None:
    born, today = arrival.birth_date, local(now).date()
    if born and not today - OLDEST <= born <= today:
        raise TimeNotPossible(field="birth_date")
    if arrival.expected_at and arrival.arrived_at:
        raise TimeNotPossible(field="expected_at")  # somebody who has come is expected no more
    for field, at, latest in (
        ("arrived_at", arrival.arrived_at, timedelta(minutes=1)),
        ("expected_at", arrival.expected_at, AHEAD),
    ):
        if at and not now - BACK_ENTRY <= at <= now + latest:
            raise TimeNotPossible(field=field)


async def arrive(work: Work, encounter_id: str) -> CheckedIn:
    """An expected patient has come (ventet pasient er kommet); what was known on the way is kept."""
    require(work.actor, Permission.CHECK_IN)
    encounter = await encounters.load(work, encounter_id)
    encounters.move(encounter, Status.ARRIVED)
    encounter.arrived_at = work.now
    version = encounters.changed(encounter)
    await _make_known(work, encounter)
    return CheckedIn(
        id=encounter.id,
        version=version,
        number=encounter.number,
        status=encounter.status,
        patient_id=encounter.patient_id,
    )


async def _find_or_create(work: Work, arrival: Arrival, national_id: NationalId | None) -> Patient:
    patient = await _known(work, national_id) if national_id else None
    if patient is None:
        patient = Patient(id=new_id(), called=arrival.called, sex=arrival.sex, added_at=work.now)
        work.session.add(patient)
        if national_id:
            await work.session.flush()
            work.session.add(
                PatientIdentifier(
                    patient_id=patient.id,
                    kind=national_id.kind,
                    value=national_id.digits,
                    added_at=work.now,
                )
            )
    _fill_in(patient, arrival, national_id)
    await work.session.flush()
    return patient


async def _known(work: Work, national_id: NationalId) -> Patient | None:
    found = await work.session.execute(
        select(Patient)
        .join(PatientIdentifier, PatientIdentifier.patient_id == Patient.id)
        .where(PatientIdentifier.kind == national_id.kind, PatientIdentifier.value == national_id.digits)
    )
    return found.scalar_one_or_none()


def _fill_in(patient: Patient, arrival: Arrival, national_id: NationalId | None) -> None:
    patient.called = arrival.called
    patient.given = arrival.given or patient.given
    patient.family = arrival.family or patient.family
    patient.sex = arrival.sex if arrival.sex != "unknown" else patient.sex
    hint = national_id.birth_date_hint if national_id else None
    patient.birth_date = arrival.birth_date or patient.birth_date or hint
    if arrival.general_practitioner:
        patient.gp = arrival.general_practitioner.model_dump(mode="json")


async def _refuse_second(work: Work, patient: Patient, unit: str) -> None:
    found = await work.session.execute(
        select(Encounter.id, Encounter.number).where(
            Encounter.patient_id == patient.id, Encounter.unit_id == unit, Encounter.status.in_(OPEN)
        )
    )
    already = found.first()
    if already:
        raise AlreadyHere(encounter=already.id, number=already.number)


async def _open_encounter(work: Work, arrival: Arrival, patient: Patient, unit: str) -> Encounter:
    expected = arrival.expected_at
    arrived_at = expected or arrival.arrived_at or work.now
    return Encounter(
        id=new_id(),
        unit_id=unit,
        patient_id=patient.id,
        number=free_number(await _taken_numbers(work, unit), SystemRandom()),
        version=1,
        status=(Status.PLANNED if expected else Status.ARRIVED).value,
        complaint=arrival.complaint,
        arrival_mode=arrival.arrival_mode,
        flags=sorted(arrival.flags),
        arrived_at=arrived_at,
        expected_at=expected,
        recorded_at=work.now,
    )


async def _taken_numbers(work: Work, unit: str) -> set[str]:
    statement = select(Encounter.number).where(
        Encounter.unit_id == unit, Encounter.recorded_at > work.now - timedelta(hours=24)
    )
    return set((await work.session.execute(statement)).scalars())


async def _make_known(work: Work, encounter: Encounter) -> None:
    if encounter.status == Status.PLANNED:
        await work.record(PatientExpected(encounter_id=encounter.id, happened_at=work.now))
        return
    await work.record(
        PatientCheckedIn(encounter_id=encounter.id, happened_at=encounter.arrived_at, number=encounter.number)
    )
