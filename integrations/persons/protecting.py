"""Protection is not proposed but put on (adressebeskyttelse): until somebody looks, an address may be told.

Only ever stricter, by the service itself, as a change of identity like any other: it stands in the history
with its source, and a person can take it back with a reason.
"""

from __future__ import annotations

from core.patients.identity.changes import Decision, carry_out, tell
from core.patients.identity.events import PatientIdentified
from core.patients.identity.identify import fields
from core.patients.protection import stricter
from core.patients.tables import Encounter, Patient
from core.store.event_log import Event
from core.store.work import Work
from journal.clinical_tables import ClinicalLookup

REASON = "Folkeregisteret"


async def protect(work: Work, event: Event) -> None:
    """The reaction to the register's answer."""
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    row = await work.session.get_one(ClinicalLookup, (encounter.patient_id, "person-register"))
    told = row.answer["lines"][0] if row.answer and row.answer["lines"] else None
    patient = await work.session.get_one(Patient, encounter.patient_id, with_for_update=True)
    if told is None or not stricter(told["protection"], patient.protection):
        return
    effects = fields(patient, {"protection": told["protection"]})
    change = await carry_out(
        work,
        Decision(kind="identified", encounter_id=encounter.id, patient_id=patient.id, reason=REASON),
        effects,
    )
    await tell(work, PatientIdentified, change, effects)
