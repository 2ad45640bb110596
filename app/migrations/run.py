"""Bringing a database to the present schema (migrere): in one transaction, safely repeated."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from core.store.database import Database

_ONE_AT_A_TIME = 4_116_117  # any number of ours; PostgreSQL's lock for "somebody migrates"


def config(connection: Connection) -> Config:
    """Alembic's settings, without a file: where the migrations are and which connection to use."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.attributes["connection"] = connection
    return settings


async def migrate(database: Database) -> None:
    """To the newest schema. A second process that starts at the same moment waits and finds it done."""
    async with database.writer.begin() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
        await connection.run_sync(lambda sync: command.upgrade(config(sync), "head"))


async def is_current(database: Database) -> bool:
    """Whether the database has the schema this program was made for."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(_is_head)


def _is_head(connection: Connection) -> bool:
    newest = ScriptDirectory.from_config(config(connection)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == newest
