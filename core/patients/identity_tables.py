"""Tables of who somebody turned out to be: every change with what was before, guardians, names to confuse."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class IdentityChange(Table):
    """One decision about who somebody is: who, when and why. Append-only."""

    __tablename__ = "identity_change"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)  # the order they were made in
    id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]  # checked-in, identified, merged, split, undone
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))  # from whose page it was made
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    other_id: Mapped[str | None] = mapped_column(ForeignKey("patient.id"))  # the other of the two
    reason: Mapped[str | None]  # None only at the door, where the arrival is the reason
    at: Mapped[datetime]
    by_id: Mapped[str]
    by_name: Mapped[str]
    by_role: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("identity_change.number"), unique=True)

    __table_args__ = (Index(None, "patient_id"), Index(None, "other_id"), Index(None, "encounter_id"))


class IdentityEffect(Table):
    """One value that a change replaced: before and after, as text. Append-only."""

    __tablename__ = "identity_effect"

    change_number: Mapped[int] = mapped_column(ForeignKey("identity_change.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str]  # patient, number, encounter, related
    subject: Mapped[str]  # its id; of a number its kind, country and digits
    field: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]

    __table_args__ = (Index(None, "what", "subject", "change_number"),)


class RelatedPerson(Table):
    """Somebody who belongs to a patient (pårørende, foresatt). Ended, never removed."""

    __tablename__ = "related_person"

    id: Mapped[str] = mapped_column(primary_key=True)
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    relation: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str | None]
    may_know: Mapped[str]  # right to information: yes, no, ask (spør pasienten først)
    related_patient_id: Mapped[str | None] = mapped_column(ForeignKey("patient.id"), index=True)
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class SimilarName(Table):
    """Two who are here and could be taken for each other; stands in both directions while both are here."""

    __tablename__ = "similar_name"

    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), primary_key=True, index=True)
