"""What was done, as codes (prosedyrer og takster), as the page shows it and as it leaves the ward."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.text import Answer
from journal.code_tables import PerformedCode
from journal.rules.codes.told import done_words


class PagePerformed(Answer):
    """A procedure or a tariff; `display` as it was in `version` of the pack."""

    id: str
    kind: str
    system: str
    version: str
    code: str
    display: str
    quantity: int


async def performed_codes(session: AsyncSession, encounter_id: str) -> tuple[PagePerformed, ...]:
    """Procedures first, then tariffs, as they were set."""
    found = await session.scalars(
        select(PerformedCode)
        .where(PerformedCode.encounter_id == encounter_id)
        .order_by(PerformedCode.kind, PerformedCode.set_at, PerformedCode.code)
    )
    return tuple(PagePerformed.model_validate(row, from_attributes=True) for row in found)


async def done(session: AsyncSession, encounter_id: str) -> str:
    """For letters: what was done, in words. What is paid for it is nobody else's business."""
    return done_words(await performed_codes(session, encounter_id))
