"""Two records are the same person (slå sammen): one is kept, the other's encounters and numbers move to it.

The record that is not kept stays and points to the one that is. Of the kept one nothing is overwritten: only
what was not known about it is filled in from the other.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Invalid, NotFound
from core.ids import PatientId
from core.patients import encounter as encounters
from core.patients.identity.changes import (
    Decision,
    Effect,
    carry_out,
    number_effect,
    patient_effect,
    tell,
)
from core.patients.identity.events import PatientsMerged
from core.patients.identity.id_numbers import ForeignNumber, holder_of, number_of, numbers_of
from core.patients.identity.identify import IdentityAnswer, answer
from core.patients.identity_tables import RelatedPerson
from core.patients.national_id import Environment
from core.patients.protection import is_protected
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from core.text import Request, ShortText

PatientKey = Annotated[PatientId, Field(pattern=r"^[0-9a-f-]{36}$")]
_FILLED_IN = ("given", "family", "birth_date", "gp", "residence", "address", "phone")


class SamePatient(Invalid):
    """It is the same record already."""

    code = "same-patient"


class Merging(Request):
    """Which other record is the same person, which of the two is kept, and why.

    A person this unit has never seen is only merged by whoever can say their number.
    """

    other: PatientKey
    keep: Literal["this", "other"]
    reason: ShortText
    national_id: ShortText | None = None
    foreign_number: ForeignNumber | None = None


async def merge(
    work: Work, encounter_id: str, merging: Merging, expected: int, *, environment: Environment
) -> IdentityAnswer:
    """Make the patient of this encounter and another record one. Raises BothHere when both are here."""
    require(work.actor, Permission.MERGE_PATIENTS)
    encounter = await encounters.load(work, encounter_id, expected)
    this = await work.session.get_one(Patient, encounter.patient_id)
    other = await reachable(work, merging, environment)
    if other.id == this.id:
        raise SamePatient
    kept, gone = (this, other) if merging.keep == "this" else (other, this)
    effects = [
        *_filled_in(kept, gone),
        *[number_effect(row, kept.id) for row in await numbers_of(work.session, gone.id)],
        *await _moving(work, gone, kept),
        patient_effect(gone, "active", False),
        patient_effect(gone, "replaced_by", kept.id),
    ]
    decision = Decision(
        kind="merged",
        encounter_id=encounter.id,
        patient_id=kept.id,
        other_id=gone.id,
        reason=merging.reason,
    )
    change = await carry_out(work, decision, effects)
    await tell(work, PatientsMerged, change, effects)
    return answer(encounter, change.id)


async def reachable(work: Work, merging: Merging, environment: Environment) -> Patient:
    """The other record, if it is this unit's or its number was told; else it is not found."""
    patient = await work.session.get(Patient, merging.other)
    if patient is None or not patient.active:
        raise NotFound(patient=merging.other)
    if not await been_here(work, patient.id):
        number = number_of(merging.national_id, merging.foreign_number, environment)
        holder = await holder_of(work.session, number) if number else None
        if holder is None or holder.id != patient.id:
            raise NotFound(patient=merging.other)
    return patient


async def been_here(work: Work, patient_id: str) -> bool:
    """Whether the patient has an encounter in the unit worked at."""
    found = await work.session.execute(
        select(Encounter.id).where(Encounter.patient_id == patient_id, Encounter.unit_id == work.unit)
    )
    return found.first() is not None


def _filled_in(kept: Patient, gone: Patient) -> list[Effect]:
    effects = [
        patient_effect(kept, name, getattr(gone, name))
        for name in _FILLED_IN
        if getattr(kept, name) is None and getattr(gone, name) is not None
    ]
    if kept.sex == "unknown" and gone.sex != "unknown":
        effects.append(patient_effect(kept, "sex", gone.sex))
    # Whichever record says so: a protected address is protected.
    if is_protected(gone.protection) and not is_protected(kept.protection):
        effects.append(patient_effect(kept, "protection", gone.protection))
    return effects


async def _moving(work: Work, gone: Patient, kept: Patient) -> list[Effect]:
    session = work.session
    found = await session.execute(select(Encounter.id).where(Encounter.patient_id == gone.id))
    effects = [Effect("encounter", id, "patient_id", gone.id, kept.id) for id in sorted(found.scalars())]
    for field in ("patient_id", "related_patient_id"):
        column = getattr(RelatedPerson, field)
        found = await session.execute(select(RelatedPerson.id).where(column == gone.id))
        effects += [Effect("related", id, field, gone.id, kept.id) for id in sorted(found.scalars())]
    # Those merged into the one that goes now point to the one that stays.
    replaced = await session.execute(select(Patient).where(Patient.replaced_by == gone.id))
    effects += [patient_effect(earlier, "replaced_by", kept.id) for earlier in replaced.scalars()]
    return effects
