"""Who was finished lately (ferdige), for whoever hands the patient their copy."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.patients.tables import Encounter, Patient, Unit
from journal.queries.handing.proposals import named
from journal.queries.handing.view import Finished, FinishedLately
from journal.tables import Conclusion

LATELY = timedelta(hours=24)
_MOST = 500


async def finished_lately(
    session: AsyncSession, unit: str, now: datetime, *, by: str | None = None
) -> FinishedLately:
    """The unit's; `by`: only those whom this doctor signed."""
    found = await session.execute(
        select(Encounter, Patient, Conclusion.signed_at, Staff.name)
        .join(Conclusion, Conclusion.encounter_id == Encounter.id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .join(Staff, Staff.id == Conclusion.signed_by)
        .where(
            Encounter.unit_id == unit,
            Conclusion.signed_at > now - LATELY,
            Conclusion.signed_by == by if by is not None else Conclusion.signed_by.is_not(None),
        )
        .order_by(Conclusion.signed_at.desc())
        .limit(_MOST)
    )
    return FinishedLately(
        unit_name=(await session.get_one(Unit, unit)).name,
        patients=tuple(
            Finished(
                encounter=encounter.id,
                number=encounter.number,
                patient=named(patient),
                doctor=doctor,
                signed_at=signed_at,
            )
            for encounter, patient, signed_at, doctor in found
        ),
    )
