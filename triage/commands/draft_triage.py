"""Triage as far as it is written (kladd): saved as the nurse types, and taken over by who goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import delete, select

from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.errors import NotFound, Stale
from core.patients import encounter as encounters
from core.patients.need.relation_here import require_need
from core.store.work import Work
from core.text import Answer, Code, LongText, Moment, Request, ShortText
from triage.rules.deadlines import DRAFT_KEPT
from triage.tables import TriageDraft

Typed = Annotated[LongText, Field(max_length=200)]


class DraftOutdated(Stale):
    """The draft was changed in another window, or a colleague took it over; nothing was overwritten."""

    code = "triage-draft-outdated"


class NoDraft(NotFound):
    """The colleague's draft is not there any more: recorded, or taken over by another."""

    code = "no-triage-draft"


class TriageDraftText(Request):
    """The form as it stands (skjemaet), half-typed and all; nothing is judged before it is recorded."""

    complaint: Typed = ""
    history: LongText = ""
    pain: Annotated[int, Field(ge=0, le=10)] | None = None
    values: Annotated[Mapping[Code, Typed], Field(max_length=60)] = {}
    discriminators: Annotated[frozenset[Code], Field(max_length=40)] = frozenset()
    no_signs: bool = False
    pregnant: bool = False
    marks: Annotated[Mapping[Code, bool], Field(max_length=12)] = {}
    level: Code | None = None  # only when chosen by hand
    reason_code: Code | None = None
    reason: Typed = ""
    confirmed: Annotated[frozenset[Code], Field(max_length=40)] = frozenset()
    measured_at: Moment | None = None
    after: Code | None = None  # the latest assessment its writer knew of


class TriageDraftSaved(Answer):
    """The draft as the server holds it now."""

    version: int  # of the encounter
    draft_version: int
    saved_at: Moment
    text: dict[str, Any]


class TakingOver(Request):
    """Whose draft."""

    author: ShortText


async def save_triage_draft(
    work: Work, encounter_id: str, text: TriageDraftText, based_on: int
) -> TriageDraftSaved:
    """Save the actor's own draft, written on from draft version `based_on` (0: the first)."""
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    draft = await work.session.get(TriageDraft, (encounter.id, work.actor.id))
    held = draft.version if draft else 0
    if based_on != held:
        raise DraftOutdated(
            draft_version=held,
            current=draft.body if draft else None,
            by=None if draft else await _who_took(work, encounter.id),
        )
    if draft is None:
        await work.session.execute(delete(TriageDraft).where(TriageDraft.saved_at < work.now - DRAFT_KEPT))
        draft = TriageDraft(encounter_id=encounter.id, author_id=work.actor.id, begun_at=work.now)
        work.session.add(draft)
    draft.version, draft.body, draft.saved_at = held + 1, text.model_dump(mode="json"), work.now
    return _saved(encounter.version, draft)


async def take_over_triage(work: Work, encounter_id: str, taking: TakingOver) -> TriageDraftSaved:
    """Go on where a colleague stopped (overta): the draft becomes the actor's.

    The colleague's window is told at its next saving. What the actor had written, the actor's screen holds.
    """
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    await require_need(work, encounter)  # what is answered is a colleague's words
    theirs = await work.session.get(TriageDraft, (encounter.id, taking.author))
    if theirs is None or taking.author == work.actor.id:
        raise NoDraft(encounter=encounter.id)
    mine = await work.session.get(TriageDraft, (encounter.id, work.actor.id))
    version = mine.version if mine else 0
    if mine is None:
        mine = TriageDraft(encounter_id=encounter.id, author_id=work.actor.id)
        work.session.add(mine)
    mine.version, mine.body = version + 1, theirs.body
    mine.begun_at, mine.saved_at, mine.taken_from = theirs.begun_at, work.now, theirs.author_id
    await work.session.delete(theirs)
    return _saved(encounter.version, mine)


async def _who_took(work: Work, encounter_id: str) -> str | None:
    statement = (
        select(Staff.name)
        .join(TriageDraft, TriageDraft.author_id == Staff.id)
        .where(TriageDraft.encounter_id == encounter_id, TriageDraft.taken_from == work.actor.id)
    )
    return (await work.session.execute(statement)).scalars().first()


def _saved(version: int, draft: TriageDraft) -> TriageDraftSaved:
    return TriageDraftSaved(
        version=version, draft_version=draft.version, saved_at=draft.saved_at, text=draft.body
    )
