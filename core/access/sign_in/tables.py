"""Tables of signing in: factors, steps under way, attempts, machines, and a log that cannot be changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.store.database import Table


class Factor(Table):
    """A passkey or authenticator app of a person (andre faktor)."""

    __tablename__ = "sign_in_factor"

    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str]  # passkey, totp
    name: Mapped[str]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    credential_id: Mapped[str | None] = mapped_column(unique=True)  # passkey: what the authenticator calls it
    public_key: Mapped[str | None]  # passkey, base64url
    count: Mapped[int] = mapped_column(default=0)  # passkey: its counter; totp: the last step that was used
    secret: Mapped[str | None]  # totp, encrypted with the site's key


class RecoveryCode(Table):
    """A code on paper (gjenopprettingskode) for who has lost the factor; once, and only its hash is kept."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInStep(Table):
    """A sign-in or an enrolment that is half done; gone when it is used, or after minutes."""

    __tablename__ = "sign_in_step"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]  # second, passkey, new-passkey, new-totp, helseid
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    facts: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInAttempts(Table):
    """How often somebody was wrong lately, and from when the next attempt is looked at."""

    __tablename__ = "sign_in_attempts"

    name: Mapped[str] = mapped_column(primary_key=True)  # of an account or an address, hashed
    failures: Mapped[int]
    next_at: Mapped[datetime]
    at: Mapped[datetime] = mapped_column(index=True)  # the last one


class Machine(Table):
    """A browser on a machine of the ward that somebody has signed in at (arbeidsstasjon)."""

    __tablename__ = "machine"

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    seen_at: Mapped[datetime]


class MachinePerson(Table):
    """Somebody who signs in at this machine: shown there for one shift, and not slowed there by others."""

    __tablename__ = "machine_person"

    machine_id: Mapped[str] = mapped_column(ForeignKey("machine.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    seen_at: Mapped[datetime]
    second_at: Mapped[datetime | None]  # last with a second factor


class HelseIdSession(Table):
    """A session that began in HelseID: what HelseID wants to hear when it ends. Gone with the session."""

    __tablename__ = "helseid_session"

    token_hash: Mapped[str] = mapped_column(ForeignKey("credential.token_hash"), primary_key=True)
    id_token: Mapped[str]  # locked with the session's own token, which only the browser has
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignInLogRow(Table):
    """What happened at the door (innloggingslogg). Append-only by database rule."""

    __tablename__ = "sign_in_log"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]  # signed-in, refused, locked, ended, factor-added …
    staff_id: Mapped[str | None]
    unit_id: Mapped[str | None]
    by: Mapped[str]  # who did it: the person, or whoever runs the server
    method: Mapped[str | None]  # password, password+totp, passkey …
    address: Mapped[str | None]
    detail: Mapped[str | None]

    __table_args__ = (Index(None, "staff_id", "at"), Index(None, "unit_id", "at"))
