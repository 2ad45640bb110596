"""Correcting and adding to what is signed (rette, skrive tillegg): a new signed version, the old stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field, model_validator
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict, Invalid, NotAllowed, NotFound, Stale
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import NotPossibleNow, Status
from core.patients.need.relation_here import require_need
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Code, LongText, Moment, Request, ShortText
from journal.events import AddendumWritten, RecordCorrected
from journal.rules.codes.pack import Display
from journal.rules.corrections import (
    SIGNED,
    Kind,
    Target,
    changes,
    correction_hash,
    counts_now,
    may_correct,
)
from journal.rules.note import NoteText
from journal.rules.summary import Outcome
from journal.tables import Conclusion, Correction, Diagnosis, Note, last_edition


class OnlyAuthorCorrects(NotAllowed):
    """What another doctor signed is not corrected but added to (tillegg)."""

    code = "only-author-corrects"


class NotSignedYet(Conflict):
    """What is not signed is not corrected: its author finishes it first."""

    code = "not-signed-yet"


class CorrectionWithoutChange(Invalid):
    """The new version says the same as the one that counts."""

    code = "correction-without-change"


class CorrectedDiagnosis(Request):
    """A code with its words; `version` of the code pack it was taken from, where there was one."""

    code: Code
    display: Display
    version: ShortText | None = None
    system: str = Field(default="icpc-2", pattern="^(icpc-2|icd-10)$")


class CorrectedConclusion(Request):
    """How it ended, as it should have been written. None says "nothing"."""

    outcome: Outcome
    asked_of_gp: LongText | None = None
    told_to_patient: LongText | None = None
    medication_changes: LongText | None = None  # all of it, also what was chosen line by line
    no_medication_changes: bool = False  # "none" on purpose; neither: nothing is said about medicines


class Correcting(Request):
    """A whole new version of one thing, or an addendum to it, and why."""

    kind: Kind
    target: Target
    note: ShortText | None = None  # id of the note it is about
    reason: ShortText
    text: LongText | None = None  # of an addendum
    headings: NoteText | None = None
    diagnoses: tuple[CorrectedDiagnosis, ...] | None = Field(default=None, min_length=1, max_length=50)
    conclusion: CorrectedConclusion | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted = {"note": self.headings, "diagnoses": self.diagnoses, "conclusion": self.conclusion}
        given = self.text if self.kind == "addendum" else wanted[self.target]
        if not given or (isinstance(given, NoteText) and given.empty):
            raise ValueError("nothing-written")
        others = [*wanted.values(), self.text]
        if sum(each is not None for each in others) != 1 or (self.target == "note") != bool(self.note):
            raise ValueError("one-thing-at-a-time")
        return self

    def body(self) -> dict[str, Any]:
        """What is kept and signed."""
        if self.kind == "addendum":
            return {"text": self.text}
        if self.headings:
            return self.headings.model_dump(mode="json")
        if self.conclusion:
            said = self.conclusion.model_dump(mode="json")
            none = said.pop("no_medication_changes")
            return {name: value or None for name, value in said.items()} | {"no_medication_changes": none}
        return {
            "diagnoses": [each.model_dump(mode="json", exclude_none=True) for each in self.diagnoses or ()]
        }


class Corrected(Answer):
    """The new version is signed, and what receivers get is fixed."""

    id: str
    correction_id: str
    number: int
    version: int
    signed_at: Moment
    content_hash: str


async def correct(work: Work, encounter_id: str, wanted: Correcting, expected: int) -> Corrected:
    """Sign a correction of one's own, or an addendum. Raises OnlyAuthorCorrects for a colleague's words."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    if encounter.status != Status.FINISHED:
        raise NotPossibleNow(encounter_status=encounter.status)
    edition = (await work.session.execute(last_edition(encounter.id))).scalar_one()
    if expected != encounter.version + edition:
        raise Stale(version=encounter.version + edition, expected=expected)
    author, signed = await _signed(work, encounter, wanted)
    earlier = await _corrections(work, encounter.id)
    last = counts_now(earlier, wanted.target, wanted.note)
    if wanted.kind == "correction":
        if not may_correct(work.actor.id, author):
            raise OnlyAuthorCorrects(author=author)
        if not changes(last.body if last else signed, wanted.body()):
            raise CorrectionWithoutChange
    row = _row(work, encounter.id, edition + 1, wanted, last.id if last else None)
    work.session.add(row)
    kind = RecordCorrected if wanted.kind == "correction" else AddendumWritten
    await work.record(kind(encounter_id=encounter.id, happened_at=work.now))
    return Corrected(
        id=encounter.id,
        correction_id=row.id,
        number=row.number,
        version=encounter.version + row.number,
        signed_at=work.now,
        content_hash=row.content_hash,
    )


async def _corrections(work: Work, encounter_id: str) -> Sequence[Correction]:
    found = await work.session.execute(select(Correction).where(Correction.encounter_id == encounter_id))
    return found.scalars().all()


async def _signed(work: Work, encounter: Encounter, wanted: Correcting) -> tuple[str, dict[str, Any]]:
    """Who signed it first, and what it said then."""
    if wanted.target == "note":
        note = await work.session.get(Note, wanted.note)
        if note is None or note.encounter_id != encounter.id:
            raise NotFound(note=wanted.note)
        if note.signed_at is None:
            raise NotSignedYet
        return note.author_id, {name: getattr(note, name) for name in NoteText.model_fields}
    conclusion = await work.session.get_one(Conclusion, encounter.id)
    if wanted.target == "conclusion":
        return conclusion.signed_by, conclusion.closing
    found = await work.session.execute(
        select(Diagnosis).where(Diagnosis.encounter_id == encounter.id).order_by(Diagnosis.position)
    )
    told = [{"code": each.code, "display": each.display, "system": each.system} for each in found.scalars()]
    return conclusion.signed_by, {"diagnoses": told}


def _row(work: Work, encounter_id: str, number: int, wanted: Correcting, last: str | None) -> Correction:
    signed: dict[str, Any] = {
        "encounter_id": encounter_id,
        "number": number,
        "kind": wanted.kind,
        "target": wanted.target,
        "note_id": wanted.note,
        "replaces": last if wanted.kind == "correction" else None,
        "body": wanted.body(),
        "reason": wanted.reason,
        "author_id": work.actor.id,
    }
    assert signed.keys() == set(SIGNED)
    return Correction(
        id=new_id(), signed_at=work.now, content_hash=correction_hash(signed, work.now), **signed
    )
