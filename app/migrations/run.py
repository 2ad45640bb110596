"""Bringing a database to the present schema (migrere): in one transaction, safely repeated."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.clock import utc_now
from core.store.database import Database
from triage.rules.scales.packs import scales, text_of
from triage.scale_packs import ScalePack

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
        if not await connection.run_sync(_is_head):
            await connection.run_sync(lambda sync: command.upgrade(config(sync), "head"))
        await _keep_carried_scales(connection)


async def _keep_carried_scales(connection: AsyncConnection) -> None:
    # The next program may carry other tables; those that patients were triaged by must stay readable.
    kept = {
        (id, version) for id, version in await connection.execute(select(ScalePack.id, ScalePack.version))
    }
    new = [
        {
            "id": scale.id,
            "version": scale.table_version,
            "digest": scale.digest,
            "text": text_of(scale.id),
            "brought_at": utc_now(),
            "brought_by": "legevakt",
        }
        for scale in scales().values()
        if (scale.id, scale.table_version) not in kept
    ]
    if new:
        await connection.execute(insert(ScalePack), new)


async def is_current(database: Database) -> bool:
    """Whether the database has the schema this program was made for."""
    async with database.reader.connect() as connection:
        return await connection.run_sync(_is_head)


def _is_head(connection: Connection) -> bool:
    return MigrationContext.configure(connection).get_current_revision() == _newest()


@cache
def _newest() -> str | None:
    # Every file of the chain is read for this, and they do not change while the program runs.
    return ScriptDirectory(str(Path(__file__).parent)).get_current_head()
