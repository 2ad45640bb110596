"""Wrong links (feil lenker): answered one by one and slowly, so that trying many is of no use.

A secret of 128 bits is not guessed at any speed; this keeps whoever tries from costing the ward anything.
Right links never wait here.
"""

from __future__ import annotations

import asyncio

from core.errors import Unavailable

PAUSE_SECONDS = 0.25
MOST_WAITING = 40


class TooManyGuesses(Unavailable):
    """More wrong links wait for their answer than any ward's patients would type."""

    code = "too-many-guesses"


class WrongGuesses:
    """Those who wait for being told that their link leads nowhere."""

    def __init__(self, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._pause = pause_seconds
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def slow_down(self) -> None:
        """Wait for one's turn. Raises TooManyGuesses at once when the line is long."""
        if self._waiting >= MOST_WAITING:
            raise TooManyGuesses
        self._waiting += 1
        try:
            async with self._turn:
                await asyncio.sleep(self._pause)
        finally:
            self._waiting -= 1
