"""A ward with people in it, copied as often as a test wants to begin the same again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy.engine import make_url

from app.wiring import reactions
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from tests.cast import Cast, move_in
from tests.conftest import SettableClock, create_database


def opening(url: str, clock: SettableClock) -> Store:
    """A store with everything that follows from an event."""
    return Store(Database(url), clock, reactions(Settings(database_url=url, environment="test")))


@asynccontextmanager
async def opened(url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """The same, closed afterwards."""
    store = opening(url, clock)
    try:
        yield store
    finally:
        await store.drain()


async def furnished(url: str, clock: SettableClock) -> Cast:
    """The people of the ward move in."""
    async with opened(url, clock) as store:
        return await move_in(store)


def copied(url: str, folder: Path, runner: asyncio.Runner) -> str:
    """The address of a copy of the furnished ward, on the same engine."""
    like = str(make_url(url).database)
    if url.startswith("sqlite"):
        path = folder / f"{uuid4().hex}.db"
        shutil.copy(like, path)
        return f"sqlite+aiosqlite:///{path}"
    name = f"t{uuid4().hex[:12]}"
    anywhere = url.replace(f"/{like}", "/{database}")
    runner.run(create_database(anywhere, name, like))
    return anywhere.format(database=name)
