"""Writing a sick note or a referral (sykmelding, henvisning): begun from the record, saved, thrown away."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import select

from core.errors import Conflict
from core.ids import new_id
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.code_tables import Composition, known_proposals
from journal.commands.compositions.existing import (
    encounter_for_writing,
    load_composition,
    load_draft,
    missing_in,
)
from journal.events import CompositionWritten
from journal.rules.compositions.forms import FORM, Form, ReferralForm, SickNoteForm
from journal.rules.note import NoteText
from journal.rules.writing.proposals import settled
from journal.tables import Diagnosis, Draft, Note


class DraftThere(Conflict):
    """A new version is begun already, by somebody."""

    code = "composition-draft-there"


class NotSignedDocument(Conflict):
    """What is not signed is changed, not made anew."""

    code = "composition-not-signed"


class BeginComposition(Request):
    """Which kind of document."""

    kind: Literal["sick-note", "referral"]


class SaveComposition(Request):
    """All of the form, as it stands now."""

    form: Form


class RenewComposition(Request):
    """Why a signed document is made anew."""

    reason: ShortText


class CompositionAnswer(Answer):
    """The document after the change; `version` counts the saves of its draft."""

    id: str
    composition: str
    version: int
    saved_at: Moment
    lacks: tuple[str, ...] = ()  # what must be there before it is signed


async def begin_composition(work: Work, encounter_id: str, begin: BeginComposition) -> CompositionAnswer:
    """A draft filled with what the record says already: the main diagnosis, and for a referral the note."""
    encounter = await encounter_for_writing(work, encounter_id)
    first = await _from_record(work, encounter, begin.kind)
    id = new_id()
    row = _draft(work, encounter.id, id, number=1, body=first.model_dump(mode="json"), document_id=id)
    return await _begun(work, row)


async def renew_composition(
    work: Work, encounter_id: str, id: str, renew: RenewComposition
) -> CompositionAnswer:
    """A new version of a signed document, to be changed and signed; the old stays readable."""
    encounter = await encounter_for_writing(work, encounter_id)
    old = await load_composition(work, encounter.id, id)
    newest = await work.session.scalars(
        select(Composition)
        .where(Composition.document_id == old.document_id)
        .order_by(Composition.number.desc())
        .limit(1)
    )
    last = newest.one()
    if last.signed_at is None:
        raise NotSignedDocument if last.number == 1 else DraftThere
    row = _draft(
        work,
        encounter.id,
        new_id(),
        number=last.number + 1,
        body=last.body,
        document_id=last.document_id,
        reason=renew.reason,
    )
    return await _begun(work, row)


async def save_composition(
    work: Work, encounter_id: str, id: str, saving: SaveComposition, *, expected: int
) -> CompositionAnswer:
    """Save one's own draft. `expected` is the draft's own version."""
    encounter = await encounter_for_writing(work, encounter_id)
    row = await load_draft(work, encounter.id, id, expected)
    row.body = FORM.validate_python({**saving.form.model_dump(), "kind": row.kind}).model_dump(mode="json")
    row.revision, row.saved_at = row.revision + 1, work.now
    return _answer(row).model_copy(update={"lacks": await missing_in(work, encounter, row)})


async def discard_composition(work: Work, encounter_id: str, id: str, *, expected: int) -> CompositionAnswer:
    """Throw one's own draft away. What is signed cannot be."""
    encounter = await encounter_for_writing(work, encounter_id)
    row = await load_draft(work, encounter.id, id, expected)
    await work.session.delete(row)
    await work.record(CompositionWritten(encounter_id=encounter.id, happened_at=work.now, composition=row.id))
    return _answer(row)


async def _begun(work: Work, row: Composition) -> CompositionAnswer:
    work.session.add(row)
    await work.record(
        CompositionWritten(encounter_id=row.encounter_id, happened_at=work.now, composition=row.id)
    )
    return _answer(row)


def _answer(row: Composition) -> CompositionAnswer:
    return CompositionAnswer(
        id=row.encounter_id, composition=row.id, version=row.revision, saved_at=row.saved_at
    )


def _draft(
    work: Work,
    encounter_id: str,
    id: str,
    *,
    number: int,
    body: dict[str, Any],
    document_id: str,
    reason: str | None = None,
) -> Composition:
    return Composition(
        id=id,
        document_id=document_id,
        number=number,
        encounter_id=encounter_id,
        kind=body["kind"],
        body=body,
        reason=reason,
        revision=1,
        author_id=work.actor.id,
        written_at=work.now,
        saved_at=work.now,
    )


async def _from_record(work: Work, encounter: Encounter, kind: str) -> SickNoteForm | ReferralForm:
    main = await work.session.scalar(
        select(Diagnosis).where(Diagnosis.encounter_id == encounter.id).order_by(Diagnosis.position).limit(1)
    )
    diagnosis = f"{main.code} {main.display}"[:300] if main else ""
    if kind == "sick-note":
        return SickNoteForm(diagnosis=diagnosis)
    note = await _note(work, encounter)
    return ReferralForm(
        diagnosis=diagnosis,
        history=note.get("subjective") or encounter.complaint,
        findings=note.get("objective", ""),
        reason=note.get("assessment", ""),
        done=note.get("plan", ""),
    )


async def _note(work: Work, encounter: Encounter) -> dict[str, str]:
    """The draft, else the newest note that is in the record; what a template proposed is left out."""
    draft = await work.session.get(Draft, encounter.id)
    said = {name: str(draft.body.get(name, "")) for name in NoteText.model_fields} if draft else {}
    if not any(said.values()):
        newest = await work.session.scalar(
            select(Note)
            .where(Note.encounter_id == encounter.id)
            .order_by(Note.written_at.desc(), Note.id)
            .limit(1)
        )
        said = {name: getattr(newest, name) for name in NoteText.model_fields} if newest else {}
    known = await known_proposals(work.session, encounter.unit_id, list(said.values()))
    return settled(said, known)
