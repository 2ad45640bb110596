"""Medicines given by their hash, as it was and as the row gives it now, for `legevakt verify-log`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from journal.rules.medication.given import SEALED, administration_hash
from journal.vitals_tables import MedicationAdministration


async def administrations_signed(session: AsyncSession, encounter_id: str) -> list[str]:
    """Each as `administration:<id>:<hash>`."""
    found = await session.execute(
        select(MedicationAdministration.id, MedicationAdministration.content_hash)
        .where(MedicationAdministration.encounter_id == encounter_id)
        .order_by(MedicationAdministration.recorded_at, MedicationAdministration.id)
    )
    return [f"administration:{id}:{hash}" for id, hash in found]


async def administrations_now(session: AsyncSession) -> AsyncIterator[str]:
    """All of them, with the hash of what they say now."""
    rows = await session.stream_scalars(
        select(MedicationAdministration)
        .order_by(MedicationAdministration.id)
        .execution_options(yield_per=500)
    )
    async for each in rows:
        content = {name: getattr(each, name) for name in SEALED}
        yield f"administration:{each.id}:{administration_hash(content, each.given_at, each.recorded_at)}"
