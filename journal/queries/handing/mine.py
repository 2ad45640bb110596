"""A doctor's own lists (mine pasienter, usignert, mine innleggelser): what is left before going home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.patients.encounter import OPEN, Status
from core.patients.tables import Encounter, Patient, Unit
from journal.code_tables import Composition, HandedOver
from journal.hand_over_tables import HandOver
from journal.live_tables import DraftVersion
from journal.queries.handing.finished import finished_lately
from journal.queries.handing.proposals import asked, named
from journal.queries.handing.view import Admission, Mine, MyPatient, Unsigned
from journal.rules.note import NoteText
from journal.rules.summary import Outcome
from journal.tables import Conclusion, Draft, Note
from triage.tables import TriageState

ADMISSIONS_FOR = timedelta(days=14)
"""So long an admission stays on the list."""


async def mine(session: AsyncSession, unit: str, staff_id: str, now: datetime) -> Mine:
    """Everything at once, so that the counts and the lines are of one moment."""
    drafts = await _drafts(session, unit, staff_id)
    notes = await _notes(session, unit, staff_id)
    patients = await _patients(session, unit, staff_id, drafts, notes)
    own = {each.encounter for each in patients}
    papers = await _papers(session, unit, staff_id)
    unsigned = (
        *(_unsigned(encounter, patient, "note", n, at) for encounter, patient, n, at in notes.values()),
        *(_unsigned(encounter, patient, "draft", 1, at) for encounter, patient, at in drafts.values()),
    )
    return Mine(
        unit_name=(await session.get_one(Unit, unit)).name,
        patients=patients,
        unsigned=(*(each for each in unsigned if each.encounter not in own), *papers),
        admissions=await _admissions(session, unit, staff_id, now),
        finished=(await finished_lately(session, unit, now, by=staff_id)).patients,
        asked=await asked(session, unit, staff_id, now),
    )


Drafts = Mapping[str, tuple[Encounter, Patient, datetime]]
Notes = Mapping[str, tuple[Encounter, Patient, int, datetime]]


async def _drafts(session: AsyncSession, unit: str, staff_id: str) -> Drafts:
    """Words that are in no record yet, in whichever visit."""
    wrote = exists().where(DraftVersion.encounter_id == Encounter.id, DraftVersion.author_id == staff_id)
    found = await session.execute(
        select(Encounter, Patient, Draft.saved_at, Draft.body)
        .join(Draft, Draft.encounter_id == Encounter.id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .where(Encounter.unit_id == unit, wrote)
        .order_by(Draft.saved_at)
    )
    return {
        encounter.id: (encounter, patient, at)
        for encounter, patient, at, body in found
        if any(str(body.get(name, "")).strip() for name in NoteText.model_fields)
    }


async def _notes(session: AsyncSession, unit: str, staff_id: str) -> Notes:
    counted = (
        select(Note.encounter_id, func.count().label("n"), func.max(Note.written_at).label("at"))
        .where(Note.author_id == staff_id, Note.signed_at.is_(None))
        .group_by(Note.encounter_id)
        .subquery()
    )
    found = await session.execute(
        select(Encounter, Patient, counted.c.n, counted.c.at)
        .join(counted, counted.c.encounter_id == Encounter.id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .where(Encounter.unit_id == unit)
        .order_by(counted.c.at)
    )
    return {row[0].id: (row[0], row[1], row[2], row[3]) for row in found}


async def _patients(
    session: AsyncSession, unit: str, staff_id: str, drafts: Drafts, notes: Notes
) -> tuple[MyPatient, ...]:
    found = await session.execute(
        select(Encounter, Patient, TriageState, Staff.name)
        .join(Patient, Patient.id == Encounter.patient_id)
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .outerjoin(HandOver, (HandOver.encounter_id == Encounter.id) & (HandOver.state == "proposed"))
        .outerjoin(Staff, Staff.id == HandOver.to_id)
        .where(Encounter.unit_id == unit, Encounter.doctor_id == staff_id, Encounter.status.in_(OPEN))
        .order_by(Encounter.taken_at)
    )
    return tuple(
        MyPatient(
            encounter=encounter.id,
            number=encounter.number,
            patient=named(patient),
            complaint=encounter.complaint,
            level=(state.level_rank if state else None) or 0,
            place=state.place if state else None,
            taken_at=encounter.taken_at,
            asked=asked_name,
            notes=notes[encounter.id][2] if encounter.id in notes else 0,
            draft_at=drafts[encounter.id][2] if encounter.id in drafts else None,
        )
        for encounter, patient, state, asked_name in found
    )


def _unsigned(encounter: Encounter, patient: Patient, kind: str, count: int, at: datetime) -> Unsigned:
    return Unsigned.model_validate(
        {
            "encounter": encounter.id,
            "number": encounter.number,
            "patient": named(patient),
            "kind": kind,
            "count": count,
            "at": at,
            "ended": Status(encounter.status) not in OPEN,
        }
    )


async def _papers(session: AsyncSession, unit: str, staff_id: str) -> tuple[Unsigned, ...]:
    """Sick notes and referrals that are begun and not signed."""
    found = await session.execute(
        select(Encounter, Patient, Composition.kind, Composition.saved_at)
        .join(Composition, Composition.encounter_id == Encounter.id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .where(Encounter.unit_id == unit, Composition.author_id == staff_id, Composition.signed_at.is_(None))
        .order_by(Composition.saved_at)
    )
    return tuple(_unsigned(encounter, patient, kind, 1, at) for encounter, patient, kind, at in found)


async def _admissions(
    session: AsyncSession, unit: str, staff_id: str, now: datetime
) -> tuple[Admission, ...]:
    found = await session.execute(
        select(Encounter, Patient, Conclusion.signed_at)
        .join(Conclusion, Conclusion.encounter_id == Encounter.id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .where(
            Encounter.unit_id == unit,
            Conclusion.signed_by == staff_id,
            Conclusion.outcome == Outcome.ADMITTED.value,
            Conclusion.signed_at > now - ADMISSIONS_FOR,
        )
        .order_by(Conclusion.signed_at.desc())
    )
    rows = found.all()
    referrals = await _referrals(session, [row[0].id for row in rows])
    return tuple(
        Admission.model_validate(
            {
                "encounter": encounter.id,
                "number": encounter.number,
                "patient": named(patient),
                "signed_at": signed_at,
                **_how_far(referrals.get(encounter.id, ())),
            }
        )
        for encounter, patient, signed_at in rows
    )


@dataclass(frozen=True, slots=True)
class _Referral:
    signed_at: datetime | None
    receiver: str | None
    at: datetime | None  # handed over


async def _referrals(session: AsyncSession, encounters: Sequence[str]) -> Mapping[str, list[_Referral]]:
    found = await session.execute(
        select(Composition.encounter_id, Composition.signed_at, HandedOver.receiver, HandedOver.at)
        .outerjoin(HandedOver, HandedOver.composition_id == Composition.id)
        .where(Composition.encounter_id.in_(encounters), Composition.kind == "referral")
    )
    by_encounter: dict[str, list[_Referral]] = {}
    for encounter, signed_at, receiver, at in found:
        by_encounter.setdefault(encounter, []).append(_Referral(signed_at, receiver, at))
    return by_encounter


def _how_far(referrals: Sequence[_Referral]) -> dict[str, Any]:
    """The furthest any referral of the visit has come."""
    given = [(each.at, each.receiver) for each in referrals if each.at]
    if given:
        at, receiver = max(given)
        return {"referral": "handed-over", "receiver": receiver, "handed_over_at": at}
    state = "signed" if any(row.signed_at for row in referrals) else "draft" if referrals else "none"
    return {"referral": state, "receiver": None, "handed_over_at": None}
