"""The record itself, read past the service: the truth that screens are compared with."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from pydantic_core import to_json
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.wiring import TOPICS
from core.clock import utc_now
from core.errors import Unavailable
from core.ids import Actor, Role, StaffId
from core.patients.encounter import OPEN
from core.patients.tables import Encounter
from core.store.database import Database
from core.store.event_log import EventCounter, EventRow, Position, new_epoch, position
from core.store.work import Store, Work
from scripts.faults.ledger import Ledger, Truth, fingerprint
from scripts.faults.ward import KINDS
from scripts.kill.ward import UNIT

_LOOK_SECONDS = 0.1


class Record:
    """Looks at the database ten times a second and writes down what is true."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        self._store = Store(Database(url), utc_now)
        self._ledger = ledger

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            with suppress(Unavailable):  # a database under load is asked again
                await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> Truth:
        """What is true now."""
        truths = self._ledger.truths
        known = Position(truths[-1].epoch, truths[-1].seq) if truths else None
        found = await self._store.read(_read, known)
        if found is not None:
            at, prints = found
            truths.append(Truth(asyncio.get_running_loop().time(), at.epoch, at.seq, prints))
        return truths[-1]

    async def lose_history(self) -> None:
        """As a restored backup does: the log gets another epoch."""
        builder = Actor(StaffId("fault-run"), "Fault run", Role.SYSTEM, None)
        await self._store.write(builder, _begin_anew)

    async def finish(self) -> None:
        """The last look: the log, and who is here by the table of encounters alone."""
        await self.look()
        self._ledger.steps, self._ledger.open = await self._store.read(_read_end)
        await self._store.drain()


async def _read(session: AsyncSession, known: Position | None) -> tuple[Position, dict[str, str]] | None:
    at = await position(session, UNIT)
    if at == known:
        return None
    prints = {}
    for shown in KINDS:
        rows = await TOPICS[shown].rows(session, UNIT, utc_now())
        prints[shown] = fingerprint(json.loads(to_json(list(rows.values()))))
    return at, prints


async def _begin_anew(work: Work) -> None:
    counter = await work.session.get_one(EventCounter, UNIT)
    counter.epoch = new_epoch()


async def _read_end(session: AsyncSession) -> tuple[list[tuple[int, str, str]], set[str]]:
    log = await session.execute(
        select(EventRow.seq, EventRow.kind, EventRow.encounter_id)
        .where(EventRow.unit_id == UNIT)
        .order_by(EventRow.seq)
    )
    here = await session.execute(
        select(Encounter.id).where(Encounter.unit_id == UNIT, Encounter.status.in_(OPEN))
    )
    return [(seq, kind, encounter or "") for seq, kind, encounter in log], set(here.scalars())
