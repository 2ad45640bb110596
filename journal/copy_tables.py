"""Tables of the patient's own reading of the record: copies that were given, and what was kept from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.patients.tables import Encounter, Unit
from core.store.database import Table


class RecordCopy(Table):
    """A copy of the whole record was asked for (kopi av journalen). Append-only; holds no contents."""

    __tablename__ = "record_copy"

    id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"))  # from which it was asked for
    patient_id: Mapped[str] = mapped_column(ForeignKey("patient.id"))
    asked_by: Mapped[str]  # patient, guardian, representative, bereaved
    identity_seen: Mapped[str]  # how it was made sure who asked, in words
    made_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]

    __table_args__ = (Index(None, "patient_id", "made_at"),)


class Withheld(Table):
    """Something is kept from who asks to read (unntatt fra innsyn), by a doctor's decision and paragraph."""

    __tablename__ = "withheld"

    id: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(ForeignKey("encounter.id"), index=True)
    what: Mapped[str]  # see `rules/deleting.py`
    object_id: Mapped[str]
    from_whom: Mapped[list[str]] = mapped_column(JSON)
    basis: Mapped[str]  # code of the legal basis, see core/access/legal
    reason: Mapped[str]
    decided_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime]
    lifted_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str | None]


def contacts_of(people: Sequence[str], unit_id: str) -> Select[Encounter]:
    """All contacts of these records in the legal entity (virksomhet) of the unit, the oldest first."""
    own = select(Unit.organisation_number).where(Unit.id == unit_id).scalar_subquery()
    family = select(Unit.id).where(Unit.organisation_number == own)
    return (
        select(Encounter)
        .where(Encounter.patient_id.in_(people), Encounter.unit_id.in_(family))
        .order_by(Encounter.arrived_at, Encounter.id)
    )


async def withheld_in(session: AsyncSession, encounters: Sequence[str]) -> Sequence[Withheld]:
    """What is kept back in these contacts now, in the order it was decided."""
    found = await session.execute(
        select(Withheld)
        .where(Withheld.encounter_id.in_(encounters), Withheld.lifted_at.is_(None))
        .order_by(Withheld.decided_at, Withheld.id)
    )
    return found.scalars().all()
