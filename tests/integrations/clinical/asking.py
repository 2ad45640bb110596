"""A ward that asks registers in the background: what tests of every such register begin with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import httpx

from app.jobs import Job, jobs
from app.outward.ways import Ways
from app.wiring import reactions
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from tests.cast import UNIT, Cast, full_arrival, move_in
from tests.conftest import SettableClock, client
from triage.commands.check_in import Arrival, check_in


@dataclass(slots=True)
class AskingWard:
    """Its jobs, and the way to what it asks."""

    store: Store
    clock: SettableClock
    cast: Cast
    jobs: list[Job]
    beyond: httpx.AsyncClient

    async def come(self, **changes: Any) -> str:
        """Ingrid comes."""
        given = Arrival.model_validate(full_arrival(**changes))
        return (await self.store.write(self.cast.nora.actor, check_in, given, UNIT, "test")).id

    async def ask(self, *, later: timedelta = timedelta(0)) -> None:
        """Every job's turn, after some time."""
        self.clock.now += later
        for job in self.jobs:
            await job.run()


W = TypeVar("W", bound=AskingWard)


@asynccontextmanager
async def asking(
    kind: type[W], url: str, settings: Settings, database_url: str, clock: SettableClock
) -> AsyncIterator[W]:
    """Open, with everything at `url` there to be asked."""
    async with AsyncExitStack() as stack:
        ways = Ways(settings, clock)
        stack.push_async_callback(ways.close)
        store = Store(Database(database_url), clock, reactions(settings))
        stack.push_async_callback(store.drain)
        due = [job for job in jobs(store, ways, settings) if job.name in ways.clinical]
        beyond = await stack.enter_async_context(client(url))
        yield kind(store, clock, await move_in(store), due, beyond)
