"""The access log (innsynslogg): who opened what, when and for what.

Written in the same transaction as the reading: an opening that cannot be logged does not happen
(pasientjournalloven § 22).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core.access.tables import AccessLogRow
from core.ids import new_id
from core.store.work import Work

TREATMENT = "TREAT"


def opened(
    work: Work, what: str, *, patient_id: str | None = None, encounter_id: str | None = None
) -> AccessLogRow:
    """Log that the actor opened a patient's `what`, or a list such as the board once per opening."""
    row = AccessLogRow(
        id=new_id(),
        at=work.now,
        actor_id=work.actor.id,
        actor_name=work.actor.name,
        role=work.actor.role.value,
        unit_id=work.unit,
        patient_id=patient_id,
        encounter_id=encounter_id,
        what=what,
        purpose=TREATMENT,
    )
    work.session.add(row)
    return row


async def opened_since(work: Work, what: str, encounter_id: str, since: datetime) -> bool:
    """Whether the actor opened the same thing after `since`, so that this is still the same opening."""
    found = await work.session.execute(
        select(AccessLogRow.id)
        .where(
            AccessLogRow.actor_id == work.actor.id,
            AccessLogRow.at > since,
            AccessLogRow.encounter_id == encounter_id,
            AccessLogRow.what == what,
        )
        .limit(1)
    )
    return found.first() is not None


async def board_opened(work: Work, what: str) -> None:
    """A list of patients was opened on a screen; logged once per opening, not once per change."""
    opened(work, what)
