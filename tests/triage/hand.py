"""Triage commands as the tests call them: by whom, on whom, and what the board then shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.store.work import Store
from tests.cast import UNIT, Cast, assessment, full_arrival
from tests.cast import arrival as at_the_door
from triage.commands.assess import Assessed, NewAssessment, assess
from triage.commands.check_in import Arrival, CheckedIn, check_in
from triage.queries.board import board
from triage.queries.board_row import Board, BoardRow


@dataclass(frozen=True, slots=True)
class Hand:
    """Nora's hand: writes as she would, through the store and without HTTP."""

    store: Store
    cast: Cast

    async def check_in(self, **changes: Any) -> CheckedIn:
        """Somebody about whom two things are known, and whatever is in `changes`."""
        given = Arrival.model_validate(at_the_door(**changes))
        return await self.store.write(self.cast.nora.actor, check_in, given, UNIT, "test")

    async def check_in_known(self, number: int = 1, **changes: Any) -> CheckedIn:
        """Somebody about whom everything is known."""
        return await self.check_in(**{**full_arrival(number), **changes})

    async def assess(self, encounter: str, version: int | None = None, **changes: Any) -> Assessed:
        """Vital signs with TEWS 4 and chest pain: orange, unless `changes` say otherwise."""
        given = NewAssessment.model_validate(assessment(**changes))
        return await self.store.write(self.cast.nora.actor, assess, encounter, given, version)

    async def board(self) -> Board:
        """The staff board now."""
        return await self.store.read(board, UNIT, self.store.clock())

    async def row(self, encounter: str) -> BoardRow:
        """One patient's row."""
        return next(row for row in (await self.board()).rows if row.id == encounter)
