"""Years of contacts in minutes: some made by the service's own commands, then copied inside the database.

A copy has ids and times of its own, and else exactly the columns and values of the real one. The rules that
lock what is signed are lifted while it is written, as only the owner of a database can.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg
from sqlalchemy import Column, Table

from app import tables
from core.store.database import UtcDateTime

YEARS = timedelta(days=3650)
"""The copies are spread over so long, backwards from the real ones."""

_COPIED = (
    *("patient", "encounter", "triage_state", "assessment", "vital_sign", "note", "diagnosis"),
    *("conclusion", "event"),
)
_IDS = {"id", "patient_id", "encounter_id", "assessment_id", "report_id"}
Run = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the two engines say the same."""

    numbers: str  # 1 to {copies}, as `n`
    prefix: str  # eight hexadecimal digits of `n`
    earlier: str  # the time in {column}, {seconds} x n earlier
    before: tuple[str, ...]
    after: tuple[str, ...]


SQLITE = Dialect(
    numbers="(WITH RECURSIVE k(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM k WHERE n < {copies})"
    " SELECT n FROM k)",
    prefix="printf('%08x', k.n)",
    earlier="strftime('%Y-%m-%d %H:%M:%f000', {column}, '-' || (k.n * {seconds}) || ' seconds')",
    before=("PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -400000"),
    after=("PRAGMA wal_checkpoint(TRUNCATE)",),
)
POSTGRES = Dialect(
    numbers="(SELECT n FROM generate_series(1, {copies}) AS n)",
    prefix="lpad(to_hex(k.n), 8, '0')",
    earlier="{column} - k.n * interval '{seconds} seconds'",
    before=("SET session_replication_role = replica", "SET synchronous_commit = off"),
    after=("SET session_replication_role = DEFAULT",),
)


async def multiply(url: str, copies: int, patient: str, contacts: int) -> None:
    """Copy every contact so often, and let so many of them have been this patient's."""
    if url.startswith("sqlite"):
        await _in_sqlite(url.partition(":///")[2], copies, patient, contacts)
    else:
        await _in_postgres(url.replace("+asyncpg", ""), copies, patient, contacts)


async def _in_sqlite(path: str, copies: int, patient: str, contacts: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    locks = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()

    async def run(statement: str) -> None:
        connection.execute(statement)

    try:
        await _each(run, SQLITE.before)
        await _each(run, [f"DROP TRIGGER {name}" for name, _ in locks])
        await _each(run, _statements(SQLITE, copies, patient, contacts))
        await _each(run, (*(sql for _, sql in locks), *SQLITE.after))
    finally:
        connection.close()


async def _in_postgres(url: str, copies: int, patient: str, contacts: int) -> None:
    connection = await asyncpg.connect(url)

    async def run(statement: str) -> None:
        await connection.execute(statement)

    try:
        statements = _statements(POSTGRES, copies, patient, contacts)
        await _each(run, (*POSTGRES.before, *statements, *POSTGRES.after, "ANALYZE"))  # as autovacuum would
    finally:
        await connection.close()


async def _each(run: Run, statements: Sequence[str]) -> None:
    for statement in statements:
        await run(statement)


def _statements(engine: Dialect, copies: int, patient: str, contacts: int) -> list[str]:
    metadata = tables.METADATA.tables
    copied = [_copy(engine, metadata[name], copies) for name in _COPIED] if copies else []
    return [
        *copied,
        "UPDATE event_counter SET seq ="
        " (SELECT max(seq) FROM event WHERE event.unit_id = event_counter.unit_id)",
        f"UPDATE encounter SET patient_id = '{patient}' WHERE id IN (SELECT id FROM encounter"
        f" WHERE status = 'finished' ORDER BY id LIMIT {contacts})",
    ]


def _copy(engine: Dialect, table: Table, copies: int) -> str:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    values = ", ".join(_value(engine, column, copies) for column in table.columns)
    numbers = engine.numbers.format(copies=copies)
    ended = " WHERE t.status IN ('finished', 'cancelled')" if table.name == "encounter" else ""
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {numbers} AS k"
        f" CROSS JOIN (SELECT * FROM {table.name}) AS t{ended}"
    )


def _value(engine: Dialect, column: Column[object], copies: int) -> str:
    held = f't."{column.name}"'
    if column.name in _IDS:
        return f"{engine.prefix} || substr({held}, 9)"
    if column.name == "seq":
        return f"{held} + k.n * (SELECT max(seq) FROM event)"
    if isinstance(column.type, UtcDateTime):
        seconds = int(YEARS.total_seconds() / max(1, copies))
        return engine.earlier.format(column=held, seconds=max(1, seconds))
    return held
