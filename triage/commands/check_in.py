"""A patient at the door (mottak): on the board with two fields, whoever they are."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import SystemRandom
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Conflict, Invalid
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import OPEN, Status
from core.patients.gp.named import GeneralPractitioner
from core.patients.identity.changes import Decision, Effect, carry_out, tell
from core.patients.identity.events import PatientIdentified
from core.patients.identity.id_numbers import Country, ForeignNumber, Number, holder_of, number_of
from core.patients.identity.identify import fields
from core.patients.national_id import Environment
from core.patients.related import NEWBORN, as_newborn
from core.patients.tables import Encounter, Patient, PatientIdentifier
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from triage.events import CallClosed, ExpectedAnew, PatientCheckedIn, PatientExpected
from triage.rules.contact_number import free_number
from triage.rules.telephone.course import Urgency
from triage.tables import Expectation, TelephoneCall, TriageState

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


EncounterKey = Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]


class Arrival(Request):
    """What the nurse knows at the door (mottak). `called` and `complaint` are enough."""

    called: ShortText
    complaint: ShortText
    national_id: ShortText | None = None
    foreign_number: ForeignNumber | None = None
    residence: Country | None = None
    given: ShortText | None = None
    family: ShortText | None = None
    birth_date: date | None = None
    sex: Literal["female", "male", "unknown"] = "unknown"
    arrival_mode: Literal["walk-in", "ambulance", "police", "referred"] = "walk-in"
    flags: frozenset[Literal["allergy", "infection", "fall", "interpreter"]] = frozenset()
    general_practitioner: GeneralPractitioner | None = None
    arrived_at: Moment | None = None
    expected_at: Moment | None = None
    urgency: Urgency | None = None  # of somebody on the way, as an ambulance or a colleague told
    pre_alert: ShortText | None = None  # forhåndsvarsel
    mother: EncounterKey | None = None  # a newborn, of the patient in this encounter
    birth_order: Annotated[int, Field(ge=1, le=9)] | None = None  # of twins

    @model_validator(mode="before")
    @classmethod
    def _newborn(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("mother") and "called" not in given:
            return {**given, "called": NEWBORN}
        return given


class NewExpectation(Request):
    """When somebody on the way is expected now."""

    expected_at: Moment
    pre_alert: ShortText | None = None


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
    number = number_of(arrival.national_id, arrival.foreign_number, environment)
    known = await holder_of(work.session, number) if number else None
    patient = known or await _new_patient(work, arrival, number)
    await _refuse_second(work, patient, unit)
    encounter = await _open_encounter(work, arrival, patient, unit)
    state = TriageState(
        encounter_id=encounter.id, continuous=False
    )  # in hand until the reactions have used it
    work.session.add_all([encounter, state])
    if known:
        await _learn(work, encounter, known, _told(arrival, known, number))
    if arrival.expected_at:
        told = Expectation(called_at=work.now, urgency=arrival.urgency, pre_alert=arrival.pre_alert)
        told.encounter_id = encounter.id
        await work.session.flush()
        work.session.add(told)
    await _make_known(work, encounter)
    return _checked_in(encounter, encounter.version)


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
    return _checked_in(encounter, version)


async def expect_anew(work: Work, encounter_id: str, anew: NewExpectation) -> CheckedIn:
    """Somebody on the way comes at another time (endre ventet tidspunkt), or more is known of them."""
    require(work.actor, Permission.CHECK_IN)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_move(encounter, Status.ARRIVED)
    if not work.now - BACK_ENTRY <= anew.expected_at <= work.now + AHEAD:
        raise TimeNotPossible(field="expected_at")
    encounter.expected_at = encounter.arrived_at = anew.expected_at
    told = await work.session.get(Expectation, encounter_id)
    if told is not None and anew.pre_alert is not None:
        told.pre_alert = anew.pre_alert
    version = encounters.changed(encounter)
    at = anew.expected_at.isoformat()
    await work.record(ExpectedAnew(encounter_id=encounter.id, happened_at=work.now, expected_at=at))
    return _checked_in(encounter, version)


async def expect_caller(work: Work, event: CallClosed) -> None:
    """The reaction to a call after which somebody comes: a place on the board, with what was said."""
    if event.expected_at is None:
        return
    call = await work.session.get_one(TelephoneCall, event.call)
    arrival = Arrival(
        called=call.about or call.caller or "?",
        complaint=call.complaint or "?",
        expected_at=event.expected_at,
        arrival_mode="ambulance" if event.by_ambulance else "walk-in",
    )
    came = await check_in(work, arrival, work.unit, "production")  # by no number, so of no register
    told = await work.session.get_one(Expectation, came.id)
    told.call_id, told.called_at = call.id, call.rang_at or call.known_at
    told.urgency, told.pre_alert = call.urgency, call.advice
    call.encounter_id = came.id


def _checked_in(encounter: Encounter, version: int) -> CheckedIn:
    return CheckedIn(
        id=encounter.id,
        version=version,
        number=encounter.number,
        status=encounter.status,
        patient_id=encounter.patient_id,
    )


async def _new_patient(work: Work, arrival: Arrival, number: Number | None) -> Patient:
    patient = Patient(id=new_id(), called=arrival.called, sex=arrival.sex, added_at=work.now)
    patient.protection = "ugradert"
    for name, value in _told(arrival, patient, number).items():
        setattr(patient, name, value)
    work.session.add(patient)
    await work.session.flush()
    if number:
        work.session.add(
            PatientIdentifier(
                patient_id=patient.id,
                kind=number.kind,
                country=number.country,
                value=number.value,
                added_at=work.now,
            )
        )
    if arrival.mother:
        today = local(work.now).date()
        await as_newborn(work, patient, arrival.mother, today=today, order=arrival.birth_order)
    await work.session.flush()
    return patient


def _told(arrival: Arrival, patient: Patient, number: Number | None) -> dict[str, Any]:
    """What was said at the door; what was not said stays as it is known."""
    told = {name: getattr(arrival, name) for name in ("called", "given", "family", "birth_date", "residence")}
    told = {name: value for name, value in told.items() if value is not None}
    if arrival.sex != "unknown":
        told["sex"] = arrival.sex
    if number and number.birth_date_hint and not patient.birth_date:
        told.setdefault("birth_date", number.birth_date_hint)
    if arrival.general_practitioner:
        told["gp"] = arrival.general_practitioner.model_dump(mode="json")
    return told


async def _learn(work: Work, encounter: Encounter, patient: Patient, told: dict[str, Any]) -> None:
    """Somebody we know told something new at the door: kept with what was known before, as any change."""
    effects: list[Effect] = fields(patient, told)
    if not effects:
        return
    await work.session.flush()
    decision = Decision(kind="checked-in", encounter_id=encounter.id, patient_id=patient.id, reason=None)
    change = await carry_out(work, decision, effects)
    await tell(work, PatientIdentified, change, effects, but=encounter.id)


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
