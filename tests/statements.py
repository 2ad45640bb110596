"""SQL written out once for all tests of a process.

SQLAlchemy keeps each statement it has written out with its engine. A ward has one for weeks; a test has a new
one, and would spend a fifth of its time writing the same statements again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_ENOUGH = 4000
_known: dict[str, Engine] = {}


def keep(engine: AsyncEngine) -> None:
    """Later engines for this kind of database write as this one does, which has been connected."""
    _known.setdefault(engine.dialect.name, engine.sync_engine)


def remembering_engine(*url: Any, **options: Any) -> AsyncEngine:
    """Stands in for `create_async_engine`: connections of its own, words of the first."""
    engine = create_async_engine(*url, **options, query_cache_size=_ENOUGH)
    known = _known.get(engine.dialect.name)
    if known is not None:
        engine.dialect.initialize = _asked_already  # type: ignore[method-assign]
        engine.sync_engine.dialect = known.dialect
        engine.sync_engine._compiled_cache = known._compiled_cache
    return engine


def _asked_already(_connection: object) -> None:
    """What the server is like, the first one has asked."""
