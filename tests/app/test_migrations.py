"""The database's schema is what the tables say, on both databases, and migrating again is harmless."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from app.migrations.run import is_current, migrate
from app.tables import METADATA
from core.store.database import Database


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
