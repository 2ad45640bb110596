"""What people come with here at this time of day (vanligst her), offered first at the door and at triage."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.encounter import Status
from core.patients.tables import Encounter, Unit
from triage.rules.complaints.offered import CommonComplaint, most_common
from triage.rules.complaints.pack import complaints_of, pack
from triage.scale_packs import scale_in_use

_LATELY = timedelta(days=90)
_MOST_CONTACTS = 3000  # a large ward has seen enough in a month; a small one needs the ninety days


async def common_complaints(
    session: AsyncSession, unit: str, now: datetime, language: str
) -> tuple[CommonComplaint, ...]:
    """The unit's own of the last 90 days within three hours of the clock, then those of the starting list."""
    row = await session.get_one(Unit, unit)
    seen = await session.execute(
        select(Encounter.complaint, Encounter.arrived_at)
        .where(
            Encounter.unit_id == unit,
            Encounter.arrived_at > now - _LATELY,
            Encounter.status != Status.PLANNED,
        )
        .order_by(Encounter.arrived_at.desc())
        .limit(_MOST_CONTACTS)
    )
    return most_common(
        ((text, at) for text, at in seen),
        now=now,
        complaints=complaints_of(await scale_in_use(session, row)),
        start=pack().start,
        language=language,
    )
