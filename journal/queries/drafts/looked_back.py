"""The page of a draft's versions (kladdens versjoner): what stands now, and what stood before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import Actor
from core.patients import encounter as encounters
from core.patients.tables import Encounter, Patient, Unit
from journal.queries.drafts.shared import MOST, DraftHistory, draft_history
from journal.tables import Draft


@dataclass(frozen=True, slots=True)
class LookedBack:
    """Newest first; `older`: there are more, before the last of these."""

    encounter: str
    patient: str
    unit: str
    unit_name: str
    open: bool  # words can still be brought back
    now: dict[str, Any]
    history: DraftHistory
    older: bool


async def looked_back(
    session: AsyncSession, encounter_id: str, actor: Actor, *, before: int | None = None
) -> LookedBack:
    """Call through `open_record`."""
    found = await session.execute(
        select(Encounter, Patient, Unit)
        .join(Patient, Patient.id == Encounter.patient_id)
        .join(Unit, Unit.id == Encounter.unit_id)
        .where(Encounter.id == encounter_id)
    )
    encounter, patient, unit = found.one()
    draft = await session.get(Draft, encounter_id)
    history = await draft_history(session, encounter_id, actor, before=before)
    return LookedBack(
        encounter=encounter.id,
        patient=" ".join(filter(None, (patient.given, patient.family))) or patient.called,
        unit=unit.id,
        unit_name=unit.name,
        open=encounter.status in encounters.OPEN,
        now=draft.body if draft else {},
        history=history,
        older=len(history.versions) == MOST,
    )
