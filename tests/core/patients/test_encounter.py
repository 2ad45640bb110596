"""The one state machine of an encounter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotFound, Stale
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import OPEN, TRANSITIONS, NotPossibleNow, Status
from core.patients.tables import Encounter, Patient
from core.store.work import Store, Work
from tests.cast import move_in

S = Status
WAYS = {
    (S.PLANNED, S.ARRIVED),
    (S.PLANNED, S.CANCELLED),
    (S.ARRIVED, S.TRIAGED),
    (S.ARRIVED, S.IN_PROGRESS),
    (S.ARRIVED, S.CANCELLED),
    (S.TRIAGED, S.TRIAGED),
    (S.TRIAGED, S.IN_PROGRESS),
    (S.TRIAGED, S.CANCELLED),
    (S.IN_PROGRESS, S.IN_PROGRESS),
    (S.IN_PROGRESS, S.FINISHED),
}


@pytest.mark.parametrize("to", Status)
@pytest.mark.parametrize("now", Status)
def test_a_patient_moves_only_along_the_ways_there_are(now: Status, to: Status) -> None:
    patient = Encounter(status=now.value)

    if (now, to) in WAYS:
        encounters.move(patient, to)
        assert patient.status == to
    else:
        with pytest.raises(NotPossibleNow):
            encounters.move(patient, to)
        assert patient.status == now


@given(st.lists(st.sampled_from(Status)))
def test_whatever_is_tried_nobody_comes_back_from_the_end(tried: list[Status]) -> None:
    patient = Encounter(status=Status.PLANNED.value)
    ended = False

    for to in tried:
        try:
            encounters.move(patient, to)
        except NotPossibleNow:
            continue
        assert not ended
        ended = not encounters.is_open(patient)


def test_who_is_open_can_still_go_somewhere_and_who_is_not_cannot() -> None:
    assert {status for status in Status if TRANSITIONS[status]} == set(OPEN)


@pytest.mark.parametrize("status", [S.FINISHED, S.CANCELLED])
def test_what_has_ended_is_not_changed(status: Status) -> None:
    with pytest.raises(NotPossibleNow) as refused:
        encounters.require_open(Encounter(status=status.value))

    assert refused.value.facts == {"encounter_status": status}


def test_every_change_counts() -> None:
    patient = Encounter(status=S.ARRIVED.value, version=4)

    assert encounters.changed(patient) == patient.version == 5


async def test_another_units_patient_is_not_found_and_an_old_version_is_stale(store: Store) -> None:
    cast = await move_in(store)
    id = await store.write(cast.nora.actor, _arrive)

    found = await store.write(cast.dag.actor, _version, id, 1)

    assert found == 1
    with pytest.raises(NotFound):
        await store.write(cast.stranger.actor, _version, id, 1)
    with pytest.raises(Stale) as stale:
        await store.write(cast.dag.actor, _version, id, 7)
    assert stale.value.facts == {"version": 1, "expected": 7}


async def _version(work: Work, id: str, expected: int) -> int:
    return (await encounters.load(work, id, expected)).version


async def _arrive(work: Work) -> str:
    patient = Patient(id=new_id(), called="Ingrid", sex="unknown", added_at=work.now)
    work.session.add(patient)
    await work.session.flush()
    encounter = Encounter(
        id=new_id(),
        unit_id=work.unit,
        patient_id=patient.id,
        number="A 1",
        version=1,
        status=Status.ARRIVED.value,
        complaint="Hoste",
        arrival_mode="walk-in",
        flags=[],
        arrived_at=work.now,
        recorded_at=work.now,
    )
    work.session.add(encounter)
    return encounter.id
