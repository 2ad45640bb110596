"""Tying what was signed and fixed to be sent into the chain of the access log, in the same transaction.

A hash that stands beside its text can be made anew together with it; one in the chain cannot.
"""

from __future__ import annotations

from sqlalchemy import select

from core.access.control.verify import last_words
from core.access.log import SIGNED, Line, add_line
from core.access.tables import AccessLogRow
from core.patients.tables import Encounter
from core.store.event_log import Event
from core.store.work import Work
from integrations.contents import message_contents
from journal.queries.signed_contents import signed_contents


async def seal(work: Work, event: Event) -> None:
    """The reaction to whatever signs something: note what is new, with its hash."""
    assert event.encounter_id is not None
    await work.session.flush()
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    before = await work.session.execute(
        select(AccessLogRow.documents)
        .where(AccessLogRow.patient_id == encounter.patient_id, AccessLogRow.what == SIGNED)
        .order_by(AccessLogRow.unit_id, AccessLogRow.seq)
    )
    sealed = last_words(document for documents in before.scalars() for document in documents)
    named = (  # of a message that is erased both speak, and the second is the last word
        *await message_contents(work.session, encounter.id),
        *await signed_contents(work.session, encounter.id),
    )
    new = [f"{name}:{hash}" for name, hash in last_words(named).items() if sealed.get(name) != hash]
    if new:
        await add_line(
            work,
            Line(what=SIGNED, patient_id=encounter.patient_id, encounter_id=encounter.id, documents=new),
        )


async def seal_where_known(work: Work, event: Event) -> None:
    """The same, once it is known which encounter something belongs to."""
    if event.encounter_id is not None:
        await seal(work, event)
