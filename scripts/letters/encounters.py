"""Finished encounters, made by the ward's own commands and fixed as letters in the same transactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from app.wiring import LETTERS
from core.clock import utc_now
from core.ids import Actor, Role, StaffId, UnitId, new_id
from core.patients.national_id import synthetic
from core.patients.tables import Encounter, Patient
from core.store.database import Database
from core.store.work import Reactions, Store, Work
from integrations import letters
from integrations.letters import Letter
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.take_patient import Taking, take_patient
from journal.events import EncounterFinished
from journal.queries.summary import summary
from scripts.kill.ward import UNIT
from triage.commands.check_in import Arrival, check_in

_OFFICES = 40
_VISITS_EACH = 3  # so many visits of one patient, whose letters must go in order
_BATCH = 100


async def make(
    url: str, count: int, channels: Sequence[str], doctors: Sequence[tuple[str, str]], by_hand: int
) -> None:
    """So many encounters; their letters wait in the queue.

    The first `by_hand` go the whole way from the door to the signature. The others are rows of finished
    encounters put in directly, with letters from the same builder: this run is about what is sent.
    """
    letters_out = [letter for letter in LETTERS if letter.channel in channels]
    kept: Reactions = {EncounterFinished: (letters.queue(letters_out),)}
    store = Store(Database(url), utc_now, kept)
    try:
        for number in range(min(by_hand, count)):
            id, name = doctors[number % len(doctors)]
            doctor = Actor(StaffId(id), name, Role.DOCTOR, UnitId(UNIT))
            first = await store.write(doctor, _visit, number)
        for begin in range(by_hand, count, _BATCH):
            numbers = range(begin, min(begin + _BATCH, count))
            await store.write(doctor, _put_in, first, numbers, letters_out)
    finally:
        await store.drain()


async def _visit(work: Work, number: int) -> str:
    # One transaction for the whole visit, only to be fast: what is fixed in it is the same.
    came = await check_in(work, Arrival.model_validate(_arrival(number)), UNIT, "test")
    taken = await take_patient(work, came.id, Taking())
    diagnosis = NewDiagnosis(system="icpc-2", code="K74", display=f"Angina pectoris, besøk {number}")
    known = await set_diagnosis(work, came.id, diagnosis, taken.version)
    await finish_encounter(work, came.id, Finishing.model_validate(_ending()), known.version)
    return came.id


async def _put_in(work: Work, first: str, numbers: range, letters_out: Sequence[Letter]) -> None:
    like = await summary(work.session, first)
    model = await work.session.get_one(Encounter, first)
    for number in numbers:
        person = Arrival.model_validate(_arrival(number))
        patient = await _patient(work, person, number)
        encounter = _copy(model, patient, number)
        work.session.add(encounter)
        await work.session.flush()
        about = replace(
            like,
            encounter_id=encounter.id,
            report_id=encounter.id,
            gp=replace(like.gp, **_gp(number)) if like.gp else None,
            patient=replace(like.patient, id=patient, identifier=person.national_id),
        )
        work.session.add_all(letters.fix(work, letter, about) for letter in letters_out)


async def _patient(work: Work, person: Arrival, number: int) -> str:
    id = f"{number // _VISITS_EACH:08d}-0000-4000-8000-000000000000"
    if await work.session.get(Patient, id) is None:
        born = person.birth_date
        work.session.add(
            Patient(id=id, called="Ingrid", given="Ingrid", family="Solvang", sex="female", birth_date=born,
                    gp=None, residence=None, address=None, phone=None, added_at=work.now)
        )  # fmt: skip
        await work.session.flush()
    return id


def _copy(model: Encounter, patient: str, number: int) -> Encounter:
    columns = {column.key: getattr(model, column.key) for column in model.__table__.columns}
    return Encounter(**{**columns, "id": new_id(), "patient_id": patient, "number": f"K {number}"})


def _arrival(number: int) -> dict[str, Any]:
    person = number // _VISITS_EACH
    born = date(1940 + person % 60, 1 + person % 12, 1 + person % 28)
    return {
        "complaint": "Brystsmerter",
        "called": "Ingrid Solvang",
        "given": "Ingrid",
        "family": "Solvang",
        "birth_date": born.isoformat(),
        "sex": "female",
        "national_id": synthetic(Random(person), born),
        "general_practitioner": _gp(number),
    }


def _gp(number: int) -> dict[str, Any]:
    office = number // _VISITS_EACH % _OFFICES
    return {
        "name": f"Fastlege Nummer{office}",
        "her_id": 8091000 + office,
        "hpr_number": "9144889",
        "office_name": f"Legesenter {office}",
        "office_her_id": 8092000 + office,
    }


def _ending() -> dict[str, Any]:
    return {
        "outcome": "home-gp",
        "asked_of_gp": "Kontroll om tre dager.",
        "told_to_patient": "Ring 113 ved nye smerter.",
        "note": {"subjective": "Klemmende i brystet i to timer.", "plan": "Hjem, kontroll hos fastlege."},
    }
