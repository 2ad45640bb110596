"""What nurses do between triage and doctor, and what it changes on the board."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Stale
from core.patients.encounter import NotPossibleNow
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.look_after import (
    Calling,
    Placing,
    UnknownPlace,
    call_patient,
    mark_seen,
    place_in_room,
    register_left,
)
from triage.tables import TriageState


async def state_of(session: AsyncSession, encounter: str) -> TriageState:
    return (
        await session.execute(select(TriageState).where(TriageState.encounter_id == encounter))
    ).scalar_one()


async def test_a_patient_is_shown_to_a_room_and_back_to_the_waiting_room(nora: Hand) -> None:
    encounter, me = (await nora.check_in()).id, nora.cast.nora.actor

    await nora.store.write(me, place_in_room, encounter, Placing(place="Akutt 1"), None)
    assert (await nora.row(encounter)).place == "Akutt 1"

    changed = await nora.store.write(me, place_in_room, encounter, Placing(place=None), None)
    assert ((await nora.row(encounter)).place, changed.version) == (None, 3)


async def test_a_room_the_unit_does_not_have_is_refused(nora: Hand) -> None:
    encounter, me = (await nora.check_in()).id, nora.cast.nora.actor

    with pytest.raises(UnknownPlace):
        await nora.store.write(me, place_in_room, encounter, Placing(place="Rom 99"), None)
    with pytest.raises(UnknownPlace):
        await nora.store.write(me, call_patient, encounter, Calling(place="Rom 99"), None)

    row = await nora.row(encounter)
    assert (row.place, row.version) == (None, 1)


async def test_looking_to_a_patient_is_noted_with_who_and_when(nora: Hand, clock: SettableClock) -> None:
    encounter, me = (await nora.check_in()).id, nora.cast.kari.actor
    clock.advance(minutes=7)

    await nora.store.write(me, mark_seen, encounter, None)

    state = await nora.store.read(state_of, encounter)
    assert (state.last_seen_at, state.nurse) == (clock(), "KM")
    assert (await nora.row(encounter)).nurse == "KM"


async def test_calling_a_patient_is_noted_and_moves_nobody(nora: Hand, clock: SettableClock) -> None:
    encounter, me = (await nora.check_in()).id, nora.cast.nora.actor
    clock.advance(minutes=7)

    await nora.store.write(me, call_patient, encounter, Calling(place="Rom 1"), None)

    assert (await nora.store.read(state_of, encounter)).called_at == clock()
    assert (await nora.row(encounter)).place is None


async def test_somebody_who_left_is_off_the_board_and_stays_gone(nora: Hand) -> None:
    came, me = await nora.check_in(), nora.cast.nora.actor

    with pytest.raises(Stale):
        await nora.store.write(me, register_left, came.id, came.version + 1)
    left = await nora.store.write(me, register_left, came.id, came.version)

    assert left.status == "cancelled"
    assert ((await nora.board()).count, (await nora.board()).rows) == (0, ())
    with pytest.raises(NotPossibleNow):
        await nora.store.write(me, mark_seen, came.id, None)
