"""Adding and removing a diagnosis (diagnose) by code."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import delete, func, select

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Conflict
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Code, Request
from journal.code_tables import packed_code, packs_on
from journal.events import DiagnosisSet
from journal.rules.codes.choosing import CodeNotValid, require_valid
from journal.rules.codes.pack import Display
from journal.tables import Diagnosis


class AlreadySet(Conflict):
    """The same diagnosis stands there already."""

    code = "diagnosis-already-set"


class NewDiagnosis(Request):
    """A code with its words, from the code system the site uses."""

    code: Code
    display: Display
    system: Literal["icpc-2", "icd-10"] = "icpc-2"


class DiagnosisAnswer(Answer):
    """The encounter after the change."""

    id: str
    diagnosis_id: str
    version: int
    display: str | None = None  # as it stands in the record: the words of the pack, where there is one


async def set_diagnosis(
    work: Work, encounter_id: str, diagnosis: NewDiagnosis, expected: int
) -> DiagnosisAnswer:
    """Add a diagnosis; the first one is the main diagnosis."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    same = select(Diagnosis.id).where(
        Diagnosis.encounter_id == encounter.id,
        Diagnosis.system == diagnosis.system,
        Diagnosis.code == diagnosis.code,
    )
    if (await work.session.execute(same)).first() is not None:
        raise AlreadySet(code=diagnosis.code)
    highest = select(func.max(Diagnosis.position)).where(Diagnosis.encounter_id == encounter.id)
    position = (await work.session.execute(highest)).scalar()
    display, of_version = await _as_published(work, encounter, diagnosis)
    row = Diagnosis(
        id=new_id(),
        encounter_id=encounter.id,
        position=0 if position is None else position + 1,
        set_by=work.actor.id,
        set_at=work.now,
        system=diagnosis.system,
        version=of_version,
        code=diagnosis.code,
        display=display,
    )
    work.session.add(row)
    version = encounters.changed(encounter)
    await work.record(DiagnosisSet(encounter_id=encounter.id, happened_at=work.now))
    return DiagnosisAnswer(id=encounter.id, diagnosis_id=row.id, version=version, display=display)


async def _as_published(work: Work, encounter: Encounter, diagnosis: NewDiagnosis) -> tuple[str, str | None]:
    """Words and version of the pack that counts the day the patient came; without one, as it was typed."""
    day = local(encounter.arrived_at).date()
    pack = (await packs_on(work.session, day)).get(diagnosis.system)
    found = await packed_code(work.session, pack, diagnosis.code) if pack else None
    if pack is None or (found is None and not pack.complete):
        return diagnosis.display, None
    if found is None:
        raise CodeNotValid(system=pack.system, value=diagnosis.code, day=day.isoformat())
    require_valid(pack.system, found.code, day.isoformat(), begins=found.valid_from, ends=found.valid_to)
    return found.display, pack.version


async def remove_diagnosis(
    work: Work, encounter_id: str, diagnosis_id: str, expected: int
) -> DiagnosisAnswer:
    """Take a diagnosis away again, before signing."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    await work.session.execute(
        delete(Diagnosis).where(Diagnosis.id == diagnosis_id, Diagnosis.encounter_id == encounter.id)
    )
    version = encounters.changed(encounter)
    await work.record(DiagnosisSet(encounter_id=encounter.id, happened_at=work.now))
    return DiagnosisAnswer(id=encounter.id, diagnosis_id=diagnosis_id, version=version)
