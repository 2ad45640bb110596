"""Tables of the draft that doctors share (felles kladd): each saved version, and where two differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.patients.encounter import OPEN
from core.patients.tables import Encounter
from core.store.database import Table
from core.store.work import Work
from journal.tables import Draft


class DraftVersion(Table):
    """The draft of an encounter as it was saved once; never changed, and kept until the encounter is over.

    What was written from an older version stands twice: as it was sent, and merged with what was there, which
    is the number after.
    """

    __tablename__ = "draft_version"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # saved, merged, chosen (between two), noted (words that became a note are taken out)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    based_on: Mapped[int]  # the version it was written from
    window: Mapped[str | None]  # of the browser, so that an answer that got lost is no second author
    body: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class DraftConflict(Table):
    """Two changed the same words differently (konflikt): both stand until a person has chosen."""

    __tablename__ = "draft_conflict"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    number: Mapped[int]  # of the version in which they met
    field: Mapped[str]
    before: Mapped[str]
    first: Mapped[str]
    first_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    second: Mapped[str]
    second_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    found_at: Mapped[datetime]
    chosen: Mapped[str | None]  # first, second, both
    chosen_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    chosen_at: Mapped[datetime | None]


def keep_version(
    work: Work,
    draft: Draft,
    body: Mapping[str, Any],
    *,
    kind: str = "saved",
    based_on: int | None = None,
    window: str | None = None,
) -> None:
    """What the draft says from now on, by whoever acts, with the version kept: the one way a draft changes.

    `based_on` when it was written from another version than the one before it.
    """
    before = draft.version or 0
    draft.version, draft.body = before + 1, dict(body)
    draft.author_id, draft.saved_at = work.actor.id, work.now
    work.session.add(
        DraftVersion(
            encounter_id=draft.encounter_id,
            number=draft.version,
            kind=kind,
            author_id=draft.author_id,
            based_on=before if based_on is None else based_on,
            window=window,
            body=draft.body,
            saved_at=draft.saved_at,
        )
    )


async def open_conflicts(session: AsyncSession, encounter_id: str) -> Sequence[DraftConflict]:
    """Where two differ and nobody has chosen yet, oldest first."""
    found = await session.execute(
        select(DraftConflict)
        .where(DraftConflict.encounter_id == encounter_id, DraftConflict.chosen.is_(None))
        .order_by(DraftConflict.number, DraftConflict.id)
    )
    return found.scalars().all()


async def writers(session: AsyncSession, encounter_id: str) -> frozenset[str]:
    """Who wrote what stands in the draft now: since words last became a note."""
    noted = select(func.max(DraftVersion.number)).where(
        DraftVersion.encounter_id == encounter_id, DraftVersion.kind == "noted"
    )
    found = await session.execute(
        select(DraftVersion.author_id)
        .where(
            DraftVersion.encounter_id == encounter_id,
            DraftVersion.kind == "saved",
            DraftVersion.number > func.coalesce(noted.scalar_subquery(), 0),
        )
        .distinct()
    )
    return frozenset(found.scalars())


async def forget_versions(
    session: AsyncSession, *, before: datetime | None = None, of: str | None = None
) -> None:
    """Let go what led to what is signed: of visits that ended `before`, or of the one with something deleted.

    The database allows it only when the visit is over; a signature can be taken back long before that.
    """
    over = select(Encounter.id).where(
        Encounter.status.not_in(OPEN), Encounter.ended_at < before if before else Encounter.id == of
    )
    for table in (DraftVersion, DraftConflict):
        await session.execute(delete(table).where(table.encounter_id.in_(over)))
