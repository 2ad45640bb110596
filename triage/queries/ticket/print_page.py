"""What the page needs that a ticket is printed from (utskrift av kølapp); nothing that tells who has it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import Actor
from core.patients.encounter import OPEN, Status
from core.patients.tables import Encounter, Unit
from core.text import Answer
from triage.tables import Ticket


class TicketPage(Answer):
    """The number, and whether a ticket is out already."""

    id: str
    unit: str
    unit_name: str
    number: str
    here: bool  # has come and not gone: only then is there a place in the line
    issued_at: datetime | None


async def ticket_page(session: AsyncSession, encounter_id: str, _reader: Actor) -> TicketPage:
    """Call through `open_record`, which checks and logs."""
    encounter = await session.get_one(Encounter, encounter_id)
    unit = await session.get_one(Unit, encounter.unit_id)
    issued = select(Ticket.issued_at).where(
        Ticket.encounter_id == encounter.id, Ticket.withdrawn_at.is_(None)
    )
    status = Status(encounter.status)
    return TicketPage(
        id=encounter.id,
        unit=unit.id,
        unit_name=unit.name,
        number=encounter.number,
        here=status in OPEN and status is not Status.PLANNED,
        issued_at=(await session.execute(issued)).scalar_one_or_none(),
    )
