"""Writing a sick note or a referral (sykmelding, henvisning): begun from the record, saved, thrown away."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import select

from core.errors import Conflict
from core.ids import new_id
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.code_tables import Composition
from journal.commands.compositions.existing import (
    encounter_for_writing,
    load_composition,
    load_draft,
    missing_in,
)
from journal.commands.compositions.prefill import from_record
from journal.events import CompositionWritten
from journal.rules.compositions.forms import FORM, Form


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
    first = await from_record(work, encounter, begin.kind)
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
