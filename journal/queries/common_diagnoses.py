"""Diagnoses most common here lately (mest brukt her), offered first when a doctor codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Encounter
from journal.rules.summary import CodedText
from journal.tables import Diagnosis

_LATELY = timedelta(days=30)


async def common_diagnoses(
    session: AsyncSession, unit: str, now: datetime, most: int = 20
) -> tuple[CodedText, ...]:
    """Codes by how often they were set in this unit in the last 30 days, with the words used last."""
    found = await session.execute(
        select(Diagnosis.system, Diagnosis.code, func.max(Diagnosis.display))
        .join(Encounter, Encounter.id == Diagnosis.encounter_id)
        .where(Encounter.unit_id == unit, Diagnosis.set_at > now - _LATELY)
        .group_by(Diagnosis.system, Diagnosis.code)
        .order_by(func.count().desc(), Diagnosis.code)
        .limit(most)
    )
    return tuple(CodedText(system=system, code=code, display=display) for system, code, display in found)
