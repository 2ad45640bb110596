"""The only way to read a patient's record (åpne journal): may I, log it, then look.

All three happen in one transaction, so there is no answer without its row in the access log.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from core.access.log import opened, opened_since
from core.access.permissions import Permission, require
from core.ids import Actor
from core.patients import encounter as encounters
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
    again_within: timedelta | None = None,
) -> T:
    """Answer the query about one encounter. Raises NotAllowed, or NotFound for other units' encounters.

    A page that asks on its own every few seconds is one opening: `again_within` a time it is not logged anew.
    """

    async def opening(work: Work) -> T:
        require(work.actor, Permission.READ_RECORD)
        encounter = await encounters.load(work, encounter_id)
        if again_within is None or not await opened_since(work, what, encounter.id, work.now - again_within):
            opened(work, what, patient_id=encounter.patient_id, encounter_id=encounter.id)
        return await query(work.session, encounter.id, actor)

    return await store.write(actor, opening)
