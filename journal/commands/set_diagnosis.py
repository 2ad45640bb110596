"""Adding and removing a diagnosis (diagnose) by code."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import delete, func, select

from core.access.permissions import Permission, require
from core.errors import Conflict
from core.ids import new_id
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer, Code, Request, ShortText
from journal.events import DiagnosisSet
from journal.tables import Diagnosis


class AlreadySet(Conflict):
    """The same diagnosis stands there already."""

    code = "diagnosis-already-set"


class NewDiagnosis(Request):
    """A code with its words, from the code system the site uses."""

    code: Code
    display: ShortText
    system: Literal["icpc-2", "icd-10"] = "icpc-2"


class DiagnosisAnswer(Answer):
    """The encounter after the change."""

    id: str
    diagnosis_id: str
    version: int


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
    row = Diagnosis(
        id=new_id(),
        encounter_id=encounter.id,
        position=0 if position is None else position + 1,
        set_by=work.actor.id,
        set_at=work.now,
        **diagnosis.model_dump(),
    )
    work.session.add(row)
    version = encounters.changed(encounter)
    await work.record(DiagnosisSet(encounter_id=encounter.id, happened_at=work.now))
    return DiagnosisAnswer(id=encounter.id, diagnosis_id=row.id, version=version)


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
