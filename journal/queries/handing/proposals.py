"""Proposals to hand over: of an encounter, those a doctor must answer, and those whose time has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.access.tables import Staff
from core.patients.tables import Encounter, Patient
from journal.hand_over_tables import HandOver
from journal.queries.handing.view import Asked, PageHandOver
from triage.tables import TriageState


async def hand_overs_of(session: AsyncSession, encounter_id: str) -> tuple[PageHandOver, ...]:
    """Every proposal there has been, oldest first."""
    giver, receiver = aliased(Staff), aliased(Staff)
    found = await session.execute(
        select(HandOver, giver.name, receiver.name)
        .join(giver, giver.id == HandOver.from_id)
        .join(receiver, receiver.id == HandOver.to_id)
        .where(HandOver.encounter_id == encounter_id)
        .order_by(HandOver.proposed_at, HandOver.id)
    )
    return tuple(
        PageHandOver.model_validate(
            {name: getattr(row, name) for name in _FIELDS} | {"from_name": from_name, "to_name": to_name}
        )
        for row, from_name, to_name in found
    )


_FIELDS = (
    *("id", "from_id", "to_id", "isbar", "state", "reason", "proposed_at", "expires_at", "settled_at"),
)


async def asked(session: AsyncSession, unit: str, staff_id: str, now: datetime) -> tuple[Asked, ...]:
    """Open proposals to this doctor first, then those this doctor waits for."""
    giver, receiver = aliased(Staff), aliased(Staff)
    found = await session.execute(
        select(HandOver, Encounter, Patient, TriageState, giver.name, receiver.name)
        .join(Encounter, Encounter.id == HandOver.encounter_id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .join(giver, giver.id == HandOver.from_id)
        .join(receiver, receiver.id == HandOver.to_id)
        .where(
            HandOver.unit_id == unit,
            HandOver.state == "proposed",
            HandOver.expires_at > now,
            or_(HandOver.to_id == staff_id, HandOver.from_id == staff_id),
        )
        .order_by(HandOver.from_id == staff_id, HandOver.proposed_at)
    )
    return tuple(
        Asked.model_validate(
            {
                "id": row.id,
                "encounter": encounter.id,
                "number": encounter.number,
                "patient": named(patient),
                "complaint": encounter.complaint,
                "level": (state.level_rank if state else None) or 0,
                "place": state.place if state else None,
                "from_name": from_name,
                "to_name": to_name,
                "mine": row.from_id == staff_id,
                "isbar": row.isbar,
                "expires_at": row.expires_at,
            }
        )
        for row, encounter, patient, state, from_name, to_name in found
    )


def named(patient: Patient) -> str:
    """As the patient is known on the ward's lists."""
    return " ".join(filter(None, (patient.given, patient.family))) or patient.called


async def due_hand_overs(session: AsyncSession, now: datetime) -> Mapping[str, list[str]]:
    """Proposals nobody answered in time, by unit."""
    found = await session.execute(
        select(HandOver.unit_id, HandOver.id)
        .where(HandOver.state == "proposed", HandOver.expires_at <= now)
        .order_by(HandOver.expires_at)
        .limit(100)
    )
    due: dict[str, list[str]] = {}
    for unit, id in found:
        due.setdefault(unit, []).append(id)
    return due
