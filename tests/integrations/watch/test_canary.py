"""The canary: each hour one message about nobody, whose silence is told and which counts in no figure."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from integrations.messages import balance
from integrations.tables import CanaryMessage
from integrations.watch.canary import Canary
from integrations.watch.readiness import Point, readiness
from integrations.watch.worklist import worklist
from tests.app.sandbox.running import edi_client
from tests.cast import UNIT
from tests.conftest import SettableClock, client
from tests.integrations.region import Region, open_region

TEST_RECEIVER = 8090777


@dataclass
class Perch:
    """A ward with a test receiver."""

    region: Region
    canary: Canary

    async def fly(self, **later: float) -> None:
        """Time passes, the canary is looked after, and receipts are fetched."""
        self.region.clock.advance(**later)
        await self.canary.fly()
        await self.region.receipts.collect()

    async def point(self) -> Point:
        """As the operations screen says it."""
        store, now = self.region.store, self.region.clock()

        async def ask(session: AsyncSession) -> Any:
            return await readiness(session, UNIT, now, ways=(), troubles=(), missing=0, canary=True)

        return (await store.read(ask))[-1]

    async def arrived(self) -> list[tuple[int, int]]:
        """What the test receiver holds: how often each came, and whether ever with other bytes."""
        rows = await self.region.received("dialogue")
        return [(row["attempts"], row["different_bodies"]) for row in rows]

    async def kept(self) -> list[str]:
        """States, oldest first."""
        return await self.region.store.read(_states)


async def _states(session: AsyncSession) -> list[str]:
    found = await session.execute(
        select(CanaryMessage.state)
        .where(CanaryMessage.unit_id == UNIT)  # the carrier here knows no other unit
        .order_by(CanaryMessage.created_at)
    )
    return list(found.scalars())


@pytest.fixture
async def perch(database_url: str, clock: SettableClock, tmp_path: Path) -> AsyncIterator[Perch]:
    async with (
        open_region(database_url, clock, tmp_path) as region,
        client(f"{str(region.beyond.base_url).rstrip('/')}/edi/", timeout=10) as http,
    ):
        yield Perch(region, Canary(region.store, edi_client(http), receiver_her_id=TEST_RECEIVER))


async def test_one_each_hour_is_answered_and_counts_nowhere(perch: Perch) -> None:
    assert (await perch.point()).code == "canary-none"
    for _ in range(8):
        await perch.fly(minutes=20)

    assert await perch.kept() == ["answered"] * 3
    assert ((await perch.point()).code, (await perch.point()).state) == ("canary", "ok")
    assert await perch.arrived() == [(1, 0)] * 3
    now = perch.region.clock()
    assert await perch.region.store.read(balance, UNIT, now) == ()
    listed = await perch.region.store.read(worklist, UNIT, now)
    assert (listed.for_a_person, listed.under_way, listed.delivered_today) == (0, 0, 0)


async def test_the_same_bytes_go_until_the_carrier_has_them(perch: Perch) -> None:
    await perch.region.let_fail("edi", {"status": 503}, {}, {"lose_answer": True})  # the second: another unit
    for _ in range(3):
        await perch.fly(minutes=4)

    assert (await perch.kept(), await perch.arrived()) in (
        (["answered"], [(1, 0)]),  # the answer of the receiver was faster than another try
        (["answered"], [(2, 0)]),
    )


@pytest.mark.parametrize("fault", [{"no_receipt": True}, {"reject": "E21"}, {"status": 400}])
async def test_silence_or_a_no_is_told_until_one_is_answered_again(
    perch: Perch, fault: dict[str, Any]
) -> None:
    await perch.fly()
    answered = perch.region.clock()
    await perch.region.let_fail("edi", fault)
    await perch.fly(minutes=60)
    await perch.fly(minutes=16)

    point = await perch.point()
    assert (point.code, point.state, point.at) == ("canary-silent", "bad", answered)

    await perch.fly(minutes=44)
    assert (await perch.point()).state == "ok"


async def test_a_canary_that_is_no_longer_sent_is_silence_too(perch: Perch) -> None:
    await perch.fly()
    perch.region.clock.advance(minutes=80)

    assert (await perch.point()).code == "canary-silent"
