"""Keeping templates and phrases (maler og fraser): one's own, and those of the unit.

A change is a new row and the old is kept: what it proposed may stand in a draft, and is known at signing.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound, Stale
from core.ids import new_id
from core.store.work import Work
from core.text import Answer, LongText, Request, ShortText
from journal.rules.note import NoteText
from journal.rules.writing.proposals import with_marks
from journal.tables import WritingAid

Trigger = Annotated[str, StringConstraints(pattern=r"^\.[a-zæøå0-9_-]{1,30}$")]
"""What is typed before Tab, e.g. `.hals`."""


class AidNameTaken(Conflict):
    """Something else has that name already, there where it is to be kept."""

    code = "aid-name-taken"


class KeptAid(Request):
    """A template has a name and text by heading; a phrase what is typed and the text it becomes.

    A field to be filled in is written `[[funn]]`.
    """

    kind: Literal["template", "phrase"]
    shared: bool = Field(False, description="the unit's; else one's own")
    name: ShortText | None = None
    trigger: Trigger | None = None
    headings: NoteText | None = None
    text: LongText | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        template = self.name and self.headings and not self.headings.empty
        phrase = self.trigger and self.text
        if not (template if self.kind == "template" else phrase):
            raise ValueError("aid-not-whole")
        return self

    @property
    def called(self) -> str:
        """Its name, or what is typed."""
        return (self.name if self.kind == "template" else self.trigger) or ""

    def body(self) -> dict[str, Any]:
        """What is kept, with marks."""
        said = (
            self.headings.model_dump() if self.kind == "template" and self.headings else {"text": self.text}
        )
        return {name: with_marks(text) for name, text in said.items() if text}


class AidAnswer(Answer):
    """The template or phrase as it is kept now."""

    id: str
    version: int


async def keep_aid(work: Work, kept: KeptAid) -> AidAnswer:
    """A new template or phrase."""
    _require_may(work, kept.shared)
    return await _add(work, kept, version=1)


async def change_aid(work: Work, id: str, kept: KeptAid, *, expected: int) -> AidAnswer:
    """Another text for it. The old one is offered no more, and is still known where it stands in a draft."""
    old = await _load(work, id, expected)
    _require_may(work, kept.shared)
    old.removed_at = work.now
    await work.session.flush()
    return await _add(work, kept, version=old.version + 1)


async def remove_aid(work: Work, id: str, *, expected: int) -> AidAnswer:
    """Offer it no more."""
    old = await _load(work, id, expected)
    old.removed_at = work.now
    return AidAnswer(id=old.id, version=old.version)


def _require_may(work: Work, shared: bool) -> None:
    require(work.actor, Permission.KEEP_UNIT_TEXTS if shared else Permission.WRITE_NOTE)


async def _load(work: Work, id: str, expected: int) -> WritingAid:
    row = await work.session.get(WritingAid, id)
    others = row is not None and row.owner_id not in (None, work.actor.id)
    if row is None or row.unit_id != work.unit or row.removed_at is not None or others:
        raise NotFound(aid=id)
    _require_may(work, row.owner_id is None)
    if row.version != expected:
        raise Stale(version=row.version, expected=expected)
    return row


async def _add(work: Work, kept: KeptAid, *, version: int) -> AidAnswer:
    owner = None if kept.shared else work.actor.id
    same = select(WritingAid.id).where(
        WritingAid.unit_id == work.unit,
        WritingAid.owner_id.is_(None) if owner is None else WritingAid.owner_id == owner,
        WritingAid.kind == kept.kind,
        WritingAid.name == kept.called,
        WritingAid.removed_at.is_(None),
    )
    if (await work.session.execute(same)).first() is not None:
        raise AidNameTaken(value=kept.called)
    row = WritingAid(
        id=new_id(),
        unit_id=work.unit,
        owner_id=owner,
        kind=kept.kind,
        name=kept.called,
        body=kept.body(),
        version=version,
        changed_at=work.now,
        changed_by=work.actor.name,
    )
    work.session.add(row)
    return AidAnswer(id=row.id, version=row.version)
