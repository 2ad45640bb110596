"""Exactly one of several processes runs the jobs, and one that has lost the lead writes nothing more."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.errors import Conflict, Refused
from core.ids import Role
from core.store.leader import LASTS, Leader
from core.store.lease import LeaseLost
from core.store.work import Store, Work
from tests.cast import move_in, system
from tests.conftest import SettableClock

SECONDS = LASTS / timedelta(seconds=1)


async def dismiss_everybody(work: Work) -> None:
    """Any change a job might make."""
    for person in (await work.session.execute(select(Staff))).scalars():
        person.active = False


async def still_here(session: AsyncSession) -> int:
    counted = select(func.count()).select_from(Staff).where(Staff.active, Staff.role == Role.DOCTOR.value)
    return (await session.execute(counted)).scalar_one()


async def test_the_first_to_ask_leads_and_the_second_stands_by(store: Store) -> None:
    first, second = Leader(store), Leader(store)

    await first.renew()
    await second.renew()

    assert (first.leads, second.leads) == (True, False)


async def test_a_leader_that_renews_in_time_is_never_replaced(store: Store, clock: SettableClock) -> None:
    first, second = Leader(store), Leader(store)
    await first.renew()

    for _ in range(5):
        clock.advance(seconds=SECONDS - 1)
        await first.renew()
        await second.renew()

    assert (first.leads, second.leads, first.fence) == (True, False, 1)


async def test_when_the_leader_dies_another_takes_over(store: Store, clock: SettableClock) -> None:
    dead, next_one = Leader(store), Leader(store)
    await dead.renew()

    clock.advance(seconds=SECONDS + 1)
    await next_one.renew()

    assert (next_one.leads, next_one.fence) == (True, 2)


async def test_a_leader_that_resigns_is_followed_at_once(store: Store) -> None:
    first, second = Leader(store), Leader(store)
    await first.renew()

    await first.resign()
    await second.renew()

    assert (first.leads, second.leads) == (False, True)


async def test_a_leader_that_slept_past_its_time_writes_nothing(store: Store, clock: SettableClock) -> None:
    await move_in(store)
    sleeper, other = Leader(store), Leader(store)
    await sleeper.renew()
    asleep_at = clock.now

    clock.advance(seconds=SECONDS + 1)
    await other.renew()
    clock.now = asleep_at  # it wakes with a clock that tells it that no time has passed

    assert sleeper.leads
    with pytest.raises(LeaseLost):
        await sleeper.store.write(system(), dismiss_everybody)
    assert await store.read(still_here) == 3
    await other.store.write(system(), dismiss_everybody)
    assert await store.read(still_here) == 0


async def test_without_ever_having_led_nothing_is_written_as_leader(store: Store) -> None:
    with pytest.raises(LeaseLost):
        await Leader(store).store.write(system(), dismiss_everybody)


async def test_of_ten_that_start_in_the_same_moment_one_leads(store: Store, clock: SettableClock) -> None:
    for _ in range(3):
        candidates = [Leader(store) for _ in range(10)]

        async def ask(candidate: Leader) -> None:
            with suppress(Conflict):  # two were first in the same moment: the database lets one in
                await candidate.renew()

        await asyncio.gather(*(ask(candidate) for candidate in candidates))

        assert sum(candidate.leads for candidate in candidates) == 1
        clock.advance(seconds=SECONDS + 1)


async def test_where_there_can_be_no_other_the_lead_is_taken_at_once(store: Store) -> None:
    killed, restarted = Leader(store), Leader(store)
    await killed.renew()

    await restarted.renew(by_force=True)

    assert restarted.leads
    with pytest.raises(Refused):
        await killed.store.write(system(), dismiss_everybody)
