"""An encounter was written on the wrong person (feil pasient): it moves to the right one, or a new record."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.identity.changes import Decision, Effect, carry_out, patient_effect, tell
from core.patients.identity.events import EncounterMoved
from core.patients.identity.id_numbers import ForeignNumber
from core.patients.identity.identify import IdentityAnswer, answer
from core.patients.identity.merge import Merging, PatientKey, SamePatient, reachable
from core.patients.national_id import Environment
from core.patients.tables import Patient
from core.store.work import Work
from core.text import Request, ShortText


class Splitting(Request):
    """Whose encounter it is: a record that exists, or a new one called `called`; and why."""

    to: PatientKey | None = None
    called: ShortText | None = None
    reason: ShortText
    national_id: ShortText | None = None
    foreign_number: ForeignNumber | None = None


async def split(
    work: Work, encounter_id: str, splitting: Splitting, expected: int, *, environment: Environment
) -> IdentityAnswer:
    """Move the encounter. Raises BothHere when the right patient is on the board with another encounter."""
    require(work.actor, Permission.MERGE_PATIENTS)
    encounter = await encounters.load(work, encounter_id, expected)
    wrong = encounter.patient_id
    effects: list[Effect] = []
    if splitting.to is None:
        right = _new(work, splitting.called or encounter.number)
        await work.session.flush()
        effects.append(patient_effect(right, "active", True))
    else:
        right = await reachable(work, _as_merging(splitting), environment)
    if right.id == wrong:
        raise SamePatient
    effects.append(Effect("encounter", encounter.id, "patient_id", wrong, right.id))
    decision = Decision(
        kind="split",
        encounter_id=encounter.id,
        patient_id=right.id,
        other_id=wrong,
        reason=splitting.reason,
    )
    change = await carry_out(work, decision, effects)
    await tell(work, EncounterMoved, change, effects)
    return answer(encounter, change.id)


def _new(work: Work, called: str) -> Patient:
    # Inactive until the change itself makes it active, so that undoing leaves an empty, inactive record.
    patient = Patient(id=new_id(), called=called, sex="unknown", active=False, added_at=work.now)
    patient.protection = "ugradert"
    work.session.add(patient)
    return patient


def _as_merging(splitting: Splitting) -> Merging:
    assert splitting.to is not None
    return Merging(
        other=splitting.to,
        keep="other",
        reason=splitting.reason,
        national_id=splitting.national_id,
        foreign_number=splitting.foreign_number,
    )
