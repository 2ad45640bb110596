"""The waiting room's watch (vakt): each second those who are due, each minute that nobody slipped out.

And proposals to hand over that nobody answered: their senders must know that the patient is still theirs.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from core.ids import Actor, Role, StaffId, UnitId
from core.store.work import Store
from journal.commands.propose_hand_over import expire_hand_overs
from journal.queries.handing.proposals import due_hand_overs
from triage.commands.watch import ring_due
from triage.queries.due_looks import due_looks, unwatched

logger = logging.getLogger(__name__)


async def look_at_those_due(store: Store) -> int:
    """Ring what is due; says how many began to ring."""
    return await _look_at(store, await store.read(due_looks, store.clock()))


async def watch_everybody(store: Store) -> int:
    """Watch over those who slipped out of it. It never happens; if it does, it is said and mended."""
    found = await store.read(unwatched)
    if found:
        logger.error("nobody watched over %s; they are looked at now", dict(found))
    return await _look_at(store, found)


async def end_those_unanswered(store: Store) -> int:
    """End proposals to hand over that nobody answered in time; says how many."""
    ended = 0
    for unit, proposals in (await store.read(due_hand_overs, store.clock())).items():
        ended += await store.write(_watch(unit), expire_hand_overs, proposals)
    return ended


async def _look_at(store: Store, units: Mapping[str, list[str]]) -> int:
    rang = 0
    for unit, encounters in units.items():
        rang += await store.write(_watch(unit), ring_due, encounters)
    return rang


def _watch(unit: str) -> Actor:
    return Actor(StaffId("watch"), "Vakt", Role.SYSTEM, UnitId(unit))
