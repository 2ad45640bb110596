"""How a national register stands to a patient, and who wrote what down."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from journal.clinical_tables import ClinicalLookup, Service
from journal.queries.clinical.view import PageRegister


async def register_of(
    session: AsyncSession, row: ClinicalLookup | None, service: Service
) -> PageRegister | None:
    """How the register stands; None where this installation has asked none about anybody."""
    if row is None:
        asks = await session.execute(
            select(ClinicalLookup.service).where(ClinicalLookup.service == service).limit(1)
        )
        if asks.first() is None:
            return None
        return PageRegister(
            service=service, asked=False, outcome=None, as_of=None, answered_at=None, away=False
        )
    return PageRegister.model_validate(
        {
            "service": service,
            "asked": True,
            "outcome": row.outcome,
            "as_of": row.as_of,
            "answered_at": row.answered_at,
            "away": row.trouble is not None,
        }
    )


async def names_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    """Staff by id, as people know them."""
    found = await session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(set(ids))))
    return {row.id: row.name for row in found}
