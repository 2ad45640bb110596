"""Putting a note in the record (skrive notat), to be signed with the encounter."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.errors import Invalid
from core.ids import new_id
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer
from journal.code_tables import settle_note
from journal.events import NoteWritten
from journal.live_tables import keep_version, writers
from journal.rules.note import NoteText
from journal.tables import Draft, Note


class NoteEmpty(Invalid):
    """A note without a word under any heading."""

    code = "note-empty"


class Written(Answer):
    """The note that now is in the record."""

    id: str
    note_id: str
    version: int


async def write_note(work: Work, encounter_id: str, text: NoteText, expected: int | None) -> Written:
    """Put the text in the record; the author's draft has become this note and is cleared."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    text = await settle_note(work.session, encounter.unit_id, text)
    if text.empty:
        raise NoteEmpty
    note = Note(
        id=new_id(),
        encounter_id=encounter.id,
        author_id=work.actor.id,
        written_at=work.now,
        **text.model_dump(),
    )
    work.session.add(note)
    note.written_with = await _clear_headings(work, encounter.id, text)
    version = encounters.changed(encounter)
    await work.record(NoteWritten(encounter_id=encounter.id, happened_at=work.now))
    return Written(id=encounter.id, note_id=note.id, version=version)


async def _clear_headings(work: Work, encounter_id: str, text: NoteText) -> list[str]:
    """What has become the note is a draft no more; what a colleague wrote besides, and the closing, stay.

    Answers who else wrote in it.
    """
    draft = await work.session.get(Draft, encounter_id)
    if draft is None:
        return []
    others = sorted(await writers(work.session, encounter_id) - {work.actor.id})
    noted = text.model_dump()
    kept = {
        name: draft.body.get(name, "") for name in noted if others and draft.body.get(name) != noted[name]
    }
    body = {**draft.body, **NoteText().model_dump(), **kept}
    keep_version(work, draft, body, kind="saved" if any(kept.values()) else "noted")
    return [] if any(kept.values()) else others
