"""Saving a draft (kladd) while the doctor writes: never lost, never overwritten unseen."""

from __future__ import annotations

from typing import Any

from core.access.permissions import Permission, require
from core.ids import new_id
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer, LongText, Moment
from journal.rules.note import NoteText
from journal.rules.summary import Outcome
from journal.tables import Draft, DraftKept


class DraftText(NoteText):
    """Everything the doctor has typed so far, under the note's headings and under closing."""

    asked_of_gp: LongText = ""
    told_to_patient: LongText = ""
    medication_changes: LongText = ""
    outcome: Outcome | None = None


class DraftSaved(Answer):
    """What happened to the text. `kept` True: it came from an outdated draft and was put aside, not lost."""

    version: int
    draft_version: int
    saved_at: Moment
    kept: bool
    current: dict[str, Any] | None  # the newer draft, when kept


async def save_draft(
    work: Work, encounter_id: str, text: DraftText, *, based_on: int | None, version: int
) -> DraftSaved:
    """Save the actor's own draft. `based_on` is the draft version it was written from, if the client knew it.

    A client that only knows the encounter's `version` is held to that instead.
    """
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id, version if based_on is None else None)
    encounters.require_open(encounter)
    draft = await work.session.get(Draft, (encounter.id, work.actor.id))
    held = draft.version if draft else 0
    if based_on is not None and based_on != held:
        return _put_aside(work, encounter.id, encounter.version, text, based_on, draft)
    if draft is None:
        draft = Draft(encounter_id=encounter.id, author_id=work.actor.id)
        work.session.add(draft)
    draft.version, draft.body, draft.saved_at = held + 1, text.model_dump(mode="json"), work.now
    return DraftSaved(
        version=encounter.version,
        draft_version=draft.version,
        saved_at=work.now,
        kept=False,
        current=None,
    )


def _put_aside(
    work: Work, encounter_id: str, version: int, text: DraftText, based_on: int, newer: Draft | None
) -> DraftSaved:
    work.session.add(
        DraftKept(
            id=new_id(),
            encounter_id=encounter_id,
            author_id=work.actor.id,
            based_on=based_on,
            body=text.model_dump(mode="json"),
            kept_at=work.now,
        )
    )
    return DraftSaved(
        version=version,
        draft_version=newer.version if newer else 0,
        saved_at=newer.saved_at if newer else work.now,
        kept=True,
        current=newer.body if newer else None,
    )
