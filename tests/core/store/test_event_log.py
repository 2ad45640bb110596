"""The event log: numbered without gaps per unit, and what a reader has seen is all there is below it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict
from core.store import event_log
from core.store.database import Database
from core.store.event_log import EventRow, Position
from core.store.work import Store, Work
from tests.cast import OTHER_UNIT, UNIT, move_in, system
from triage.events import PatientCheckedIn, PatientSeen


async def look(work: Work, encounter: str, times: int = 1) -> list[int]:
    """Somebody looks to a patient, so many times in one transaction."""
    return [
        await work.record(PatientSeen(encounter_id=encounter, happened_at=work.now)) for _ in range(times)
    ]


async def seqs(session: AsyncSession, unit: str) -> Sequence[int]:
    found = await session.execute(select(EventRow.seq).where(EventRow.unit_id == unit).order_by(EventRow.seq))
    return found.scalars().all()


async def test_each_event_gets_the_next_number_and_says_who_when_and_what(store: Store) -> None:
    await move_in(store)

    async def arrive(work: Work) -> int:
        return await work.record(PatientCheckedIn(encounter_id="e1", happened_at=work.now, number="T 29"))

    first = await store.write(system(UNIT), arrive)
    more = await store.write(system(UNIT), look, "e1", 2)

    assert (first, more) == (1, [2, 3])
    [row, *_] = await store.read(event_log.of_encounter, "e1")
    assert (row.kind, row.actor_name, row.facts) == ("checked-in", "Test", {"number": "T 29"})
    assert (row.happened_at, row.recorded_at) == (store.clock(), store.clock())


async def test_units_are_numbered_apart(store: Store) -> None:
    await move_in(store)

    await store.write(system(UNIT), look, "e1", 3)
    await store.write(system(OTHER_UNIT), look, "e2")

    assert list(await store.read(seqs, UNIT)) == [1, 2, 3]
    assert list(await store.read(seqs, OTHER_UNIT)) == [1]
    here = await store.read(event_log.position, UNIT)
    there = await store.read(event_log.position, OTHER_UNIT)
    assert (here.seq, there.seq) == (3, 1)
    assert here.epoch != there.epoch


async def test_a_refused_write_uses_up_no_number(store: Store) -> None:
    await move_in(store)

    async def refuse(work: Work) -> None:
        await look(work, "e1")
        raise Conflict

    with pytest.raises(Conflict):
        await store.write(system(UNIT), refuse)
    await store.write(system(UNIT), look, "e1")

    assert list(await store.read(seqs, UNIT)) == [1]
    assert (await store.read(event_log.position, UNIT)).seq == 1


async def test_a_unit_nobody_set_up_has_an_empty_log(store: Store) -> None:
    assert await store.read(event_log.position, "nowhere") == Position("none", 0)


async def test_after_gives_what_came_later_oldest_first_and_no_more_than_asked(store: Store) -> None:
    await move_in(store)
    for encounter in ("e1", "e2", "e3", "e4"):
        await store.write(system(UNIT), look, encounter)

    assert list(await store.read(event_log.after, UNIT, 1, limit=2)) == [(2, "e2"), (3, "e3")]
    assert list(await store.read(event_log.after, UNIT, 4, limit=2)) == []


async def test_readers_never_see_a_number_whose_neighbours_below_come_later(store: Store) -> None:
    """Two processes write at once; a screen that has read up to n must never meet a smaller number later."""
    await move_in(store)
    second = Store(Database(store.database.url.render_as_string(hide_password=False)), store.clock)
    writing = [
        asyncio.create_task(each.write(system(UNIT), look, f"e{n}", 1 + n % 3))
        for n in range(30)
        for each in (store, second)
    ]
    seen: list[int] = []

    async def read_on(session: AsyncSession) -> tuple[list[int], int]:
        at = await event_log.position(session, UNIT)
        steps = await event_log.after(session, UNIT, seen[-1] if seen else 0, limit=500)
        return [seq for seq, _ in steps], at.seq

    while not all(task.done() for task in writing):
        steps, at = await store.read(read_on)
        seen += steps
        assert seen == list(range(1, len(seen) + 1))
        assert at == len(seen)
        await asyncio.sleep(0)
    await asyncio.gather(*writing)
    await second.drain()

    seen += (await store.read(read_on))[0]
    assert seen == list(range(1, 2 * (10 * 1 + 10 * 2 + 10 * 3) + 1))
