"""The encounter page (journalsiden), filled from triage before the doctor opens it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, may
from core.access.tables import Staff
from core.ids import Actor, initials
from core.patients.encounter import OPEN, Status
from core.patients.tables import Encounter, Patient, PatientIdentifier, Unit
from core.store.event_log import of_encounter
from journal.queries.page import (
    EncounterPage,
    PageConclusion,
    PageDiagnosis,
    PageDraft,
    PageGp,
    PageMay,
    PageMessage,
    PageMoment,
    PageNote,
    PagePatient,
    PagePerson,
)
from journal.queries.triage_part import assessments_of, series_of
from journal.rules.signing import missing
from journal.tables import Conclusion, Diagnosis, Draft, Note
from triage.rules.age import age_months
from triage.tables import TriageState

MessagesOf = Callable[[AsyncSession, str], Coroutine[Any, Any, tuple[PageMessage, ...]]]
"""Messages out about an encounter; forwarding stands above the journal and hands this in."""


async def no_messages(_session: AsyncSession, _encounter_id: str) -> tuple[PageMessage, ...]:
    """For a site that runs the journal without forwarding."""
    return ()


async def encounter_page(
    session: AsyncSession, encounter_id: str, actor: Actor, messages_of: MessagesOf = no_messages
) -> EncounterPage:
    """Everything about one encounter; call through `open_record`, which checks and logs."""
    encounter = await session.get_one(Encounter, encounter_id)
    unit = await session.get_one(Unit, encounter.unit_id)
    state = await session.get(TriageState, encounter_id)
    staff = await _staff(session, encounter.unit_id)
    draft = await _draft(session, encounter_id, actor)
    notes = await _notes(session, encounter_id, staff)
    diagnoses = await _diagnoses(session, encounter_id)
    assessments = await assessments_of(session, encounter_id)
    return EncounterPage(
        id=encounter.id,
        version=encounter.version,
        unit=unit.id,
        unit_name=unit.name,
        status=encounter.status,
        number=encounter.number,
        complaint=encounter.complaint,
        arrived_at=encounter.arrived_at,
        place=state.place if state else None,
        patient=await _patient(session, encounter),
        doctor=staff.get(encounter.doctor_id or ""),
        taken_at=encounter.taken_at,
        target_at=state.target_at if state else None,
        next_assessment_at=state.next_assessment_at if state else None,
        assessments=assessments,
        vital_signs=await series_of(session, encounter_id, assessments),
        critical_information="not-recorded",
        medicines="not-recorded",
        timeline=await _timeline(session, encounter_id),
        notes=notes,
        draft=draft,
        diagnoses=diagnoses,
        conclusion=await _conclusion(session, encounter_id, staff),
        messages=await messages_of(session, encounter_id),
        missing=missing(
            has_note=bool(notes) or any((draft.subjective, draft.objective, draft.assessment, draft.plan)),
            diagnoses=len(diagnoses),
            outcome=draft.outcome,
        ),
        may=_may(actor, encounter),
    )


async def _staff(session: AsyncSession, unit: str) -> dict[str, PagePerson]:
    found = await session.execute(select(Staff.id, Staff.name, Staff.role).where(Staff.unit_id == unit))
    return {id: PagePerson(id=id, name=name, initials=initials(name), role=role) for id, name, role in found}


async def _patient(session: AsyncSession, encounter: Encounter) -> PagePatient:
    patient = await session.get_one(Patient, encounter.patient_id)
    found = await session.execute(
        select(PatientIdentifier)
        .where(PatientIdentifier.patient_id == patient.id)
        .order_by(PatientIdentifier.added_at.desc())
    )
    identifier = found.scalars().first()
    return PagePatient(
        id=patient.id,
        called=patient.called,
        given=patient.given,
        family=patient.family,
        sex=patient.sex,
        birth_date=patient.birth_date,
        age_months=age_months(patient.birth_date, encounter.arrived_at.date()),
        identifier_masked=f"{identifier.value[:6]} •••••" if identifier else None,
        identifier_kind=identifier.kind if identifier else None,
        gp=_gp(patient),
    )


def _gp(patient: Patient) -> PageGp | None:
    if patient.gp is None:
        return None
    return PageGp.model_validate({key: patient.gp[key] for key in PageGp.model_fields})


async def _draft(session: AsyncSession, encounter_id: str, actor: Actor) -> PageDraft:
    draft = await session.get(Draft, (encounter_id, actor.id))
    empty = {"subjective": "", "objective": "", "assessment": "", "plan": ""}
    closing = {"asked_of_gp": "", "told_to_patient": "", "medication_changes": "", "outcome": None}
    return PageDraft.model_validate(
        {
            "version": draft.version if draft else 0,
            "saved_at": draft.saved_at if draft else None,
            **empty,
            **closing,
            **(draft.body if draft else {}),
        }
    )


async def _notes(
    session: AsyncSession, encounter_id: str, staff: dict[str, PagePerson]
) -> tuple[PageNote, ...]:
    found = await session.execute(
        select(Note).where(Note.encounter_id == encounter_id).order_by(Note.written_at)
    )
    return tuple(
        PageNote(
            id=note.id,
            subjective=note.subjective,
            objective=note.objective,
            assessment=note.assessment,
            plan=note.plan,
            author=staff[note.author_id],
            written_at=note.written_at,
            signed_at=note.signed_at,
        )
        for note in found.scalars()
    )


async def _diagnoses(session: AsyncSession, encounter_id: str) -> tuple[PageDiagnosis, ...]:
    found = await session.execute(
        select(Diagnosis).where(Diagnosis.encounter_id == encounter_id).order_by(Diagnosis.position)
    )
    return tuple(
        PageDiagnosis(id=row.id, system=row.system, code=row.code, display=row.display)
        for row in found.scalars()
    )


async def _conclusion(
    session: AsyncSession, encounter_id: str, staff: dict[str, PagePerson]
) -> PageConclusion | None:
    row = await session.get(Conclusion, encounter_id)
    if row is None:
        return None
    return PageConclusion.model_validate(
        {
            "outcome": row.outcome,
            "asked_of_gp": row.asked_of_gp,
            "told_to_patient": row.told_to_patient,
            "medication_changes": row.medication_changes,
            "signed_at": row.signed_at,
            "signed_by": staff[row.signed_by],
        }
    )


async def _timeline(session: AsyncSession, encounter_id: str) -> tuple[PageMoment, ...]:
    return tuple(
        PageMoment(at=event.happened_at, kind=event.kind, by=event.actor_name, facts=event.facts)
        for event in await of_encounter(session, encounter_id)
    )


def _may(actor: Actor, encounter: Encounter) -> PageMay:
    here = Status(encounter.status) in OPEN
    mine = encounter.doctor_id == actor.id
    return PageMay(
        assess=here and may(actor, Permission.ASSESS),
        take=here and encounter.doctor_id is None and may(actor, Permission.TAKE_PATIENT),
        write=here and may(actor, Permission.WRITE_NOTE),
        finish=here and mine and may(actor, Permission.FINISH),
    )
