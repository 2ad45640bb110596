"""Where the record of an encounter stands (sted), and who may still look; read for many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import whose_many
from core.access.permissions import Permission, may
from core.access.relation import Access
from core.ids import Actor
from core.patients.need.relation_here import standing_of
from core.patients.tables import Encounter
from core.store.event_log import EventRow, positions
from journal.tables import Draft


@dataclass(frozen=True, slots=True)
class Place:
    """How far the record of one encounter has come. Another one than before: there is something to see."""

    epoch: str
    seq: int  # of the last event of this encounter
    draft: int = 0  # version of the draft


async def places(session: AsyncSession, encounters: Mapping[str, str]) -> dict[str, Place]:
    """Where these encounters stand, by id; their units are known."""
    at = await positions(session, set(encounters.values()))
    found = await session.execute(
        select(EventRow.encounter_id, func.max(EventRow.seq))
        .where(EventRow.encounter_id.in_(encounters))
        .group_by(EventRow.encounter_id)
    )
    last: dict[str | None, int] = {row[0]: row[1] for row in found}
    drafts = await session.execute(
        select(Draft.encounter_id, Draft.version).where(Draft.encounter_id.in_(encounters))
    )
    written: dict[str, int] = {row[0]: row[1] for row in drafts}
    return {
        id: Place(at[unit].epoch if unit in at else "", last.get(id, 0), written.get(id, 0))
        for id, unit in encounters.items()
    }


async def signed_in(session: AsyncSession, hashes: Collection[str], now: datetime) -> dict[str, Actor]:
    """Who is behind each of these; those whose session is over or locked are left out."""
    return await whose_many(session, hashes, now)


async def may_look(
    session: AsyncSession, asked: Iterable[tuple[str, Actor]], now: datetime
) -> set[tuple[str, str]]:
    """Of these encounters and readers, the ids of those for whom the record still opens."""
    allowed: set[tuple[str, str]] = set()
    for id, actor in asked:
        encounter = await session.get(Encounter, id)
        if encounter is None or not may(actor, Permission.READ_RECORD):
            continue
        standing = await standing_of(session, encounter.patient_id, actor, now)
        if standing.access(encounter) is Access.YES:
            allowed.add((id, actor.id))
    return allowed
