"""Sick notes and referrals of an encounter, with every version and who was handed the paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.text import Answer
from journal.code_tables import Composition, HandedOver
from journal.rules.compositions.forms import TITLES, about


class PageHandedOver(Answer):
    """The paper went to somebody."""

    way: str
    receiver: str
    by: str
    at: datetime


class PageComposition(Answer):
    """One version of a document; `newest`: no later version is signed or begun."""

    id: str
    document_id: str
    number: int
    newest: bool
    kind: str
    title: str
    about: str
    body: dict[str, Any]
    reason: str | None
    revision: int
    author_id: str
    author: str
    hpr_number: str | None
    written_at: datetime
    saved_at: datetime
    signed_at: datetime | None
    content_hash: str | None
    handed_over: tuple[PageHandedOver, ...]


async def compositions_of(session: AsyncSession, encounter_id: str) -> tuple[PageComposition, ...]:
    """All versions, documents as they were begun, the versions of each in order."""
    rows = list(
        await session.scalars(
            select(Composition)
            .where(Composition.encounter_id == encounter_id)
            .order_by(Composition.written_at, Composition.document_id, Composition.number)
        )
    )
    if not rows:
        return ()
    handed = list(
        await session.scalars(
            select(HandedOver).where(HandedOver.encounter_id == encounter_id).order_by(HandedOver.at)
        )
    )
    people = {row.author_id for row in rows} | {each.by_id for each in handed}
    found = await session.scalars(select(Staff).where(Staff.id.in_(people)))
    staff = {each.id: each for each in found}
    newest = {row.document_id: row.number for row in sorted(rows, key=lambda row: row.number)}
    return tuple(
        PageComposition(
            **{name: getattr(row, name) for name in _KEPT},
            newest=row.number == newest[row.document_id],
            title=TITLES[row.kind],
            about=about(row.body),
            author=staff[row.author_id].name,
            hpr_number=staff[row.author_id].hpr_number,
            handed_over=tuple(
                PageHandedOver(way=each.way, receiver=each.receiver, by=staff[each.by_id].name, at=each.at)
                for each in handed
                if each.composition_id == row.id
            ),
        )
        for row in rows
    )


_KEPT = (
    *("id", "document_id", "number", "kind", "body", "reason", "revision", "author_id"),
    *("written_at", "saved_at", "signed_at", "content_hash"),
)


class _Moment(Protocol):
    facts: dict[str, str | int | None]

    def model_copy(self, *, update: dict[str, Any]) -> Any: ...


M = TypeVar("M", bound=_Moment)


def named(moments: Iterable[M], compositions: Iterable[PageComposition]) -> tuple[M, ...]:
    """The course with the names of documents in it; the log, which feeds screens, says only which."""
    titles = {each.id: each.title for each in compositions}
    return tuple(
        moment.model_copy(
            update={"facts": {**moment.facts, "told": titles.get(str(moment.facts["composition"]), _GONE)}}
        )
        if "composition" in moment.facts
        else moment
        for moment in moments
    )


_GONE = "Dokument som ble forkastet"
