"""Whom the waiting-room rules must look at now (forfalte vakter), and who slipped out of watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Row, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.encounter import OPEN, Status
from core.patients.tables import Encounter, Unit
from triage.tables import Alarm, Watch
from triage.vitals_tables import ObservationPlan

_AT_ONCE = 200


async def due_looks(session: AsyncSession, now: datetime) -> Mapping[str, list[str]]:
    """Encounters whose time has come, by unit; the longest due first."""
    found = await session.execute(
        select(Watch.unit_id, Watch.encounter_id)
        .where(Watch.look_at <= now)
        .order_by(Watch.look_at)
        .limit(_AT_ONCE)
    )
    return _by_unit(found.all())


async def unwatched(session: AsyncSession) -> Mapping[str, list[str]]:
    """Those who wait for a doctor or are observed, with nothing ahead and nothing ringing. Always none.

    Asked each minute regardless: a fault that lets somebody slip out of watch must not be what loses them.
    """
    ringing = select(Alarm.id).where(Alarm.encounter_id == Encounter.id, Alarm.ended_at.is_(None)).exists()
    observed = (
        select(ObservationPlan.id)
        .where(ObservationPlan.encounter_id == Encounter.id, ObservationPlan.ended_at.is_(None))
        .exists()
    )
    found = await session.execute(
        select(Encounter.unit_id, Encounter.id)
        .outerjoin(Watch, Watch.encounter_id == Encounter.id)
        .where(
            # By unit and status, as the index has them: never through the years of those who have gone.
            Encounter.unit_id.in_(select(Unit.id)),
            Encounter.status.in_([status.value for status in OPEN]),
            or_(
                Encounter.status.in_((Status.ARRIVED.value, Status.TRIAGED.value))
                & Encounter.doctor_id.is_(None),
                observed,
            ),
            Watch.look_at.is_(None),
            ~ringing,
        )
    )
    return _by_unit(found.all())


def _by_unit(found: Iterable[Row[str, str]]) -> Mapping[str, list[str]]:
    units: dict[str, list[str]] = defaultdict(list)
    for unit, encounter in found:
        units[unit].append(encounter)
    return units
