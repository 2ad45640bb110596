"""Tables of the journal: drafts, signed notes, diagnoses and how the encounter ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, case, func, select
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import new_id
from core.store.database import Table
from journal.rules.clinical.medicines import MedicineChange, all_words


class Draft(Table):
    """The unfinished text of an encounter (kladd): one, which its doctors share. See `live_tables.py`."""

    __tablename__ = "draft"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))  # who saved last
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]


class DraftKept(Table):
    """Text sent from an outdated draft: not taken over, and not thrown away either."""

    __tablename__ = "draft_kept"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    based_on: Mapped[int]
    body: Mapped[dict[str, Any]]
    kept_at: Mapped[datetime]


class Note(Table):
    """A note (notat) by heading. Once signed the database refuses every change."""

    __tablename__ = "note"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    subjective: Mapped[str]
    objective: Mapped[str]
    assessment: Mapped[str]
    plan: Mapped[str]
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    content_hash: Mapped[str | None]  # SHA-256 of what was signed
    # Staff ids of who else wrote in it: it shall be seen who has put something in (helsepersonelloven § 40).
    written_with: Mapped[list[str] | None]

    __table_args__ = (Index(None, "encounter_id", "written_at"),)


class Diagnosis(Table):
    """A diagnosis by code; `position` 0 is the main one."""

    __tablename__ = "diagnosis"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    position: Mapped[int]
    system: Mapped[str]
    version: Mapped[str | None]  # of the code pack it was taken from; None: written in own words
    code: Mapped[str]
    display: Mapped[str]  # as it was then
    set_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    set_at: Mapped[datetime]


class Conclusion(Table):
    """How the encounter ended (avslutning), written once, at signing."""

    __tablename__ = "conclusion"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    report_id: Mapped[str] = mapped_column(unique=True)  # the summary's own identity, kept over corrections
    outcome: Mapped[str]
    asked_of_gp: Mapped[str | None]
    told_to_patient: Mapped[str | None]
    medication_changes: Mapped[str | None]
    signed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime] = mapped_column(index=True)  # who was finished tonight is asked of all years
    medication_stated: Mapped[str | None]  # changed, none, not-stated; None: before that was asked
    medicines: Mapped[dict[str, Any] | None]  # {"changes": […]}: what was changed, frozen at signing
    content_hash: Mapped[str | None]
    undo_until: Mapped[datetime | None]  # the signer may take it back so long, and letters wait
    note_id: Mapped[str | None]  # the note that the draft became then
    draft_version: Mapped[int | None]  # of that draft
    emptied: Mapped[int] = mapped_column(default=0, server_default="0")  # words deleted by decision, so often

    @property
    def sealed_as(self) -> str:
        """What the seal calls it: what is left after words were deleted has a name of its own."""
        return f"{self.encounter_id}.{self.emptied}" if self.emptied else self.encounter_id

    @property
    def medicine_changes(self) -> tuple[MedicineChange, ...]:
        """What this contact changed in medicines, as it was signed."""
        return tuple(MedicineChange(**each) for each in (self.medicines or {}).get("changes", ()))

    @property
    def closing(self) -> dict[str, Any]:
        """How it ended as a correction would say it, with all that was changed in medicines in words."""
        words = all_words(self.medicine_changes, self.medication_changes)
        said_none = self.medication_stated in (None, "none") and words is None
        kept = {name: getattr(self, name) for name in ("outcome", "asked_of_gp", "told_to_patient")}
        return {**kept, "medication_changes": words, "no_medication_changes": said_none}


class Correction(Table):
    """A correction or an addendum (rettelse, tillegg) to what was signed: a new version beside the old one.

    `number` counts the editions of the record of this encounter after signing, from 1.
    """

    __tablename__ = "correction"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))
    number: Mapped[int]
    kind: Mapped[str]  # correction, addendum
    target: Mapped[str]  # note, diagnoses, conclusion
    note_id: Mapped[str | None]  # the note, where it is about one
    replaces: Mapped[str | None]  # the correction that said the same before this one
    body: Mapped[dict[str, Any]]  # the whole new content; of an addendum its text
    reason: Mapped[str | None]
    author_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    signed_at: Mapped[datetime]
    content_hash: Mapped[str]

    __table_args__ = (UniqueConstraint("encounter_id", "number"),)


class DeletionRequest(Table):
    """Somebody wants something gone from the record (krav om sletting), and what was decided."""

    __tablename__ = "deletion_request"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    what: Mapped[str]  # see `rules/deleting.py`
    object_id: Mapped[str]
    asked_by: Mapped[str]  # patient, representative, staff
    wish: Mapped[str]
    asked_at: Mapped[datetime]
    registered_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str]  # asked, granted, refused
    basis: Mapped[str | None]  # code of the legal basis, see core/access/legal
    reason: Mapped[str | None]
    appeal_told: Mapped[bool | None]  # of a refusal: the right of appeal was told
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    edition: Mapped[int | None]  # of the record after it; see Correction.number

    __table_args__ = (Index(None, "unit_id", "state"),)


class Erased(Table):
    """A tombstone (slettemerke): that something stood here and was deleted, never what it said."""

    __tablename__ = "erased"

    id: Mapped[str] = mapped_column(primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("deletion_request.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    what: Mapped[str]  # as its seal is called: note, diagnosis, correction, draft, message, result, …
    object_id: Mapped[str]
    erased_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("what", "object_id"),)


class WritingAid(Table):
    """A note template or a phrase (mal, frase): the unit's, or with an owner one person's own."""

    __tablename__ = "writing_aid"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    owner_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str]  # template, phrase
    name: Mapped[str]  # of a phrase what is typed, e.g. `.ua`
    body: Mapped[dict[str, Any]]  # text by heading; of a phrase its words
    version: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    removed_at: Mapped[datetime | None]  # offered no more; what was inserted before is still known


def tombstone(request_id: str, encounter_id: str, what: str, object_id: str, *, at: datetime) -> Erased:
    """The mark for one thing that a decided request removes; the database lets it go only with this."""
    return Erased(
        id=new_id(),
        request_id=request_id,
        encounter_id=encounter_id,
        what=what,
        object_id=object_id,
        erased_at=at,
    )


def last_edition(encounter_id: str) -> Select[int]:
    """The number of the newest edition of what was signed: 0 as signed, one more for each change since."""
    corrected = select(func.max(Correction.number)).where(Correction.encounter_id == encounter_id)
    erased = select(func.max(DeletionRequest.edition)).where(DeletionRequest.encounter_id == encounter_id)
    newest = [func.coalesce(each.scalar_subquery(), 0) for each in (corrected, erased)]
    return select(case((newest[0] > newest[1], newest[0]), else_=newest[1]))
