"""Diagnoses most common here lately (mest brukt her), offered first when a doctor codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.need.blocks import nobody_is_shut_out
from core.patients.tables import Encounter
from journal.rules.summary import CodedText
from journal.tables import Diagnosis

_LATELY = timedelta(days=30)

LONGEST_VISIT = timedelta(days=2)
"""What was set lately belongs to contacts that began lately; so the years before are never looked through."""


_CONTACTS = 500
"""A busy ward has so many in a few days, which tell as well as a month: the page never waits for more."""


async def common_diagnoses(
    session: AsyncSession, unit: str, now: datetime, most: int = 20
) -> tuple[CodedText, ...]:
    """Codes by how often they were set in this unit's last 500 contacts, of at most 30 days."""
    lately = (
        select(Encounter.id)
        .where(
            Encounter.unit_id == unit,
            Encounter.arrived_at > now - _LATELY - LONGEST_VISIT,
            nobody_is_shut_out(Encounter.patient_id),
        )
        .order_by(Encounter.arrived_at.desc())
        .limit(_CONTACTS)
        .subquery()
    )
    found = await session.execute(
        select(Diagnosis.system, Diagnosis.code, func.max(Diagnosis.display))
        .join(lately, lately.c.id == Diagnosis.encounter_id)
        .where(Diagnosis.set_at > now - _LATELY)
        .group_by(Diagnosis.system, Diagnosis.code)
        .order_by(func.count().desc(), Diagnosis.code)
        .limit(most)
    )
    return tuple(CodedText(system=system, code=code, display=display) for system, code, display in found)
