"""Tables of staff, displays, what proves who is asking, and the access log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class Staff(Table):
    """A person who works at the legevakt (ansatt)."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    password_hash: Mapped[str]
    hpr_number: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    added_at: Mapped[datetime]


class Display(Table):
    """A screen on a wall (skjerm); it may read one board and nothing else."""

    __tablename__ = "display"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(default="wall")  # wall (personaltavle), waiting-room (venterom)
    names: Mapped[str] = mapped_column(default="name")  # name, or number where the public can see the screen
    zone: Mapped[str | None]  # which of the unit's zones it shows; None: all
    theme: Mapped[str] = mapped_column(default="dark")  # dark, light, schedule (light 07-20)
    chime: Mapped[bool] = mapped_column(default=False)  # sounds when a number is called; waiting room only
    version: Mapped[int] = mapped_column(default=1)  # of these settings
    added_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]  # last known to be connected
    revoked_at: Mapped[datetime | None]


class DisplayPairing(Table):
    """A screen that shows a code and waits for a coordinator to approve it (tilkobling av skjerm)."""

    __tablename__ = "display_pairing"

    id: Mapped[str] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)  # of what the screen shows
    secret_hash: Mapped[str] = mapped_column(unique=True)  # of what only the screen knows
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    display_id: Mapped[str | None] = mapped_column(ForeignKey("display.id"))  # set when approved
    claimed_at: Mapped[datetime | None]  # the token was fetched, once
    claim_key_hash: Mapped[str | None]  # with this key, so that a lost answer can be asked for again


class Credential(Table):
    """A session, API token or display token. Only its hash is kept: a stolen database opens nothing."""

    __tablename__ = "credential"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str | None] = mapped_column(index=True, unique=True)  # by which the person sees and ends it
    kind: Mapped[str]  # session, token, display
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    display_id: Mapped[str | None] = mapped_column(ForeignKey("display.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]  # at the latest
    idle_until: Mapped[datetime | None]  # unless it is used before; moves with use
    used_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]  # opens nothing until the person signs in again
    ended_at: Mapped[datetime | None]
    method: Mapped[str | None]  # password, password+totp, passkey …
    device: Mapped[str | None]  # as the browser calls itself
    address: Mapped[str | None]


class AccessLogRow(Table):
    """One opening of one patient, or of a board (innsynslogg). Append-only by database rule.

    `hash` ties it to the line before in its unit: see `chain.py`. A line of what was signed is there too.
    """

    __tablename__ = "access_log"

    id: Mapped[str] = mapped_column(primary_key=True)  # the `decision_ref` of the access
    unit_id: Mapped[str]
    seq: Mapped[int]  # in the unit, without gaps
    at: Mapped[datetime]
    legal_entity: Mapped[str]  # organisation number of the municipality that answers for the unit
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    role: Mapped[str]
    patient_id: Mapped[str | None]
    encounter_id: Mapped[str | None]
    what: Mapped[str]  # encounter, messages, board
    documents: Mapped[list[str]]  # which parts were shown; of what was signed, which with which hash
    purpose: Mapped[str]  # TREAT: purpose of use by the national trust framework (tillitsrammeverk)
    relation: Mapped[str | None]  # why this person may (tjenstlig behov)
    reason: Mapped[str | None]  # in the person's own words, where one is asked for
    basis: Mapped[str | None]  # code of the law that opens it, see legal/; None before there were any
    hash: Mapped[str]

    __table_args__ = (
        UniqueConstraint("unit_id", "seq"),
        Index(None, "patient_id", "at"),
        Index(None, "actor_id", "at"),
    )


class AccessLogHead(Table):
    """The last line of a unit's access log; locked while lines are added, so that none is skipped."""

    __tablename__ = "access_log_head"

    unit_id: Mapped[str] = mapped_column(primary_key=True)
    legal_entity: Mapped[str]
    seq: Mapped[int]
    hash: Mapped[str]
