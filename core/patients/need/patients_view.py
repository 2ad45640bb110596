"""The patient's own view of who has seen the record (innsyn i loggen; pasientjournalloven § 18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.log import PATIENT_ASKED, SIGNED, Line, add_line
from core.access.permissions import Permission, require
from core.access.tables import AccessLogRow
from core.errors import NotFound
from core.patients.need.relation_here import same_person
from core.patients.tables import Encounter, Patient, Unit
from core.store.work import Work
from core.text import Answer


class Seen(Answer):
    """Somebody looked."""

    at: datetime
    who: str
    role: str
    unit: str
    municipality: str
    what: str
    documents: tuple[str, ...]
    relation: str | None
    reason: str | None


class WhoHasSeen(Answer):
    """Everybody who has opened the record, newest first, in words anybody understands."""

    patient: str
    called: str
    unit: str
    unit_name: str
    made_at: datetime
    seen: tuple[Seen, ...]


async def who_has_seen(work: Work, patient_id: str) -> WhoHasSeen:
    """For the patient, also of records that were found to be the same person's; asking is logged."""
    require(work.actor, Permission.PRINT_ACCESS)
    patient = await work.session.get(Patient, patient_id)
    people = await same_person(work.session, patient_id)
    been_here = select(Encounter.id).where(Encounter.patient_id.in_(people), Encounter.unit_id == work.unit)
    if patient is None or (await work.session.execute(been_here.limit(1))).first() is None:
        raise NotFound(patient=patient_id)
    await add_line(work, Line(what="patient-log", patient_id=patient_id, purpose=PATIENT_ASKED))
    unit = await work.session.get_one(Unit, work.unit)
    return WhoHasSeen(
        patient=patient_id,
        called=" ".join(filter(None, (patient.given, patient.family))) or patient.called,
        unit=unit.id,
        unit_name=unit.name,
        made_at=work.now,
        seen=await looks_at(work.session, people),
    )


async def looks_at(session: AsyncSession, people: Sequence[str]) -> tuple[Seen, ...]:
    """Every opening of these records, newest first; whoever asks has checked and logged."""
    found = await session.execute(
        select(AccessLogRow, Unit)
        .join(Unit, Unit.id == AccessLogRow.unit_id)
        .where(AccessLogRow.patient_id.in_(people), AccessLogRow.what != SIGNED)
        .order_by(AccessLogRow.at.desc(), AccessLogRow.seq.desc())
    )
    return tuple(_seen(row, place) for row, place in found)


def _seen(row: AccessLogRow, place: Unit) -> Seen:
    return Seen(
        at=row.at,
        who=row.actor_name,
        role=row.role,
        unit=place.name,
        municipality=place.municipality,
        what=row.what,
        documents=tuple(row.documents),
        relation=row.relation,
        reason=row.reason,
    )
