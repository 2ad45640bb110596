"""The draft that doctors share (felles kladd): as it is now, where two differ, and each version of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.ids import Actor
from core.patients.tables import Encounter
from core.text import Answer
from journal.live_tables import DraftVersion, open_conflicts
from journal.queries.drafts.on_page import PageConflict
from journal.tables import Draft

MOST = 500
"""Versions shown, the newest; whoever writes for an hour makes more, and all are kept."""


class DraftNow(Answer):
    """What a page that has it open is told."""

    version: int  # of the encounter
    draft_version: int
    saved_at: datetime | None
    by: str | None  # who saved last
    text: dict[str, Any] | None
    conflicts: tuple[PageConflict, ...]


class KeptVersion(Answer):
    """The draft as it was saved once."""

    number: int
    kind: str
    by: str
    saved_at: datetime
    text: dict[str, Any]


class DraftHistory(Answer):
    """Each version, newest first."""

    versions: tuple[KeptVersion, ...]


async def draft_now(session: AsyncSession, encounter_id: str, _actor: Actor) -> DraftNow:
    """The draft and what is undecided in it; call through `open_record`."""
    encounter = await session.get_one(Encounter, encounter_id)
    draft = await session.get(Draft, encounter_id)
    author = await session.get(Staff, draft.author_id) if draft else None
    return DraftNow(
        version=encounter.version,
        draft_version=draft.version if draft else 0,
        saved_at=draft.saved_at if draft else None,
        by=author.name if author else None,
        text=draft.body if draft else None,
        conflicts=await conflicts_of(session, encounter_id) if draft else (),
    )


async def conflicts_of(session: AsyncSession, encounter_id: str) -> tuple[PageConflict, ...]:
    """Where two differ and nobody has chosen, with the names of both."""
    found = await open_conflicts(session, encounter_id)
    people = {each for conflict in found for each in (conflict.first_by, conflict.second_by)}
    named = await session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(people)))
    names: dict[str, str] = {row[0]: row[1] for row in named}
    return tuple(
        PageConflict(
            id=each.id,
            field=each.field,
            before=each.before,
            first=each.first,
            first_by=names[each.first_by],
            second=each.second,
            second_by=names[each.second_by],
            found_at=each.found_at,
        )
        for each in found
    )


async def draft_history(
    session: AsyncSession, encounter_id: str, _actor: Actor, *, before: int | None = None
) -> DraftHistory:
    """Each version that is kept, or those `before` a number; call through `open_record`."""
    earlier = DraftVersion.number < before if before is not None else true()
    found = await session.execute(
        select(DraftVersion, Staff.name)
        .join(Staff, Staff.id == DraftVersion.author_id)
        .where(DraftVersion.encounter_id == encounter_id, earlier)
        .order_by(DraftVersion.number.desc())
        .limit(MOST)
    )
    return DraftHistory(
        versions=tuple(
            KeptVersion(number=each.number, kind=each.kind, by=name, saved_at=each.saved_at, text=each.body)
            for each, name in found
        )
    )
