"""What changed on the board since a place in the log: the rows to send to screens that have the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.store.event_log import after, position
from triage.queries.board import open_count, rows_of
from triage.queries.board_row import BoardRow

MOST = 500
"""More missed events than this and a fresh picture is cheaper than a replay."""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the log: the row as it is now, or None when the patient is no longer on the board."""

    seq: int
    encounter_id: str | None
    row: BoardRow | None


@dataclass(frozen=True, slots=True)
class Changes:
    """All steps after a place in the log, in order, and where the log stands now."""

    epoch: str
    seq: int
    count: int
    steps: tuple[Change, ...]
    complete: bool  # False: more than MOST were missed


async def changes(session: AsyncSession, unit: str, since: int, now: datetime) -> Changes:
    """Steps after `since`. A row appears at its last step only: earlier ones would show what is no more."""
    at = await position(session, unit)
    events = await after(session, unit, since, limit=MOST)
    last = {encounter: seq for seq, encounter in events if encounter}
    rows = {row.id: row for row in await rows_of(session, unit, now, only=set(last))} if last else {}
    steps = tuple(
        Change(seq, encounter, rows.get(encounter))
        if encounter and last[encounter] == seq
        else Change(seq, None, None)
        for seq, encounter in events
    )
    return Changes(
        epoch=at.epoch,
        seq=at.seq,
        count=await open_count(session, unit),
        steps=steps,
        complete=at.seq - since == len(events),
    )
