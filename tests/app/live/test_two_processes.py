"""Two real processes on one PostgreSQL: who has the encounter open is seen in both, and goes with theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.live.people import OpenPage
from core.clock import utc_now
from core.store.database import Database
from core.store.work import Store
from scripts.kill.processes import Server, free_port
from tests.app.live.test_gathering import SECONDS, Page, here, open_page
from tests.cast import UNIT, arrival, move_in
from tests.conftest import Served, client

pytestmark = pytest.mark.parametrize("engine", ["postgres"], indirect=True)


@pytest.fixture
async def two(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[Server, Server]]:
    environment = {
        "LEGEVAKT_DATABASE_URL": database_url,
        "LEGEVAKT_ENVIRONMENT": "test",
        "LEGEVAKT_SECURE_COOKIES": "false",
    }
    made = []
    for name in ("one", "other"):
        port = free_port()
        more = {**environment, "LEGEVAKT_PORT": str(port), "LEGEVAKT_DATA_DIR": str(tmp_path)}
        made.append(
            Server(
                "app.cli", "serve", port=port, ready="/health/ready", log=tmp_path / name, environment=more
            )
        )
    try:
        for each in made:
            await each.start()
        await asyncio.gather(*(each.until_ready() for each in made))
        yield made[0], made[1]
    finally:
        await asyncio.gather(*(each.stop() for each in made))


async def test_who_is_at_the_other_process_is_seen_and_goes_when_it_dies(
    two: tuple[Server, Server], database_url: str
) -> None:
    one, other = two
    store = Store(Database(database_url), utc_now)
    cast = await move_in(store)
    async with client(one.url) as http:
        made = await http.post(f"/api/units/{UNIT}/arrivals", json=arrival(), headers=cast.nora.headers)
        encounter = str(made.json()["id"])
        at_one, at_other = (Served(each.url, store, cast, http, None) for each in two)
        async with open_page(at_one, encounter, cast.dina) as page:
            async with open_page(at_other, encounter, cast.dag) as colleague:
                await colleague.until(lambda frame: here(frame) == {"Dag Holm": [], "Dina Berg": []})
                await page.says("plan")
                await colleague.says("assessment")
                both = {"Dag Holm": ["assessment"], "Dina Berg": ["plan"]}
                await page.until(lambda frame: here(frame) == both)
                await colleague.until(lambda frame: here(frame) == both)
            await page.until(lambda frame: here(frame) == {"Dina Berg": ["plan"]})

            async with open_page(at_other, encounter, cast.dag):
                await page.until(lambda frame: "Dag Holm" in here(frame))
                await other.kill()  # says nothing to anybody
                alive = asyncio.create_task(_signs_of_life(page))
                await page.until(lambda frame: here(frame) == {"Dina Berg": ["plan"]}, within=60)
                alive.cancel()
        await _until_nobody_is_kept(store)
    await store.drain()


async def _signs_of_life(page: Page) -> None:
    while True:
        await page.says("plan")
        await asyncio.sleep(2)


async def _until_nobody_is_kept(store: Store) -> None:
    async def kept(session: AsyncSession) -> int:
        return (await session.execute(select(func.count()).select_from(OpenPage))).scalar_one()

    async with asyncio.timeout(SECONDS):
        while True:
            if not await store.read(kept):
                return
            await asyncio.sleep(0.05)
