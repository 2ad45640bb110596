"""GPs (fastleger) patients of this unit have had lately, offered at the door until a register is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.gp.named import GeneralPractitioner
from core.patients.protection import UNPROTECTED
from core.patients.tables import Encounter, Patient

_LATELY = timedelta(days=90)
_MOST_PATIENTS = 500


async def known_gps(session: AsyncSession, unit: str, now: datetime) -> tuple[GeneralPractitioner, ...]:
    """Each GP once, by name."""
    found = await session.execute(
        select(Patient.gp)
        .join(Encounter, Encounter.patient_id == Patient.id)
        .where(
            Encounter.unit_id == unit,
            Encounter.arrived_at > now - _LATELY,
            Patient.gp.is_not(None),
            Patient.protection == UNPROTECTED,  # a GP tells where their patients live
        )
        .order_by(Encounter.arrived_at.desc())
        .limit(_MOST_PATIENTS)
    )
    by_her_id = {gp["her_id"]: GeneralPractitioner.model_validate(gp) for gp in found.scalars() if gp}
    return tuple(sorted(by_her_id.values(), key=lambda gp: gp.name))
