"""What became of a record (FHIR: Patient.link), and its numbers in full for those who must see them."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import or_, select

from core.access.log import opened
from core.access.permissions import Permission, require
from core.errors import NotFound
from core.patients import encounter as encounters
from core.patients.identity.id_numbers import numbers_of
from core.patients.identity.merge import been_here
from core.patients.identity_tables import IdentityChange
from core.patients.open_record import open_part
from core.patients.tables import Patient
from core.store.work import Work
from core.text import Answer


class PatientLink(Answer):
    """Another record of the same person, in FHIR's words."""

    other: str
    type: Literal["replaces", "replaced-by"]


class PatientLinks(Answer):
    """A record as other systems need to know it: in use or not, and where the person is now."""

    id: str
    active: bool
    link: tuple[PatientLink, ...]


class RevealedNumber(Answer):
    """One number in full."""

    kind: str
    country: str
    value: str


class RevealedNumbers(Answer):
    """All numbers of the patient, in full."""

    numbers: tuple[RevealedNumber, ...]


async def reveal(work: Work, encounter_id: str) -> RevealedNumbers:
    """The numbers in full; that somebody asked for them stands in the access log by itself."""
    require(work.actor, Permission.READ_RECORD)
    encounter = await encounters.load(work, encounter_id)
    await open_part(work, encounter, "numbers")
    return RevealedNumbers(
        numbers=tuple(
            RevealedNumber(kind=row.kind, country=row.country, value=row.value)
            for row in await numbers_of(work.session, encounter.patient_id)
        )
    )


async def links(work: Work, patient_id: str) -> PatientLinks:
    """What became of the record. Records this unit never had are not found."""
    require(work.actor, Permission.READ_RECORD)
    patient = await work.session.get(Patient, patient_id)
    if patient is None or not await _ours(work, patient_id):
        raise NotFound(patient=patient_id)
    await opened(work, "patient", patient_id=patient.id)
    found = await work.session.execute(
        select(Patient.id).where(Patient.replaced_by == patient.id).order_by(Patient.id)
    )
    replaces = [PatientLink(other=id, type="replaces") for id in found.scalars()]
    replaced = [PatientLink(other=patient.replaced_by, type="replaced-by")] if patient.replaced_by else []
    return PatientLinks(id=patient.id, active=patient.active, link=(*replaces, *replaced))


async def _ours(work: Work, patient_id: str) -> bool:
    """Has an encounter here, or had one before it was merged or moved."""
    changed = await work.session.execute(
        select(IdentityChange.id).where(
            IdentityChange.unit_id == work.unit,
            or_(IdentityChange.patient_id == patient_id, IdentityChange.other_id == patient_id),
        )
    )
    return changed.first() is not None or await been_here(work, patient_id)
