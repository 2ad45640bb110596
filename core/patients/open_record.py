"""The only way to read a patient's record (åpne journal): may I, look, log it.

All three happen in one transaction, so there is no answer without its row in the access log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from core.access.log import EMERGENCY, TREATMENT, Line, add_line, shown_since
from core.access.permissions import Permission, require
from core.ids import Actor
from core.patients import encounter as encounters
from core.patients.need.relation_here import Ground, require_need
from core.patients.tables import Encounter
from core.store.work import Store, Work

T = TypeVar("T")
RecordQuery = Callable[[AsyncSession, str, Actor], Awaitable[T]]


async def open_record(
    store: Store,
    query: RecordQuery[T],
    encounter_id: str,
    actor: Actor,
    *,
    what: str = "encounter",
    documents: Callable[[T], Sequence[str]] | None = None,
    again_within: timedelta | None = None,
    elsewhere: bool = False,
) -> T:
    """Answer the query about one encounter, and log which `documents` of it were shown.

    Raises NotAllowed, ReasonNeeded, or NotFound for other units' encounters; with `elsewhere` those of the
    same legal entity open too, as far as `core/access/relation.py` says. A page that asks on its own every
    few seconds is one opening: `again_within` a time it is not logged anew, but for what was not shown yet.
    """

    async def opening(work: Work) -> T:
        require(work.actor, Permission.READ_RECORD)
        look = encounters.find if elsewhere else encounters.load
        encounter = await look(work, encounter_id)
        ground = await require_need(work, encounter)
        answer = await query(work.session, encounter.id, actor)
        shown = documents(answer) if documents else ()
        since = work.now - again_within if again_within is not None else None
        before = await shown_since(work, what, encounter.id, since) if since else None
        new = [each for each in shown if each not in (before or ())]
        if before is None or new:
            await add_line(work, _line(encounter, ground, what, new))
        return answer

    return await store.write(actor, opening)


async def open_part(work: Work, encounter: Encounter, what: str) -> None:
    """As `open_record`, within a command that shows something of the record, such as the full numbers."""
    await add_line(work, _line(encounter, await require_need(work, encounter), what, ()))


def _line(encounter: Encounter, ground: Ground, what: str, documents: Sequence[str]) -> Line:
    return Line(
        what=what,
        patient_id=encounter.patient_id,
        encounter_id=encounter.id,
        documents=documents,
        purpose=EMERGENCY if ground.reason else TREATMENT,
        relation=ground.relation.value,
        reason=ground.reason,
    )
