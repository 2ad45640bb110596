"""The summary (sammendrag) of a finished encounter, read from the record as it was signed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.patients.tables import Encounter, Patient, PatientIdentifier, Unit
from journal.rules.summary import (
    CodedText,
    Outcome,
    Sex,
    Summary,
    SummaryDoctor,
    SummaryGp,
    SummaryOrganisation,
    SummaryPatient,
    SummaryTriage,
    SummaryVitalSign,
)
from journal.tables import Conclusion, Diagnosis, Note
from triage.tables import Assessment, VitalSign


async def summary(session: AsyncSession, encounter_id: str) -> Summary:
    """Everything that leaves the ward about this encounter."""
    encounter = await session.get_one(Encounter, encounter_id)
    conclusion = await session.get_one(Conclusion, encounter_id)
    patient = await session.get_one(Patient, encounter.patient_id)
    notes = await _signed_notes(session, encounter_id)
    return Summary(
        encounter_id=encounter.id,
        report_id=conclusion.report_id,
        organisation=await _organisation(session, encounter.unit_id),
        patient=await _patient(session, patient),
        doctor=await _doctor(session, conclusion.signed_by),
        gp=_gp(patient),
        complaint=encounter.complaint,
        arrived_at=encounter.arrived_at,
        finished_at=conclusion.signed_at,
        outcome=Outcome(conclusion.outcome),
        triage=await _triage(session, encounter_id),
        vital_signs=await _vital_signs(session, encounter_id),
        asked_of_gp=conclusion.asked_of_gp,
        diagnoses=await _diagnoses(session, encounter_id),
        medication_changes=conclusion.medication_changes,
        findings=_joined(note.objective for note in notes),
        assessment=_joined(note.assessment for note in notes),
        plan=_joined(note.plan for note in notes),
        told_to_patient=conclusion.told_to_patient,
        story=_joined(note.subjective for note in notes),
    )


def _joined(texts: Iterable[str]) -> str | None:
    return "\n\n".join(text for text in texts if text) or None


async def _signed_notes(session: AsyncSession, encounter_id: str) -> list[Note]:
    found = await session.execute(
        select(Note)
        .where(Note.encounter_id == encounter_id, Note.signed_at.is_not(None))
        .order_by(Note.written_at, Note.id)
    )
    return list(found.scalars())


async def _organisation(session: AsyncSession, unit_id: str) -> SummaryOrganisation:
    unit = await session.get_one(Unit, unit_id)
    return SummaryOrganisation(
        name=unit.name,
        her_id=unit.her_id,
        parent_name=unit.municipality,
        parent_her_id=unit.parent_her_id,
        organisation_number=unit.organisation_number,
    )


async def _patient(session: AsyncSession, patient: Patient) -> SummaryPatient:
    found = await session.execute(
        select(PatientIdentifier)
        .where(PatientIdentifier.patient_id == patient.id)
        .order_by(PatientIdentifier.added_at.desc())
    )
    identifier = found.scalars().first()
    given, _, family = patient.called.rpartition(" ")
    return SummaryPatient(
        id=patient.id,
        given=patient.given or given,
        family=patient.family or family,
        identifier=identifier.value if identifier else None,
        identifier_kind=identifier.kind if identifier else None,
        birth_date=patient.birth_date,
        sex=Sex(patient.sex),
    )


async def _doctor(session: AsyncSession, staff_id: str) -> SummaryDoctor:
    staff = await session.get_one(Staff, staff_id)
    return SummaryDoctor(id=staff.id, name=staff.name, hpr_number=staff.hpr_number)


def _gp(patient: Patient) -> SummaryGp | None:
    return SummaryGp(**patient.gp) if patient.gp else None


async def _diagnoses(session: AsyncSession, encounter_id: str) -> tuple[CodedText, ...]:
    found = await session.execute(
        select(Diagnosis).where(Diagnosis.encounter_id == encounter_id).order_by(Diagnosis.position)
    )
    return tuple(CodedText(system=row.system, code=row.code, display=row.display) for row in found.scalars())


async def _triage(session: AsyncSession, encounter_id: str) -> SummaryTriage | None:
    found = await session.execute(
        select(Assessment)
        .where(Assessment.encounter_id == encounter_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.recorded_at.desc())
        .limit(1)
    )
    row = found.scalar_one_or_none()
    if row is None:
        return None
    return SummaryTriage(
        level_rank=row.level_rank,
        level_word=level_word(row.level_code),
        scale=row.scale.upper(),
        scores=tuple((score["name"], score["total"]) for score in row.scores if score["complete"]),
        assessed_at=row.assessed_at,
        assessed_by=row.by_name,
    )


async def _vital_signs(session: AsyncSession, encounter_id: str) -> tuple[SummaryVitalSign, ...]:
    found = await session.execute(
        select(VitalSign)
        .where(VitalSign.encounter_id == encounter_id)
        .order_by(VitalSign.measured_at, VitalSign.code)
    )
    return tuple(
        SummaryVitalSign(code=row.code, value=row.value, unit=row.unit, measured_at=row.measured_at)
        for row in found.scalars()
    )


_WORDS = {"red": "Rød", "orange": "Oransje", "yellow": "Gul", "green": "Grønn", "blue": "Blå"}


def level_word(code: str) -> str:
    """The level as Norwegian readers know it; letters are in Norwegian whatever the sender's screen is."""
    return _WORDS.get(code, code)
