"""The second person (dobbeltkontroll): somebody else looks at the medicine and the dose."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.errors import NotFound
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer, Moment
from journal.events import MedicineChecked
from journal.rules.medication.given import NothingToCheck, OwnCheck
from journal.vitals_tables import AdministrationCheck, MedicationAdministration


class Checked(Answer):
    """Who looked at it, and when; from then on it counts as given."""

    id: str  # encounter
    version: int
    administration: str
    status: str
    checked_by: str
    checked_at: Moment


async def check_given(work: Work, encounter_id: str, administration_id: str) -> Checked:
    """Say as the second person that medicine and dose are right; also after the patient has gone."""
    require(work.actor, Permission.LOOK_AFTER)
    encounter = await encounters.load(work, encounter_id)
    row = await work.session.get(MedicationAdministration, administration_id)
    if row is None or row.encounter_id != encounter.id:
        raise NotFound(encounter=encounter_id)
    if not row.needs_check or await work.session.get(AdministrationCheck, row.id) is not None:
        raise NothingToCheck
    if work.actor.id in (row.given_by, row.recorded_by):
        raise OwnCheck
    work.session.add(
        AdministrationCheck(
            administration_id=row.id, encounter_id=encounter.id, by_id=work.actor.id, at=work.now
        )
    )
    await work.record(MedicineChecked(encounter_id=encounter.id, happened_at=work.now, administration=row.id))
    return Checked(
        id=encounter.id,
        version=encounter.version,
        administration=row.id,
        status=row.status,
        checked_by=work.actor.name,
        checked_at=work.now,
    )
