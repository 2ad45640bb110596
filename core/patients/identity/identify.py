"""Putting name, number or birth date on somebody (identifisere), or correcting what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Conflict, Invalid
from core.patients import encounter as encounters
from core.patients.identity.changes import (
    Decision,
    Effect,
    carry_out,
    holding,
    number_effect,
    patient_effect,
    tell,
)
from core.patients.identity.events import PatientIdentified
from core.patients.identity.id_numbers import (
    Country,
    ForeignNumber,
    Number,
    holder_of,
    number_of,
    numbers_of,
)
from core.patients.national_id import Environment
from core.patients.protection import Protection, require_address_wanted
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from core.text import Answer, Request, ShortText

OLDEST = timedelta(days=130 * 365)

Field = Literal["given", "family", "birth_date", "residence", "address", "phone"]
NumberKind = Literal["fnr", "dnr", "fhn", "passport", "foreign", "duf"]


class NumberTaken(Conflict):
    """The number is another record's: the two may be the same person, and can be merged."""

    code = "number-belongs-to-another"


class NothingChanged(Invalid):
    """All of this is known already."""

    code = "nothing-changed"


class BirthDateNotPossible(Invalid):
    """Nobody who is here was born then."""

    code = "birth-date-not-possible"


class Identification(Request):
    """What is known now. What is not sent stays as it is; `clear` and `withdraw` take away what was wrong."""

    called: ShortText | None = None
    given: ShortText | None = None
    family: ShortText | None = None
    birth_date: date | None = None
    sex: Literal["female", "male", "unknown"] | None = None
    national_id: ShortText | None = None
    foreign_number: ForeignNumber | None = None
    residence: Country | None = None
    protection: Protection | None = None
    address: ShortText | None = None
    phone: ShortText | None = None
    clear: frozenset[Field] = frozenset()
    withdraw: frozenset[NumberKind] = frozenset()
    reason: ShortText


class IdentityAnswer(Answer):
    """The encounter and whose it is now, with the change that can be undone."""

    id: str
    version: int
    patient_id: str
    change_id: str


async def identify(
    work: Work, encounter_id: str, known: Identification, expected: int, *, environment: Environment
) -> IdentityAnswer:
    """Put what is known on the patient of this encounter."""
    require(work.actor, Permission.IDENTIFY)
    encounter = await encounters.load(work, encounter_id, expected)
    patient = await work.session.get_one(Patient, encounter.patient_id)
    number = number_of(known.national_id, known.foreign_number, environment)
    wanted = _wanted(known, patient, number, work.now)
    require_address_wanted(wanted.get("protection") or patient.protection, known.address)
    effects = [
        *fields(patient, wanted),
        *[number_effect(row, None) for row in await numbers_of(work.session, patient.id)
          if row.kind in known.withdraw],
        *await adding(work, patient, number, encounter.unit_id),
    ]  # fmt: skip
    if not effects:
        raise NothingChanged
    decision = Decision(
        kind="identified", encounter_id=encounter.id, patient_id=patient.id, reason=known.reason
    )
    change = await carry_out(work, decision, effects)
    await tell(work, PatientIdentified, change, effects)
    return answer(encounter, change.id)


def answer(encounter: Encounter, change_id: str) -> IdentityAnswer:
    """What every change of identity answers."""
    return IdentityAnswer(
        id=encounter.id,
        version=encounter.version,
        patient_id=encounter.patient_id,
        change_id=change_id,
    )


def fields(patient: Patient, wanted: Mapping[str, Any]) -> list[Effect]:
    """The effects on those fields that are not so already."""
    made = [patient_effect(patient, field, after) for field, after in wanted.items()]
    return [effect for effect in made if effect.before != effect.after]


async def adding(work: Work, patient: Patient, number: Number | None, unit: str) -> list[Effect]:
    """The effect of giving the patient a number; raises NumberTaken when it is somebody else's."""
    if number is None:
        return []
    holder = await holder_of(work.session, number)
    if holder is None:
        return [Effect("number", number.key, "holder", None, holding(patient.id, work.now))]
    if holder.id != patient.id:
        raise NumberTaken(patient=holder.id)
    return []


def _wanted(known: Identification, patient: Patient, number: Number | None, now: datetime) -> dict[str, Any]:
    names = ("called", "given", "family", "birth_date", "sex", "residence", "protection", "address", "phone")
    wanted = {name: value for name in names if (value := getattr(known, name)) is not None}
    wanted |= dict.fromkeys(known.clear - wanted.keys())
    if number and number.birth_date_hint and patient.birth_date is None:
        wanted.setdefault("birth_date", number.birth_date_hint)
    born, today = wanted.get("birth_date"), local(now).date()
    if born and not today - OLDEST <= born <= today:
        raise BirthDateNotPossible(field="birth_date")
    return wanted
