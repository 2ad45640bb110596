"""What stands on the paper besides the document itself: who the patient is, and which legevakt writes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, may
from core.clock import local
from core.ids import Actor
from core.patients.encounter import Status
from core.patients.identity.id_numbers import NATIONAL, numbers_of
from core.patients.tables import Encounter, Patient, Unit
from core.text import Answer
from journal.queries.compositions.of_encounter import PageComposition, compositions_of


class Papers(Answer):
    """The documents of an encounter with what their heading says."""

    encounter: str
    contact: str
    contact_day: date
    arrived_at: datetime
    unit: str
    unit_name: str
    municipality: str
    organisation_number: str
    patient: str
    identified: bool
    birth_date: date | None
    number: str | None  # fødselsnummer: a sick note and a referral carry it in full
    may_write: bool
    compositions: tuple[PageComposition, ...]

    def of(self, id: str) -> PageComposition | None:
        """One version."""
        return next((each for each in self.compositions if each.id == id), None)

    def versions(self, document_id: str) -> tuple[PageComposition, ...]:
        """All versions of one document, oldest first."""
        return tuple(each for each in self.compositions if each.document_id == document_id)


async def paper_of(session: AsyncSession, encounter_id: str, actor: Actor) -> Papers:
    """Call through `open_record`."""
    encounter = await session.get_one(Encounter, encounter_id)
    patient = await session.get_one(Patient, encounter.patient_id)
    unit = await session.get_one(Unit, encounter.unit_id)
    number = next((each for each in await numbers_of(session, patient.id) if each.kind in NATIONAL), None)
    return Papers(
        encounter=encounter.id,
        contact=encounter.number,
        contact_day=local(encounter.arrived_at).date(),
        arrived_at=encounter.arrived_at,
        unit=unit.id,
        unit_name=unit.name,
        municipality=unit.municipality,
        organisation_number=unit.organisation_number,
        patient=" ".join(filter(None, (patient.given, patient.family))) or patient.called,
        identified=bool(patient.given and patient.family),
        birth_date=patient.birth_date,
        number=number.value if number else None,
        may_write=(
            encounter.unit_id == actor.unit
            and encounter.status not in (Status.CANCELLED, Status.PLANNED)
            and may(actor, Permission.WRITE_NOTE)
        ),
        compositions=await compositions_of(session, encounter_id),
    )
