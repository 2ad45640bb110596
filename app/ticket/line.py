"""The line of each unit, read once for all phones that ask in the same moment (køen)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from core.store.work import Store
from triage.queries.ticket.place import Line, line_of

FRESH_SECONDS = 3.0
"""How old what a phone is told may be; all phones that ask within it cost one reading together."""


@dataclass(slots=True)
class _Kept:
    line: Line | None = None
    read_at: float = 0.0  # on the loop's clock
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Lines:
    """What phones are told from, in this process."""

    def __init__(self, store: Store, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._store = store
        self._fresh = fresh_seconds
        self._units: dict[str, _Kept] = {}

    async def of(self, unit: str) -> Line:
        """The line of a unit that exists; never older than a few seconds, or no answer at all."""
        kept = self._units.setdefault(unit, _Kept())
        async with kept.turn:
            began = asyncio.get_running_loop().time()
            if kept.line is None or began - kept.read_at > self._fresh:
                kept.line = await self._store.read(line_of, unit, self._store.clock())
                kept.read_at = began
            return kept.line
