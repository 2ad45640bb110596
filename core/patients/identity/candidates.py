"""Looking for a person's record (finne pasient): by number, by wristband, or by name with birth date.

Never by name alone: whoever looks must know enough about the person. Every record shown is logged.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from core.access.log import found_in_search
from core.access.permissions import Permission, require
from core.errors import Invalid
from core.patients.identity.id_numbers import ForeignNumber, holder_of, number_of
from core.patients.identity.page import Person, person
from core.patients.national_id import Environment
from core.patients.similar_names import Named, alike, similar
from core.patients.tables import Encounter, Patient
from core.patients.wristband import read
from core.store.work import Work
from core.text import Answer, Request, ShortText

_MOST = 20


class TooLittleKnown(Invalid):
    """A number, a wristband, or a name with the birth date is needed to look somebody up."""

    code = "too-little-known"


class Looking(Request):
    """What is known of the person looked for."""

    national_id: ShortText | None = None
    foreign_number: ForeignNumber | None = None
    wristband: ShortText | None = None
    name: ShortText | None = None
    birth_date: date | None = None


class Candidates(Answer):
    """Records that may be the person; at most twenty, and whether there were more."""

    found: tuple[Person, ...]
    more: bool


async def look_up(work: Work, looking: Looking, *, environment: Environment) -> Candidates:
    """Records in this unit that fit; with the number itself, also those of other units."""
    require(work.actor, Permission.READ_RECORD)
    patients = await _found(work, looking, environment)
    await found_in_search(work, [patient.id for patient in patients[:_MOST]])
    return Candidates(
        found=tuple([await person(work.session, each, work.unit) for each in patients[:_MOST]]),
        more=len(patients) > _MOST,
    )


async def _found(work: Work, looking: Looking, environment: Environment) -> list[Patient]:
    number = number_of(looking.national_id, looking.foreign_number, environment)
    if number is not None:
        holder = await holder_of(work.session, number)
        return [holder] if holder else []
    if looking.wristband:
        return await _wearing(work, looking.wristband)
    if looking.name and looking.birth_date:
        return await _by_name(work, looking.name, looking.birth_date)
    raise TooLittleKnown


async def _wearing(work: Work, wristband: str) -> list[Patient]:
    number, day = read(wristband)
    found = await work.session.execute(
        select(Patient, Encounter.recorded_at)
        .join(Encounter, Encounter.patient_id == Patient.id)
        .where(Encounter.unit_id == work.unit, Encounter.number == number)
    )
    return [patient for patient, recorded_at in found if recorded_at.date() == day]


async def _by_name(work: Work, name: str, born: date) -> list[Patient]:
    found = await work.session.execute(
        select(Patient)
        .where(
            Patient.birth_date == born,
            Patient.active,
            select(Encounter.id)
            .where(Encounter.patient_id == Patient.id, Encounter.unit_id == work.unit)
            .exists(),
        )
        .order_by(Patient.added_at.desc())
    )
    wanted = Named(None, None, name, born)
    return [each for each in found.scalars() if _fits(wanted, name, each)]


def _fits(wanted: Named, name: str, patient: Patient) -> bool:
    if similar(wanted, Named(patient.given, patient.family, patient.called, patient.birth_date)):
        return True
    known = f"{patient.given or ''} {patient.family or ''} {patient.called}".split()
    return all(any(alike(word, each) for each in known) for word in name.split())
