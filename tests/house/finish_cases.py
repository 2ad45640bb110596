"""Requests about what was just signed that would succeed if they were allowed."""

from __future__ import annotations

from datetime import timedelta

from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.take_patient import Taking, take_patient
from tests.cast import DIAGNOSIS, finishing, note
from tests.conftest import Served
from tests.house.identity_cases import NOBODY_HAS, Case, Made


def is_one(path: str) -> bool:
    """Whether the address is about what was signed a moment ago: taking it back, or the patient's copy."""
    return path.endswith(("/finish/undo", "/patient-copy"))


async def prepare(served: Served, path: str, encounter: str | None) -> Case:
    """An encounter that Dag signed a moment ago."""
    case = Case(encounter or NOBODY_HAS, ids={}, etag='"1"')
    if encounter is None:
        case.encounter, case.etag = await _signed(served)
    case.body = {}
    return case


async def _signed(served: Served) -> tuple[str, str]:
    id, dag, store = (await Made(served).arrived())["id"], served.cast.dag.actor, served.store
    taken = await store.write(dag, take_patient, id, Taking())
    diagnosis = NewDiagnosis.model_validate(DIAGNOSIS)
    version = (await store.write(dag, set_diagnosis, id, diagnosis, taken.version)).version
    ending = Finishing.model_validate(finishing(note=note()))
    signed = await store.write(dag, finish_encounter, id, ending, version, undo_for=timedelta(minutes=5))
    return id, f'"{signed.version}"'
