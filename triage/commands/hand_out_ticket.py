"""The patient's ticket (kølapp): a private link to the own number and place in the line.

Whoever hands it out makes the secret, so that the answer to a repeated request can be kept without it; of the
secret only its hash is stored. A new ticket ends the one before: a lost paper is worth nothing (decision 24).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import select

from core.access.credentials import token_hash
from core.access.permissions import Permission, require
from core.errors import Conflict
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Request
from triage.events import TicketEnded, TicketHandedOut
from triage.tables import Ticket

Secret = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22,64}$")]
"""At least 128 random bits, in letters that need no escaping in a link."""


class TicketSecretUsed(Conflict):
    """This secret has been handed out before, and no secret is handed out twice."""

    code = "ticket-secret-used"


class NotHereYet(Conflict):
    """Only somebody who has come has a place in the line."""

    code = "not-here-yet"


class NewTicket(Request):
    """The secret of the link; made by whoever prints it."""

    secret: Secret


class TicketState(Answer):
    """The encounter's ticket now."""

    id: str
    number: str
    issued_at: datetime | None  # None: none is out


async def hand_out_ticket(work: Work, encounter_id: str, new: NewTicket) -> TicketState:
    """Let this secret lead to the patient's place in the line from now on (gi kølapp)."""
    encounter = await _here(work, encounter_id)
    hashed = token_hash(new.secret)
    if await work.session.get(Ticket, hashed) is not None:
        raise TicketSecretUsed
    await _withdraw(work, encounter.id)
    work.session.add(
        Ticket(secret_hash=hashed, unit_id=work.unit, encounter_id=encounter.id, issued_at=work.now)
    )
    await work.record(TicketHandedOut(encounter_id=encounter.id, happened_at=work.now))
    return TicketState(id=encounter.id, number=encounter.number, issued_at=work.now)


async def end_ticket(work: Work, encounter_id: str) -> TicketState:
    """Take the ticket back (trekke kølappen): its link leads nowhere from now on."""
    require(work.actor, Permission.LOOK_AFTER)
    encounter = await encounters.load(work, encounter_id)
    if await _withdraw(work, encounter.id):
        await work.record(TicketEnded(encounter_id=encounter.id, happened_at=work.now))
    return TicketState(id=encounter.id, number=encounter.number, issued_at=None)


async def _here(work: Work, encounter_id: str) -> Encounter:
    require(work.actor, Permission.LOOK_AFTER)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    if encounter.status == Status.PLANNED:
        raise NotHereYet
    return encounter


async def _withdraw(work: Work, encounter_id: str) -> bool:
    found = await work.session.execute(
        select(Ticket).where(Ticket.encounter_id == encounter_id, Ticket.withdrawn_at.is_(None))
    )
    ticket = found.scalar_one_or_none()
    if ticket is None:
        return False
    ticket.withdrawn_at = work.now
    await work.session.flush()  # before another takes its place: the database allows one at a time
    return True
