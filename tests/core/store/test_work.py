"""What the store promises of every write, on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import ClassVar

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict
from core.patients.tables import Unit
from core.store.event_log import Event, EventRow
from core.store.idempotency import KeyReused, Once
from core.store.work import DatabaseRefused, Store, Work
from core.text import Answer
from tests.cast import UNIT, move_in, system
from tests.conftest import SettableClock
from triage.events import PatientSeen


class Counted(Answer):
    """How far somebody counted."""

    rooms: int


async def add_room(work: Work, name: str) -> Counted:
    unit = await work.session.get_one(Unit, UNIT)
    before = list(unit.rooms)
    await asyncio.sleep(0)  # a chance for others to get in between, if the store let them
    unit.rooms = [*before, name]
    await work.record(PatientSeen(encounter_id="e", happened_at=work.now))
    return Counted(rooms=len(unit.rooms))


async def rooms(session: AsyncSession) -> int:
    return len((await session.execute(select(Unit.rooms).where(Unit.id == UNIT))).scalar_one())


async def test_a_write_is_there_when_the_answer_is(store: Store) -> None:
    await move_in(store)
    before = await store.read(rooms)

    answer = await store.write(system(UNIT), add_room, "Rom 9")

    assert answer.rooms == before + 1 == await store.read(rooms)


async def test_of_four_hundred_changes_at_once_none_is_lost_and_numbers_have_no_gap(store: Store) -> None:
    await move_in(store)
    before = await store.read(rooms)

    await asyncio.gather(*(store.write(system(UNIT), add_room, f"Rom {n}") for n in range(400)))

    assert await store.read(rooms) == before + 400
    assert await store.read(numbers) == list(range(1, 401))


async def numbers(session: AsyncSession) -> list[int]:
    found = await session.execute(select(EventRow.seq).where(EventRow.unit_id == UNIT).order_by(EventRow.seq))
    return list(found.scalars())


async def test_clients_that_go_away_leave_no_lock_and_no_half_change(store: Store) -> None:
    await move_in(store)
    before = await store.read(rooms)
    tasks = [asyncio.create_task(store.write(system(UNIT), add_room, f"Rom {n}")) for n in range(100)]
    await asyncio.sleep(0.01)

    for task in tasks[::2]:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    last = await store.write(system(UNIT), add_room, "Siste")

    kept = sum(isinstance(outcome, Counted) for outcome in outcomes)
    assert kept >= 50
    assert not [o for o in outcomes if isinstance(o, Exception)]
    assert last.rooms - before - 1 >= kept
    # Writes whose clients are gone may still be ending, so both are read in one picture.
    there, numbered = await store.read(rooms_and_numbers)
    assert there >= last.rooms
    assert numbered == list(range(1, there - before + 1))


async def rooms_and_numbers(session: AsyncSession) -> tuple[int, list[int]]:
    return await rooms(session), await numbers(session)


async def test_a_refused_command_changes_nothing(store: Store) -> None:
    await move_in(store)
    before = await store.read(rooms)

    async def refuse(work: Work) -> Counted:
        await add_room(work, "Rom 9")
        raise Conflict

    with pytest.raises(Conflict):
        await store.write(system(UNIT), refuse)

    assert await store.read(rooms) == before
    assert await store.read(numbers) == []


async def test_the_same_key_gives_the_same_answer_and_changes_once(store: Store) -> None:
    await move_in(store)
    once = Once.of("key-1", "/rooms", b"{}")

    answers = await asyncio.gather(
        *(store.write_once(system(UNIT), once, add_room, "Rom 9") for _ in range(10))
    )

    assert len({answer.rooms for answer in answers}) == 1
    assert await store.read(rooms) == answers[0].rooms


async def test_the_same_key_with_another_content_is_refused(store: Store) -> None:
    await move_in(store)
    await store.write_once(system(UNIT), Once.of("key-1", "/rooms", b"a"), add_room, "Rom 9")

    with pytest.raises(KeyReused):
        await store.write_once(system(UNIT), Once.of("key-1", "/rooms", b"b"), add_room, "Rom 10")


async def test_the_event_log_cannot_be_rewritten(store: Store) -> None:
    await move_in(store)
    await store.write(system(UNIT), add_room, "Rom 9")

    async def forge(work: Work) -> None:
        await work.session.execute(update(EventRow).values(actor_name="Noen andre"))

    with pytest.raises(DatabaseRefused):
        await store.write(system(UNIT), forge)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_reading_cannot_write_in_sqlite(store: Store) -> None:
    async def sneak(session: AsyncSession) -> None:
        await session.execute(text("DELETE FROM unit"))

    with pytest.raises(Exception, match="database-unavailable"):
        await store.read(sneak)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_sqlite_syncs_every_commit_and_only_the_writer_checkpoints(store: Store) -> None:
    async def setting(session: AsyncSession, name: str) -> int | str:
        return (await session.execute(text(f"PRAGMA {name}"))).scalar_one()

    async def of_writer(work: Work, name: str) -> int | str:
        return await setting(work.session, name)

    assert await store.write(system(), of_writer, "journal_mode") == "wal"
    assert await store.write(system(), of_writer, "synchronous") == 2
    assert await store.write(system(), of_writer, "wal_autocheckpoint") == 1000
    assert await store.read(setting, "wal_autocheckpoint") == 0
    assert await store.read(setting, "query_only") == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMoved(Event):
    kind: ClassVar[str] = "letter-moved"
    paper_only: ClassVar[bool] = True


async def test_what_becomes_of_a_letter_is_in_the_log_and_has_nobody_judged_anew(
    store: Store, clock: SettableClock
) -> None:
    await move_in(store)
    judged: list[str] = []

    async def judge(_: Work, event: Event) -> None:
        judged.append(event.kind)

    async def both(work: Work) -> None:
        await work.record(PatientSeen(encounter_id="e", happened_at=work.now))
        await work.record(LetterMoved(encounter_id="e", happened_at=work.now))

    before = len(await store.read(numbers))
    await Store(store.database, clock, {Event: (judge,)}).write(system(UNIT), both)

    assert judged == [PatientSeen.kind]
    assert len(await store.read(numbers)) == before + 2
