"""Tables of units, patients, their identifiers and their encounters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class Unit(Table):
    """A legevakt (enhet) with what the site has chosen, and its entries in the national address register."""

    __tablename__ = "unit"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    municipality: Mapped[str]  # the legal entity behind the legevakt
    organisation_number: Mapped[str]
    her_id: Mapped[int]  # the legevakt's own HER-id
    parent_her_id: Mapped[int]  # the municipality's HER-id
    scale: Mapped[str]  # triage scale in use
    rooms: Mapped[list[str]]
    choices: Mapped[dict[str, Any]]  # target and re-assessment minutes per level, where the site differs


class Patient(Table):
    """A person; may be unknown, foreign or newborn. The identity number is never the key."""

    __tablename__ = "patient"

    id: Mapped[str] = mapped_column(primary_key=True)
    called: Mapped[str]  # what the nurse wrote at the door
    given: Mapped[str | None]
    family: Mapped[str | None]
    sex: Mapped[str]
    birth_date: Mapped[date | None]
    gp: Mapped[dict[str, Any] | None]  # fastlege: name, her_id, hpr_number, office_name, office_her_id
    residence: Mapped[str | None]  # country somebody lives in, when it is not Norway (turist)
    protection: Mapped[str] = mapped_column(default="ugradert")  # adressebeskyttelse, in the register's words
    address: Mapped[str | None]  # never read past `protection.py`
    phone: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)  # False: merged into another, or a split taken back
    replaced_by: Mapped[str | None] = mapped_column(
        ForeignKey("patient.id")
    )  # FHIR: Patient.link replaced-by
    added_at: Mapped[datetime]

    __table_args__ = (
        # Whose records were merged into this one is asked at every opening of a record.
        Index(
            None,
            "replaced_by",
            sqlite_where=text("replaced_by IS NOT NULL"),
            postgresql_where=text("replaced_by IS NOT NULL"),
        ),
    )


class PatientIdentifier(Table):
    """A number of a patient: fnr, dnr, fhn, or another country's. One person may have several over a life."""

    __tablename__ = "patient_identifier"

    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(primary_key=True, default="NO")  # who gave it out, ISO 3166-1
    value: Mapped[str] = mapped_column(primary_key=True)
    added_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("kind", "country", "value"),)


class Encounter(Table):
    """One contact with the legevakt (kontakt), from the door until it is finished or cancelled."""

    __tablename__ = "encounter"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), index=True)
    number: Mapped[str]  # kontaktnummer, called out in the waiting room
    version: Mapped[int]
    status: Mapped[str]
    complaint: Mapped[str]
    arrival_mode: Mapped[str]
    flags: Mapped[list[str]]
    arrived_at: Mapped[datetime]
    expected_at: Mapped[datetime | None]
    doctor_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]  # finished or cancelled
    recorded_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_encounter_unit_open", "unit_id", "status"),
        Index(None, "unit_id", "arrived_at"),
        Index(None, "unit_id", "taken_at"),  # how soon a doctor came tonight, on every board
        Index(None, "unit_id", "recorded_at"),  # which contact numbers are taken, at every arrival
        # A patient is open at most once per unit: nobody is on two rows of one board.
        Index(
            "uq_encounter_one_open",
            "unit_id",
            "patient_id",
            unique=True,
            sqlite_where=text("status NOT IN ('finished', 'cancelled')"),
            postgresql_where=text("status NOT IN ('finished', 'cancelled')"),
        ),
    )
