"""The summary (sammendrag) of a finished encounter, read from the record as it was signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.patients.gp.registered import KnownGp, known_gp
from core.patients.identity.id_numbers import NATIONAL, numbers_of
from core.patients.protection import is_protected
from core.patients.tables import Encounter, Patient, Unit
from journal.queries.codes.of_encounter import done
from journal.queries.medication.for_summary import given_here
from journal.queries.orders.for_summary import results_and_unanswered
from journal.queries.signed_record import SignedRecord, signed_record
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
from triage.queries.observe.view import rounds_of
from triage.rules.scales.refusals import ScaleUnknown
from triage.rules.vital_signs import VITAL_SIGNS
from triage.scale_packs import find_scale
from triage.tables import Assessment, VitalSign


async def summary(session: AsyncSession, encounter_id: str) -> Summary:
    """Everything that leaves the ward about this encounter, as it reads after the corrections there are."""
    return await summary_of(session, encounter_id, await signed_record(session, encounter_id))


async def summary_of(session: AsyncSession, encounter_id: str, record: SignedRecord) -> Summary:
    """The same of a record that is signed, or would be."""
    encounter = await session.get_one(Encounter, encounter_id)
    patient = await session.get_one(Patient, encounter.patient_id)
    closing = record.closing
    known = await known_gp(session, patient)
    results, unanswered = await results_and_unanswered(session, encounter_id)
    return Summary(
        encounter_id=encounter.id,
        report_id=record.conclusion.report_id,
        organisation=await _organisation(session, encounter.unit_id),
        patient=await _patient(session, patient),
        doctor=await _doctor(session, record.conclusion.signed_by),
        gp=_gp(known),
        complaint=encounter.complaint,
        arrived_at=encounter.arrived_at,
        finished_at=record.conclusion.signed_at,
        outcome=Outcome(closing["outcome"]),
        triage=await _triage(session, encounter_id),
        vital_signs=await _vital_signs(session, encounter_id),
        asked_of_gp=closing["asked_of_gp"],
        diagnoses=tuple(CodedText(**each) for each in record.diagnoses),
        medication_changes=closing["medication_changes"],
        medicines_stated=record.medicines_stated,
        medicine_changes=record.medicine_changes,
        findings=_joined(note["objective"] for note in record.notes),
        given=await given_here(session, encounter_id),
        assessment=_joined(note["assessment"] for note in record.notes),
        plan=_joined((*(note["plan"] for note in record.notes), await done(session, encounter_id))),
        told_to_patient=closing["told_to_patient"],
        story=_joined(note["subjective"] for note in record.notes),
        change=record.change,
        addenda=record.addenda,
        results=results,
        unanswered=unanswered,
        gp_asked=known.asked,
    )


def _joined(texts: Iterable[str]) -> str | None:
    return "\n\n".join(text for text in texts if text) or None


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
    identifier = next(
        (row for row in await numbers_of(session, patient.id) if row.kind in NATIONAL), None
    )  # letters know no other numbers than ours
    given, _, family = patient.called.rpartition(" ")
    return SummaryPatient(
        id=patient.id,
        given=patient.given or given,
        family=patient.family or family,
        identifier=identifier.value if identifier else None,
        identifier_kind=identifier.kind if identifier else None,
        birth_date=patient.birth_date,
        sex=Sex(patient.sex),
        protected=is_protected(patient.protection),
    )


async def _doctor(session: AsyncSession, staff_id: str) -> SummaryDoctor:
    staff = await session.get_one(Staff, staff_id)
    return SummaryDoctor(id=staff.id, name=staff.name, hpr_number=staff.hpr_number)


def _gp(known: KnownGp) -> SummaryGp | None:
    if (
        known.gp is None
        or known.source is None
        or (known.source, known.outcome) == ("register", "no-address")
    ):
        return None  # a GP no letter reaches is nobody to address one to
    return SummaryGp(**known.gp, source=known.source, as_of=known.as_of)


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
        level_word=await _level_word(session, row),
        scale=row.scale.upper(),
        # A scale on trial decides nothing here, and tells the GP nothing.
        scores=tuple(
            (score["name"], score["total"])
            for score in row.scores
            if score["complete"] and score.get("role") != "trial"
        ),
        assessed_at=row.assessed_at,
        assessed_by=row.by_name,
    )


async def _vital_signs(session: AsyncSession, encounter_id: str) -> tuple[SummaryVitalSign, ...]:
    """The values of triage, and the last of each sign since: how it was, and how it became."""
    found = await session.execute(
        select(VitalSign)
        .where(VitalSign.encounter_id == encounter_id)
        .order_by(VitalSign.measured_at, VitalSign.code)
    )
    triage = [(row.measured_at, row.code, row.value, row.unit) for row in found.scalars()]
    last: dict[str, tuple[datetime, str, Decimal, str]] = {}
    for measured in reversed(await rounds_of(session, encounter_id)):
        for each in measured.values if measured.stands else ():
            if each.code in VITAL_SIGNS and each.value is not None:
                last[each.code] = (measured.measured_at, each.code, each.value, each.unit or "")
    return tuple(
        SummaryVitalSign(code=code, value=value, unit=unit, measured_at=at)
        for at, code, value, unit in [*triage, *sorted(last.values())]
    )


_WORDS = {"red": "Rød", "orange": "Oransje", "yellow": "Gul", "green": "Grønn", "blue": "Blå"}


async def _level_word(session: AsyncSession, row: Assessment) -> str:
    """The level as Norwegian readers know it; letters are in Norwegian whatever the sender's screen is."""
    if row.level_code in _WORDS:
        return _WORDS[row.level_code]
    try:
        used = await find_scale(session, row.scale, row.scale_version)
    except ScaleUnknown:
        return row.level_code
    level = next((level for level in used.levels if level.code == row.level_code), None)
    return level.nb or level.label or level.code if level else row.level_code
