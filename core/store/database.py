"""Engines and connections: SQLite for one ward on one machine, PostgreSQL when it outgrows that."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, MetaData, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import JSON, TypeDecorator

from core.clock import as_utc

_BUSY_MS = 5000

LIVE_SECONDS = 3.0
"""Screens that have heard nothing for twelve seconds say so, and a beat comes every five: what lies between
is for one answer that does not come, and for another attempt."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: stored in UTC, read back in UTC; a time without offset is refused, never guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = as_utc(value)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """The one base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
    }


class Database:
    """The ways into one database: `writer` for changes, `reader` for a consistent picture.

    `live` reads like the reader for those who tell screens: it gives up soon, because a connection whose
    other end is silently gone would otherwise be waited for until every screen is old.
    """

    def __init__(self, url: str) -> None:
        self.url: URL = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.writer, self.reader = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        self.live = self.reader if self.is_sqlite else _postgres_live(self.url)

    async def dispose(self) -> None:
        """Close every connection; a process that forgets this does not end. The writer checkpoints last."""
        await self.live.dispose()
        await self.reader.dispose()
        await self.writer.dispose()


def _sqlite(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    if not url.database or url.database == ":memory:":
        raise ValueError("the record must be a file: one in memory has no second connection to read from")
    _make_private(Path(url.database).absolute())
    # One writing connection: SQLite has one writer anyway, and versions below 3.51.3 can damage the file
    # when two connections write and checkpoint at the same moment.
    writer = create_async_engine(url, pool_size=1, max_overflow=0, hide_parameters=True)
    reader = create_async_engine(url, pool_size=4, max_overflow=0, hide_parameters=True)
    # What is deleted by decision is overwritten in the file, not only unlinked from it.
    kept = ("journal_mode=WAL", "wal_autocheckpoint=1000", "secure_delete=ON")
    _prepare(writer, begin="BEGIN IMMEDIATE", pragmas=kept)
    _prepare(reader, begin="BEGIN", pragmas=("wal_autocheckpoint=0", "query_only=ON"))
    return writer, reader


def _make_private(path: Path) -> None:
    """A new record is for the service's own user alone; SQLite gives the files beside it the same rights.

    One that is there keeps the rights the site gave it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL, mode=0o600))


def _prepare(engine: AsyncEngine, *, begin: str, pragmas: tuple[str, ...]) -> None:
    shared = ("synchronous=FULL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON", "trusted_schema=OFF")

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own, late
        cursor = connection.cursor()
        for pragma in (*pragmas, *shared):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)


_SERVER_SETTINGS = {
    "application_name": "legevakt",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "15000",
    "lock_timeout": "8000",
    "statement_timeout": "15000",
}


def _postgres(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    engine = create_async_engine(
        url,
        pool_size=10,
        max_overflow=10,
        pool_timeout=8,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"server_settings": _SERVER_SETTINGS, "timeout": 8, "command_timeout": 20},
    )
    return engine, _of_one_moment(engine)


def _postgres_live(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=3,  # as many as the hub reads at a time; what is idle may be dead, and is tried first
        max_overflow=5,
        pool_timeout=LIVE_SECONDS,
        pool_pre_ping=True,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={
            "server_settings": {**_SERVER_SETTINGS, "statement_timeout": "5000"},
            "timeout": LIVE_SECONDS,
            "command_timeout": LIVE_SECONDS,
        },
    )
    return _of_one_moment(engine)


def _of_one_moment(engine: AsyncEngine) -> AsyncEngine:
    # A screen reads the number in the log and the rows it is true for: both must be of one moment.
    return engine.execution_options(isolation_level="REPEATABLE READ")
