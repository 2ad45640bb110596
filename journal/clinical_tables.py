"""Tables of critical information, medicines, and what national registers answered about both.

A row belongs to the contact it was written in, and through it to whoever that contact's patient is: when two
records turn out to be one person, or a contact was another's, what was written goes along by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from core.patients.gp.registered import askable_number
from core.patients.tables import Encounter, Unit
from core.store.database import Table
from journal.rules.clinical.critical import standing
from journal.rules.clinical.lines import KnownLine, known_lines

Service = Literal["kjernejournal", "medication-list", "person-register"]
_LISTED = UUID("6f1f3f0e-53a5-4c0c-9d0d-7b6a3c0d9a11")
"""Names the lines of a national list that nobody here has answered for yet."""


class CriticalInformation(Table):
    """One version of a line (kritisk informasjon). The database refuses every change."""

    __tablename__ = "critical_information"

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]  # the line, the same for all its versions
    number: Mapped[int]  # of the version, from 1
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    kind: Mapped[str]  # see rules/clinical/critical.py; none-known: somebody asked, and there is nothing
    text: Mapped[str]  # what: the substance, the condition, the implant
    reaction: Mapped[str | None]
    severity: Mapped[str]
    certainty: Mapped[str]
    source: Mapped[str]  # who said so
    reason: Mapped[str | None]  # why it was changed
    recorded_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
    content_hash: Mapped[str]

    __table_args__ = (UniqueConstraint("item_id", "number"),)


class MedicationStatement(Table):
    """One version of a medicine as this contact knows it (legemiddel). The database refuses every change."""

    __tablename__ = "medication_statement"

    id: Mapped[str] = mapped_column(primary_key=True)
    item_id: Mapped[str]  # the line, the same for all its versions, over contacts too
    number: Mapped[int]  # of the version, from 1
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    name: Mapped[str]  # with strength and form, as the source has it
    atc: Mapped[str | None]
    dosage: Mapped[str | None]  # in words, e.g. `1 × 2`
    source: Mapped[str]  # who said so first
    source_as_of: Mapped[datetime | None]  # how new the source is
    external_id: Mapped[str | None]  # what the national list calls the line
    use: Mapped[str | None]  # uses, uses-not, unknown; None: not asked
    change: Mapped[str | None]  # of this contact: new, stopped, paused, dose
    new_dosage: Mapped[str | None]
    reason: Mapped[str | None]  # why it was changed
    void: Mapped[bool]  # entered in error (feilført)
    recorded_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]
    content_hash: Mapped[str]

    __table_args__ = (UniqueConstraint("item_id", "number"),)


class ClinicalLookup(Table):
    """A question to a national register about one patient, and its last answer; nobody waits for it."""

    __tablename__ = "clinical_lookup"

    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    service: Mapped[str] = mapped_column(primary_key=True)  # see Service
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))  # for which it was last wanted
    national_id: Mapped[str]  # the number it was asked by
    outcome: Mapped[str | None]  # found, nothing, no-access; None: not answered yet
    answer: Mapped[dict[str, Any] | None]  # {"lines": […]}, as read from the register
    as_of: Mapped[datetime | None]  # how new the register says its list is
    answered_at: Mapped[datetime | None]
    trouble: Mapped[str | None]  # why the last attempt gave no answer
    attempts: Mapped[int]  # since the last answer
    due_at: Mapped[datetime | None]  # None: not asked again by itself

    __table_args__ = (Index(None, "due_at"),)


def contacts_here(encounter: Encounter) -> Select[str]:
    """The patient's contacts in this legal entity (virksomhet): another's record is asked for, not read."""
    own, other = aliased(Unit), aliased(Unit)
    return (
        select(Encounter.id)
        .join(other, other.id == Encounter.unit_id)
        .join(own, own.organisation_number == other.organisation_number)
        .where(Encounter.patient_id == encounter.patient_id, own.id == encounter.unit_id)
    )


async def critical_rows(session: AsyncSession, encounter: Encounter) -> Sequence[CriticalInformation]:
    """All versions of all lines of the patient, as they were written."""
    found = await session.execute(
        select(CriticalInformation)
        .where(CriticalInformation.encounter_id.in_(contacts_here(encounter)))
        .order_by(CriticalInformation.recorded_at, CriticalInformation.number)
    )
    return found.scalars().all()


async def told_outside(session: AsyncSession, patient_id: str) -> bool:
    """Whether the national record has something critical on this patient."""
    row = await lookup_of(session, patient_id, "kjernejournal")
    return bool(row and row.answer and row.answer["lines"])


async def allergy_known(session: AsyncSession, encounter: Encounter) -> bool:
    """Whether an allergy is written down here, or told by the national record: then somebody must look."""
    row = await lookup_of(session, encounter.patient_id, "kjernejournal")
    told = row.answer["lines"] if row and row.answer else []
    here = [each.kind for each in standing(await critical_rows(session, encounter))]
    return "allergy" in here or any(each.get("kind") == "allergy" for each in told)


async def medicine_lines(session: AsyncSession, encounter: Encounter) -> list[KnownLine]:
    """The medicine list of this contact, with what others claim."""
    found = await session.execute(
        select(MedicationStatement)
        .where(MedicationStatement.encounter_id.in_(contacts_here(encounter)))
        .order_by(MedicationStatement.recorded_at, MedicationStatement.number)
    )
    lookup = await lookup_of(session, encounter.patient_id, "medication-list")
    return known_lines(
        found.scalars().all(),
        encounter=encounter.id,
        patient=encounter.patient_id,
        listed=(lookup.answer or {}).get("lines", []) if lookup else [],
        listed_as_of=(lookup.as_of or lookup.answered_at) if lookup else None,
        named=_named,
    )


def _named(line: str) -> str:
    return str(uuid5(_LISTED, line))


async def medicines_written(session: AsyncSession, encounter_id: str) -> Sequence[MedicationStatement]:
    """All versions written in one contact, oldest first."""
    found = await session.execute(
        select(MedicationStatement)
        .where(MedicationStatement.encounter_id == encounter_id)
        .order_by(MedicationStatement.recorded_at, MedicationStatement.number)
    )
    return found.scalars().all()


async def lookup_of(session: AsyncSession, patient_id: str, service: Service) -> ClinicalLookup | None:
    """The question and its last answer; an answer about another number counts for nobody."""
    row = await session.get(ClinicalLookup, (patient_id, service))
    return row if row is not None and row.national_id == await askable_number(session, patient_id) else None
