"""How the unit is arranged (enhetens innredning), for those who may change it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.patients.tables import Unit
from core.text import Answer
from triage.rules.levels import Level
from triage.rules.unit.arrangement import Arrangement, arrangement, version_of
from triage.scale_packs import scale_in_use, unit_levels


class UnitSettings(Answer):
    """The unit's arrangement, its version, and the levels its scale has."""

    unit: str
    unit_name: str
    version: int
    arrangement: Arrangement
    levels: tuple[Level, ...]


async def unit_settings(session: AsyncSession, unit: str) -> UnitSettings:
    """The unit as it is arranged now. Raises NotFound."""
    row = await session.get(Unit, unit)
    if row is None:
        raise NotFound(unit=unit)
    return UnitSettings(
        unit=row.id,
        unit_name=row.name,
        version=version_of(row.choices),
        arrangement=arrangement(row.rooms, row.choices),
        levels=unit_levels(row, await scale_in_use(session, row)),
    )
