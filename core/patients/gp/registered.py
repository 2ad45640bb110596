"""The GP by the national register (fastlege), and who counts when the door said something else (decision 32).

The register's GP goes before the one named at the door; the door's counts while the register has not
answered, and when it knows of none. The question belongs to a number: an answer about another number counts
for nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.patients.identity.id_numbers import numbers_of
from core.patients.tables import Patient
from core.store.database import Table

ASKABLE = ("fnr", "dnr")
"""Numbers Fastlegeregisteret knows; nobody else is on a GP's list."""


class GpLookup(Table):
    """The question for one patient, and the last answer. Asked in the background; nobody waits for it."""

    __tablename__ = "gp_lookup"

    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"), primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))  # for which it was last wanted
    national_id: Mapped[str]  # the number it was asked by
    outcome: Mapped[str | None]  # found, no-gp, no-address, number-unknown; None: not answered yet
    gp: Mapped[dict[str, Any] | None]
    answered_at: Mapped[datetime | None]
    trouble: Mapped[str | None]  # why the last attempt gave no answer
    attempts: Mapped[int]  # since the last answer
    due_at: Mapped[datetime | None]  # None: not asked again by itself

    __table_args__ = (Index(None, "due_at"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGp:
    """Who letters go to as known now, where that comes from, and how old it is."""

    gp: dict[str, Any] | None
    source: Literal["register", "door"] | None
    as_of: datetime | None  # when the register said so
    outcome: str | None = None  # the register's last word; None: none yet, or nobody to ask about
    trouble: str | None = None  # the register gives no answer now
    asked: bool = False  # the register is asked about this patient: more may become known


async def known_gp(session: AsyncSession, patient: Patient) -> KnownGp:
    """The GP that counts."""
    row = await lookup_of(session, patient.id)
    if row is None:
        return KnownGp(gp=patient.gp, source="door" if patient.gp else None, as_of=None)
    of_register = row.outcome in ("found", "no-address")
    gp = row.gp if of_register else patient.gp
    return KnownGp(
        gp=gp,
        source=("register" if of_register else "door") if gp else None,
        as_of=row.answered_at,
        outcome=row.outcome,
        trouble=row.trouble,
        asked=True,
    )


async def lookup_of(session: AsyncSession, patient_id: str) -> GpLookup | None:
    """The question about this patient, when it is about the number that counts now."""
    row = await session.get(GpLookup, patient_id)
    return row if row is not None and row.national_id == await askable_number(session, patient_id) else None


async def askable_number(session: AsyncSession, patient_id: str) -> str | None:
    """The number the register can be asked by."""
    numbers = await numbers_of(session, patient_id)
    return next((row.value for row in numbers if row.kind in ASKABLE), None)
