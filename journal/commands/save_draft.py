"""Saving the draft (kladd) that doctors share: never lost, never overwritten unseen, merged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.need.relation_here import require_need
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Code, LongText, Moment, Request
from journal.live_tables import DraftConflict, DraftVersion, keep_version, open_conflicts
from journal.rules.merging import Clash, merge_draft, with_choice
from journal.rules.note import NoteText
from journal.rules.summary import Outcome
from journal.tables import Draft, DraftKept

Body = Mapping[str, Any]


class AlreadyChosen(Conflict):
    """A colleague has chosen between the two already."""

    code = "draft-conflict-chosen"


class DraftText(NoteText):
    """Everything the doctor has typed so far, under the note's headings and under closing."""

    asked_of_gp: LongText = ""
    told_to_patient: LongText = ""
    medication_changes: LongText = ""
    outcome: Outcome | None = None
    nothing: Annotated[tuple[Literal["asked_of_gp", "medication_changes"], ...], Field(max_length=2)] = ()


class DraftSent(DraftText):
    """The same, from a window that takes in what colleagues wrote meanwhile.

    `window` is the same for all that one open page sends: what it wrote on from is then known, even when an
    answer got lost on the way.
    """

    window: Code | None = None


class DraftSaved(Answer):
    """What happened to the text. `kept` True: it came from an outdated draft and was put aside, not lost."""

    version: int
    draft_version: int
    saved_at: Moment
    kept: bool
    current: dict[str, Any] | None  # the newer draft, when kept


class DraftMerged(Answer):
    """The draft with what everybody wrote.

    `sent_version` holds exactly what was sent, `draft_version` what stands now: a window that has been typed
    in since writes on from the first, one that shows `text` from the second.
    """

    version: int
    draft_version: int
    sent_version: int
    saved_at: Moment
    text: dict[str, Any]
    conflicts: int  # places where a person must choose


class Choosing(Request):
    """Which words stay where two differ."""

    keep: Literal["first", "second", "both"]


class Chosen(DraftMerged):
    """`cleared` False: the other words had been changed since and still stand; a person deletes them."""

    cleared: bool


@dataclass(frozen=True, slots=True)
class _Put:
    draft: Draft
    sent: int


async def save_draft(
    work: Work, encounter_id: str, text: DraftText, *, based_on: int | None, version: int
) -> DraftSaved:
    """Save the draft whole. `based_on` is the draft version it was written from, if the client knew it.

    A client that only knows the encounter's `version` is held to that, and merged from what it saved last.
    """
    encounter = await _open(work, encounter_id, version if based_on is None else None)
    held = await work.session.get(Draft, encounter.id)
    if based_on is not None and based_on != _number(held):
        return _put_aside(work, encounter, text, based_on, held)
    body = text.model_dump(mode="json")
    own = await _last_saved(work, encounter.id) if based_on is None else None
    base = own.number if own else _number(held) if based_on is not None else 0
    put = await _put(work, encounter, body, held, base=base, base_body=own.body if own else None)
    return DraftSaved(
        version=encounter.version,
        draft_version=put.draft.version,
        saved_at=work.now,
        kept=False,
        current=None,
    )


async def merge_in_draft(
    work: Work, encounter_id: str, sent: DraftSent, *, based_on: int | None, version: int
) -> DraftMerged:
    """Save what was written from draft version `based_on`, together with what colleagues wrote since."""
    encounter = await _open(work, encounter_id, version if based_on is None else None)
    held = await work.session.get(Draft, encounter.id)
    base, base_body = await _written_from(work, encounter.id, sent.window, based_on or 0)
    body = sent.model_dump(mode="json", exclude={"window"})
    put = await _put(work, encounter, body, held, base=base, base_body=base_body, window=sent.window)
    return DraftMerged(**await _merged(work, encounter, put))


async def choose_in_draft(work: Work, encounter_id: str, conflict_id: str, choosing: Choosing) -> Chosen:
    """Choose where two differ (velge). What is not kept leaves the draft and stays among its versions."""
    encounter = await _open(work, encounter_id, None)
    conflict = await work.session.get(DraftConflict, conflict_id, with_for_update=True)
    held = await work.session.get(Draft, encounter.id)
    if conflict is None or conflict.encounter_id != encounter.id or held is None:
        raise NotFound(conflict=conflict_id)
    if conflict.chosen is not None:
        raise AlreadyChosen
    conflict.chosen, conflict.chosen_by, conflict.chosen_at = choosing.keep, work.actor.id, work.now
    words = Clash(conflict.field, conflict.before, conflict.first, conflict.second)
    body, cleared = with_choice(held.body, words, choosing.keep)
    keep_version(work, held, body, kind="chosen")
    answer = await _merged(work, encounter, _Put(held, held.version))
    return Chosen(**answer, cleared=cleared)


async def _open(work: Work, encounter_id: str, expected: int | None) -> Encounter:
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    await require_need(work, encounter)  # what is answered holds colleagues' words
    work.ring()  # the log has nothing of a draft; those who have it open are told all the same
    return encounter


def _number(held: Draft | None) -> int:
    return held.version if held else 0


async def _last_saved(work: Work, encounter_id: str) -> DraftVersion | None:
    """The newest that the actor made and therefore knows; what was merged, their client may not have read."""
    found = await work.session.execute(
        select(DraftVersion)
        .where(
            DraftVersion.encounter_id == encounter_id,
            DraftVersion.author_id == work.actor.id,
            DraftVersion.kind != "merged",
        )
        .order_by(DraftVersion.number.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


async def _written_from(
    work: Work, encounter_id: str, window: str | None, based_on: int
) -> tuple[int, Body | None]:
    """What the window wrote on from: what it sent last, if it sent something after what it had been told."""
    if window is not None:
        found = await work.session.execute(
            select(DraftVersion)
            .where(
                DraftVersion.encounter_id == encounter_id,
                DraftVersion.author_id == work.actor.id,
                DraftVersion.window == window,
                DraftVersion.number > based_on,
            )
            .order_by(DraftVersion.number.desc())
            .limit(1)
        )
        if (sent := found.scalar_one_or_none()) is not None:
            return sent.number, sent.body
    base = await work.session.get(DraftVersion, (encounter_id, based_on))
    return based_on, base.body if base else None


async def _put(
    work: Work,
    encounter: Encounter,
    body: dict[str, Any],
    held: Draft | None,
    *,
    base: int,
    base_body: Body | None,
    window: str | None = None,
) -> _Put:
    """Keep what was sent as a version; where the draft went on since, what stands after it is both."""
    before, author = (dict(held.body), held.author_id) if held else ({}, work.actor.id)
    at = _number(held)
    if held is None:
        held = Draft(encounter_id=encounter.id, version=0)
        work.session.add(held)
    keep_version(work, held, body, based_on=base, window=window)
    sent = held.version
    if base == at:
        return _Put(held, sent)
    merged, clashes = merge_draft(base_body or {}, before, body)
    if merged != body:
        keep_version(work, held, merged, kind="merged", based_on=at)
    for clash in clashes:
        work.session.add(_conflict(work, held, clash, first_by=author))
    return _Put(held, sent)


def _conflict(work: Work, draft: Draft, clash: Clash, *, first_by: str) -> DraftConflict:
    return DraftConflict(
        id=new_id(),
        encounter_id=draft.encounter_id,
        number=draft.version,
        field=clash.field,
        before=clash.before,
        first=clash.first,
        first_by=first_by,
        second=clash.second,
        second_by=work.actor.id,
        found_at=work.now,
    )


async def _merged(work: Work, encounter: Encounter, put: _Put) -> dict[str, Any]:
    await work.session.flush()
    return {
        "version": encounter.version,
        "draft_version": put.draft.version,
        "sent_version": put.sent,
        "saved_at": work.now,
        "text": put.draft.body,
        "conflicts": len(await open_conflicts(work.session, encounter.id)),
    }


def _put_aside(
    work: Work, encounter: Encounter, text: DraftText, based_on: int, newer: Draft | None
) -> DraftSaved:
    work.session.add(
        DraftKept(
            id=new_id(),
            encounter_id=encounter.id,
            author_id=work.actor.id,
            based_on=based_on,
            body=text.model_dump(mode="json"),
            kept_at=work.now,
        )
    )
    return DraftSaved(
        version=encounter.version,
        draft_version=_number(newer),
        saved_at=newer.saved_at if newer else work.now,
        kept=True,
        current=newer.body if newer else None,
    )
