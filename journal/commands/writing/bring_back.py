"""Bringing words of an older version back into the draft (hente tilbake): as new text, beside what stands."""

from __future__ import annotations

from typing import Literal

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.patients import encounter as encounters
from core.patients.need.relation_here import require_need
from core.store.work import Work
from core.text import LONGEST, Answer, Moment, Request
from journal.live_tables import DraftVersion, keep_version
from journal.rules.writing.versions import missing
from journal.tables import Draft


class NothingMissing(Conflict):
    """All that the older version says under that heading stands in the draft."""

    code = "draft-has-it-all"


class HeadingFull(Conflict):
    """With these words the heading would hold more than a heading can."""

    code = "draft-heading-full"


class BringBack(Request):
    """The heading whose words are wanted."""

    field: Literal[
        "subjective",
        "objective",
        "assessment",
        "plan",
        "asked_of_gp",
        "told_to_patient",
        "medication_changes",
    ]


class BroughtBack(Answer):
    """What was put in last under that heading, and the draft it stands in."""

    draft_version: int
    saved_at: Moment
    words: str


async def bring_back(work: Work, encounter_id: str, number: int, asked: BringBack) -> BroughtBack:
    """Put what the draft lacks of an older version last under its heading; nobody's words are replaced."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    await require_need(work, encounter)  # what is answered holds colleagues' words
    older = await work.session.get(DraftVersion, (encounter.id, number))
    draft = await work.session.get(Draft, encounter.id)
    if older is None or draft is None:
        raise NotFound(version=number)
    stands = str(draft.body.get(asked.field) or "")
    words = missing(stands, str(older.body.get(asked.field) or ""))
    if not words:
        raise NothingMissing
    whole = f"{stands.rstrip()}\n{words}" if stands.strip() else words
    if len(whole) > LONGEST:
        raise HeadingFull
    keep_version(work, draft, {**draft.body, asked.field: whole})
    work.ring()  # the log has nothing of a draft; those who have it open are told all the same
    return BroughtBack(draft_version=draft.version, saved_at=work.now, words=words)
