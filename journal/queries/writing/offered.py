"""Templates and phrases somebody may use (maler og fraser): one's own go before the unit's of that name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.text import Answer
from journal.rules.writing.proposals import as_inserted, as_written
from journal.tables import WritingAid


class OfferedAid(Answer):
    """A template or phrase. `inserted` is put in the note, `written` stands in the form it is changed in."""

    id: str
    kind: str
    shared: bool
    name: str
    inserted: dict[str, str]
    written: dict[str, str]
    version: int
    changed_at: datetime
    changed_by: str


async def offered_aids(session: AsyncSession, unit: str, staff: str) -> tuple[OfferedAid, ...]:
    """The unit's and the person's own, by name; of two with the same name one's own is first."""
    found = await session.scalars(
        select(WritingAid)
        .where(
            WritingAid.unit_id == unit,
            WritingAid.removed_at.is_(None),
            or_(WritingAid.owner_id.is_(None), WritingAid.owner_id == staff),
        )
        .order_by(WritingAid.kind.desc(), WritingAid.name, WritingAid.owner_id.is_(None))
    )
    return tuple(_offered(row) for row in found)


def _offered(row: WritingAid) -> OfferedAid:
    template = row.kind == "template"
    return OfferedAid(
        id=row.id,
        kind=row.kind,
        shared=row.owner_id is None,
        name=row.name,
        inserted={name: as_inserted(text) if template else text for name, text in row.body.items()},
        written={name: as_written(text) for name, text in row.body.items()},
        version=row.version,
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )
