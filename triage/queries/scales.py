"""Scales for whoever asks them (skalaer): in the versions this unit uses, and old ones that are kept."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Unit
from triage.rules.scales.scale import Scale
from triage.scale_packs import find_scale, scale_in_use, scale_on_trial


@dataclass(frozen=True, slots=True)
class Asked:
    """The scale that was asked for, and the one on trial beside it."""

    main: Scale
    trial: Scale | None


async def scales_asked(
    session: AsyncSession, unit: str | None, scale: str | None, *, version: str | None = None
) -> Asked:
    """The scale in the version asked for, else in the unit's; with the unit's trial beside. ScaleUnknown."""
    place = await session.get(Unit, unit) if unit else None
    if place is None or version is not None:
        return Asked(await find_scale(session, scale or "", version), None)
    main = await scale_in_use(session, place, scale)
    return Asked(main, await scale_on_trial(session, place, main))
