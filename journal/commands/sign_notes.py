"""Signing one's own notes (signere egne notater) in a visit that a colleague finishes, or has finished.

The letters of a finished visit are not written anew by that: what receivers must know is told by an addendum.
"""

from __future__ import annotations

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer, Moment
from journal.events import NotesSigned as Signed
from journal.rules.note import NoteText, content_hash
from journal.tables import Note


class NothingToSign(Conflict):
    """No words of the reader's are unsigned there."""

    code = "nothing-to-sign"


class NotesSigned(Answer):
    """How many notes were signed."""

    encounter: str
    notes: int
    signed_at: Moment


async def sign_notes(work: Work, encounter_id: str) -> NotesSigned:
    """Sign what one wrote there oneself; nobody signs a colleague's words."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    found = await work.session.execute(
        select(Note).where(
            Note.encounter_id == encounter.id, Note.author_id == work.actor.id, Note.signed_at.is_(None)
        )
    )
    notes = found.scalars().all()
    if not notes:
        raise NothingToSign
    for note in notes:
        note.content_hash = content_hash(
            NoteText.model_validate(note, from_attributes=True),
            author_id=note.author_id,
            encounter_id=encounter.id,
            signed_at=work.now,
        )
        note.signed_at = work.now
    await work.record(Signed(encounter_id=encounter.id, happened_at=work.now))
    return NotesSigned(encounter=encounter.id, notes=len(notes), signed_at=work.now)
