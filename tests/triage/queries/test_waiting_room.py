"""The board in the waiting room: every number, calls that stand, measured waits, and nothing of anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import NotFound
from core.patients.tables import Unit
from core.store.work import Work
from journal.commands.take_patient import Taking, take_patient
from tests.cast import UNIT, system
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.look_after import Calling, Placing, call_patient, place_in_room, register_left
from triage.queries.waiting_room import CalledRow, WaitingRoom, public_id, waiting_room
from triage.queries.waiting_times import LevelWait, waiting_times


async def shown(nora: Hand) -> WaitingRoom:
    return await nora.store.read(waiting_room, UNIT, nora.store.clock())


async def row(nora: Hand, encounter: str) -> CalledRow:
    return next(row for row in (await shown(nora)).rows if row.id == public_id(encounter))


async def call(nora: Hand, encounter: str, place: str | None = "Rom 1") -> None:
    await nora.store.write(nora.cast.nora.actor, call_patient, encounter, Calling(place=place), None)


async def seen(nora: Hand, encounter: str) -> None:
    await nora.store.write(nora.cast.dag.actor, take_patient, encounter, Taking())


async def test_everybody_who_is_here_has_a_row_in_order_of_the_number(
    nora: Hand, clock: SettableClock
) -> None:
    here = [await nora.check_in() for _ in range(5)]
    here.append(await nora.check_in(expected_at=clock() + timedelta(minutes=5)))

    board = await shown(nora)

    assert board.count == len(board.rows) == 6
    assert [row.number for row in board.rows] == sorted(each.number for each in here)
    assert {row.id for row in board.rows} == {public_id(each.id) for each in here}


async def test_a_row_says_only_the_number_and_where_it_is_called_to(nora: Hand, clock: SettableClock) -> None:
    patient = await nora.check_in_known(complaint="Brystsmerter")
    await nora.assess(patient.id)
    await call(nora, patient.id)

    said = (await row(nora, patient.id)).model_dump()

    assert said == {
        "id": public_id(patient.id),
        "number": patient.number,
        "called_at": clock(),
        "called_to": "Rom 1",
    }


async def test_the_public_id_does_not_lead_to_the_encounter(nora: Hand) -> None:
    encounter = (await nora.check_in()).id

    assert public_id(encounter) == public_id(encounter)
    assert not set(public_id(encounter)) - set("0123456789abcdef")
    assert encounter.replace("-", "")[:4] not in public_id(encounter)[:4]
    assert len(public_id(encounter)) == 16


async def test_a_call_ends_when_the_patient_is_placed_and_not_by_going_back(nora: Hand) -> None:
    encounter, me = (await nora.check_in()).id, nora.cast.nora.actor
    await call(nora, encounter, None)
    await nora.store.write(me, place_in_room, encounter, Placing(place=None), None)
    assert (await row(nora, encounter)).called_at is not None

    await nora.store.write(me, place_in_room, encounter, Placing(place="Rom 1"), None)

    assert ((await row(nora, encounter)).called_at, (await row(nora, encounter)).called_to) == (None, None)


async def test_a_call_ends_when_the_doctor_takes_the_patient_but_the_doctor_may_call_afterwards(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    await call(nora, encounter)
    clock.advance(minutes=1)
    await seen(nora, encounter)
    assert (await row(nora, encounter)).called_to is None

    clock.advance(minutes=1)
    await call(nora, encounter, "Rom 2")

    assert (await row(nora, encounter)).called_to == "Rom 2"


async def test_a_call_to_the_desk_ends_when_the_patient_is_assessed_there(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    await call(nora, encounter, None)
    clock.advance(minutes=2)

    await nora.assess(encounter)

    assert (await row(nora, encounter)).called_at is None


async def test_nothing_in_a_row_changes_by_the_clock_alone(nora: Hand, clock: SettableClock) -> None:
    await call(nora, (await nora.check_in()).id)
    before = (await shown(nora)).rows

    clock.advance(hours=5)

    assert (await shown(nora)).rows == before


async def test_waits_are_measured_by_level_and_those_who_still_wait_count(
    nora: Hand, clock: SettableClock
) -> None:
    for minutes in (20, 5, 5, 10):
        patient = (await nora.check_in()).id
        await nora.assess(patient, level="yellow", reason="Klinisk vurdering")
        clock.advance(minutes=minutes)
        await seen(nora, patient)
    waiting = (await nora.check_in()).id
    await nora.assess(waiting, level="green", reason="Klinisk vurdering")
    clock.advance(minutes=30)

    board = await shown(nora)

    assert board.computed_at == clock()
    assert board.waits == (
        LevelWait(level=1, low=0, high=0),
        LevelWait(level=2, low=None, high=None),
        LevelWait(level=3, low=5, high=10),
        LevelWait(level=4, low=None, high=None),
    )


async def test_what_ended_more_than_three_hours_ago_or_was_never_here_tells_nothing(
    nora: Hand, clock: SettableClock
) -> None:
    for _ in range(5):
        patient = (await nora.check_in()).id
        await nora.assess(patient, level="yellow", reason="Klinisk vurdering")
        await seen(nora, patient)
    clock.advance(hours=3, minutes=1)
    await nora.check_in(expected_at=clock() + timedelta(hours=1))

    waits = await nora.store.read(waiting_times, UNIT, clock())

    assert waits["waits"][2] == LevelWait(level=3, low=None, high=None)


async def test_those_who_went_unseen_make_the_wait_longer(nora: Hand, clock: SettableClock) -> None:
    patients = [(await nora.check_in()).id for _ in range(10)]
    for patient in patients:
        await nora.assess(patient, level="yellow", reason="Klinisk vurdering")
    clock.advance(minutes=20)
    for patient in patients[:4]:
        await seen(nora, patient)
    clock.advance(minutes=70)
    for patient in patients[4:]:
        version = (await nora.row(patient)).version
        await nora.store.write(nora.cast.nora.actor, register_left, patient, version)

    waits = await nora.store.read(waiting_times, UNIT, clock())

    assert waits["waits"][2] == LevelWait(level=3, low=90, high=None)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_the_levels_are_the_units_own(nora: Hand) -> None:
    async def choose(work: Work) -> None:
        unit = await work.session.get_one(Unit, UNIT)
        unit.choices = {"targets": {"red": 0, "orange": 0}}

    await nora.store.write(system(UNIT), choose)

    waits = await nora.store.read(waiting_times, UNIT, nora.store.clock())

    # Nobody waits at the scale's blue, and at two levels here nobody is to wait at all.
    assert [(each.level, each.low) for each in waits["waits"]] == [(1, 0), (2, 0), (3, None), (4, None)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_a_unit_that_is_not_there_has_no_waiting_room(nora: Hand) -> None:
    with pytest.raises(NotFound):
        await nora.store.read(waiting_room, "ingensteds", nora.store.clock())


async def test_the_whole_board_is_read_in_few_statements(nora: Hand) -> None:
    for _ in range(30):
        await nora.assess((await nora.check_in()).id)
    asked: list[Any] = []

    async def counted(session: AsyncSession) -> None:
        execute = session.execute

        async def spy(statement: Any, *more: Any, **named: Any) -> Any:
            asked.append(statement)
            return await execute(statement, *more, **named)

        session.execute = spy  # type: ignore[method-assign]
        await waiting_times(session, UNIT, nora.store.clock())

    await nora.store.read(counted)

    assert len(asked) == 1
