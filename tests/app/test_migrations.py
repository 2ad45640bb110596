"""The database's schema is what the tables say, on both databases, and migrating again is harmless."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.log_check.command import everything
from app.migrations.run import config, is_current, migrate
from app.tables import METADATA
from core.clock import utc_now
from core.store.database import Database
from core.store.work import Store
from tests.conftest import create_database


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


async def test_a_migrated_database_has_exactly_our_tables(database_url: str) -> None:
    database = Database(database_url)

    async with database.writer.connect() as connection:
        found = await connection.run_sync(differences)

    assert found == []
    assert await is_current(database)
    await database.dispose()


async def test_migrating_twice_changes_nothing(database_url: str) -> None:
    database = Database(database_url)

    await migrate(database)
    await migrate(database)

    assert await is_current(database)
    await database.dispose()


_EARLIER = (
    "INSERT INTO unit VALUES ('u', 'Nordvik', 'Nordvik kommune', '999888777', 1, 2, 'sats', '[]', '{}')",
    "INSERT INTO access_log (id, at, actor_id, actor_name, role, unit_id, what, purpose) VALUES"
    " ('b', '2026-11-20 20:00:01', 'n', 'Nora', 'triage-nurse', 'u', 'board', 'TREAT'),"
    " ('a', '2026-11-20 20:00:00.5', 'n', 'Nora', 'triage-nurse', 'u', 'board', 'TREAT')",
)


@pytest.fixture
def empty_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database that nothing is in."""
    if engine == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    url: str = request.getfixturevalue("postgres_server")
    name = f"e{uuid4().hex[:12]}"
    asyncio.run(create_database(url, name, None))
    return url.format(database=name)


async def test_a_log_from_before_it_was_a_chain_becomes_one(empty_url: str) -> None:
    database = Database(empty_url)
    async with database.writer.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(config(sync), "2026_11_25_ticket"))
        for statement in _EARLIER:
            await connection.execute(text(statement))

    await migrate(database)

    store = Store(database, utc_now)
    found = await store.read(everything)
    assert (found.lines, found.faults) == (2, ())
    assert await store.read(_lines) == ["a", "b"]
    await store.drain()


async def _lines(session: AsyncSession) -> list[str]:
    return [id for (id,) in await session.execute(text("SELECT id FROM access_log ORDER BY seq"))]
