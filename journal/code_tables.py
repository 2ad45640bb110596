"""Tables of code packs, of codes on an encounter, and of documents that are printed and handed over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, UniqueConstraint, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table
from journal.rules.note import NoteText
from journal.rules.writing.proposals import MARKS, proposals, settled
from journal.tables import WritingAid


class CodePack(Table):
    """One version of a code system (kodeverkspakke) as the site brought it. Append-only."""

    __tablename__ = "code_pack"

    id: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str]
    kind: Mapped[str]  # diagnosis, procedure, tariff
    uri: Mapped[str]  # the national identity of the system
    version: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str]
    complete: Mapped[bool]  # False: other codes of the system may be written in own words
    digest: Mapped[str]  # SHA-256 of what it says
    codes: Mapped[int]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]

    __table_args__ = (UniqueConstraint("system", "version"),)


class PackedCode(Table):
    """One code of a pack. `searched` is how it is found, see `journal/rules/codes/searching.py`."""

    __tablename__ = "packed_code"

    pack_id: Mapped[str] = mapped_column(ForeignKey("code_pack.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    display: Mapped[str]
    searched: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class PerformedCode(Table):
    """A procedure or a tariff of the encounter (prosedyre, takst); fixed with it at signing."""

    __tablename__ = "performed_code"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    kind: Mapped[str]  # procedure, tariff
    system: Mapped[str]
    version: Mapped[str]  # of the pack it was taken from
    code: Mapped[str]
    display: Mapped[str]  # as it was then
    quantity: Mapped[int]
    set_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    set_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("encounter_id", "system", "code"),)


class Composition(Table):
    """One version of a sick note or a referral (sykmelding, henvisning). Once signed it never changes."""

    __tablename__ = "composition"

    id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str]  # the same in all its versions
    number: Mapped[int]  # of the version, from 1
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    kind: Mapped[str]  # sick-note, referral
    body: Mapped[dict[str, Any]]
    reason: Mapped[str | None]  # why there is a new version
    revision: Mapped[int]  # of the draft, counted at every save
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    content_hash: Mapped[str | None]

    __table_args__ = (UniqueConstraint("document_id", "number"),)


class HandedOver(Table):
    """A signed document was printed and handed over (utlevert): to whom, how, by whom. Append-only."""

    __tablename__ = "handed_over"

    id: Mapped[str] = mapped_column(primary_key=True)
    composition_id: Mapped[str] = mapped_column(ForeignKey("composition.id"), index=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    way: Mapped[str]  # patient, relative, escort, post
    receiver: Mapped[str]  # in words
    by_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


def counts_on(day: date) -> ColumnElement[bool]:
    """A pack that has begun and not ended."""
    return (CodePack.valid_from <= day) & or_(CodePack.valid_to.is_(None), CodePack.valid_to >= day)


def usable_on(day: date) -> ColumnElement[bool]:
    """A code that counts that day, by days of its own where it has such."""
    begun = or_(PackedCode.valid_from.is_(None), PackedCode.valid_from <= day)
    return begun & or_(PackedCode.valid_to.is_(None), PackedCode.valid_to >= day)


async def packs_on(session: AsyncSession, day: date) -> dict[str, CodePack]:
    """By system: the newest pack that counts that day."""
    newest_last = (CodePack.valid_from, CodePack.imported_at, CodePack.id)
    found = await session.scalars(select(CodePack).where(counts_on(day)).order_by(*newest_last))
    return {pack.system: pack for pack in found}


async def packed_code(session: AsyncSession, pack: CodePack, code: str) -> PackedCode | None:
    """The code in this pack, whether or not it still counts."""
    return await session.get(PackedCode, (pack.id, code))


def own_composition(encounter_id: str, id: str) -> Select[Composition]:
    """One version of a document, when it is of this encounter."""
    return select(Composition).where(Composition.id == id, Composition.encounter_id == encounter_id)


async def known_proposals(session: AsyncSession, unit_id: str, texts: list[str]) -> frozenset[str]:
    """Everything that templates and phrases of the unit ever proposed; nothing when no text has a mark."""
    if not any(MARKS[0] in text for text in texts):
        return frozenset()
    bodies = await session.scalars(select(WritingAid.body).where(WritingAid.unit_id == unit_id))
    return frozenset(line for body in bodies for text in body.values() for line in proposals(text))


async def settle_note(session: AsyncSession, unit_id: str, text: NoteText) -> NoteText:
    """The note as it is signed: without what a template proposed and nobody made their own."""
    said = text.model_dump()
    known = await known_proposals(session, unit_id, list(said.values()))
    return NoteText(**settled(said, known))
