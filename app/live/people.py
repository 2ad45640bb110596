"""Who has an encounter open (til stede): in this process from memory, in others from rows with a short lease.

Only where several processes share a database is anything written, and only by those that have a page open. A
process says who is there in one transaction, which rings; it says so again every few seconds, and nobody is
told of somebody whose process has stopped saying it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.ids import Actor, Role, StaffId, new_id
from core.store.database import Table
from core.store.work import Store, Work

RENEW_SECONDS = 4.0
LASTS = timedelta(seconds=12)
"""Three times that nothing was said, as with a page's own signs of life."""

_HERALD = Actor(StaffId("presence"), "Presence", Role.SYSTEM, None)


class OpenPage(Table):
    """Somebody has an encounter open in one of several processes (åpen side); it lapses by itself.

    Unlogged on PostgreSQL, and pointing at nothing: it is no part of the record and must never wait for it.
    """

    __tablename__ = "open_page"

    process: Mapped[str] = mapped_column(primary_key=True)
    encounter_id: Mapped[str] = mapped_column(primary_key=True, index=True)
    staff_id: Mapped[str] = mapped_column(primary_key=True)
    unit_id: Mapped[str]
    name: Mapped[str]
    sections: Mapped[list[str]]
    until: Mapped[datetime]


class Here(TypedDict):
    """A person who has the encounter open, and where they write, if they do."""

    id: str
    name: str
    sections: list[str]


@dataclass(frozen=True, slots=True)
class Present:
    """Who is at one encounter in one process."""

    encounter: str
    unit: str
    people: tuple[Here, ...]


def together(everybody: Iterable[Here]) -> list[Here]:
    """Each person once, however many windows they have, and in how many processes."""
    people: dict[str, Here] = {}
    for each in everybody:
        known = people.setdefault(each["id"], {**each, "sections": []})
        known["sections"] += [section for section in each["sections"] if section not in known["sections"]]
    return sorted(people.values(), key=lambda each: (each["name"], each["id"]))


async def elsewhere(
    session: AsyncSession, encounters: Collection[str], process: str, now: datetime
) -> dict[str, list[Here]]:
    """Who has these open in processes other than this one, by encounter."""
    found = await session.execute(
        select(OpenPage).where(
            OpenPage.encounter_id.in_(encounters), OpenPage.process != process, OpenPage.until > now
        )
    )
    people: dict[str, list[Here]] = {}
    for row in found.scalars():
        people.setdefault(row.encounter_id, []).append(_here(row))
    return {id: together(here) for id, here in people.items()}


def _here(row: OpenPage) -> Here:
    return {"id": row.staff_id, "name": row.name, "sections": list(row.sections)}


class Herald:
    """Tells the other processes who is here in this one."""

    def __init__(self, store: Store) -> None:
        self.process = new_id()
        self._store = store
        self._told = False

    async def tell(self, present: Collection[Present]) -> None:
        """Say who is here now, for some seconds; with nobody here, once and then no more."""
        if present or self._told:
            await self._store.write(_HERALD, _say, self.process, present)
            self._told = bool(present)


async def _say(work: Work, process: str, present: Collection[Present]) -> None:
    before = await _take_back(work, process)
    now = {(each.encounter, who["id"]): (each.unit, who) for each in present for who in each.people}
    for key in before.keys() | now.keys():
        if before.get(key) != now.get(key):
            work.units.update(each[key][0] for each in (before, now) if key in each)
    if now:
        until = work.now + LASTS
        await work.session.execute(insert(OpenPage), [_row(process, key, now[key], until) for key in now])
    await _forget_the_silent(work)


def _row(process: str, key: tuple[str, str], at: tuple[str, Here], until: datetime) -> Mapping[str, object]:
    (encounter, staff), (unit, who) = key, at
    return {
        "process": process,
        "encounter_id": encounter,
        "staff_id": staff,
        "unit_id": unit,
        "name": who["name"],
        "sections": who["sections"],
        "until": until,
    }


async def _take_back(work: Work, process: str) -> dict[tuple[str, str], tuple[str, Here]]:
    gone = await work.session.execute(delete(OpenPage).where(OpenPage.process == process).returning(OpenPage))
    return {(row.encounter_id, row.staff_id): (row.unit_id, _here(row)) for row in gone.scalars()}


async def _forget_the_silent(work: Work) -> None:
    # Skipped where another process forgets the same at this moment: neither waits.
    silent = select(OpenPage.process).where(OpenPage.until <= work.now).with_for_update(skip_locked=True)
    for process in set((await work.session.execute(silent)).scalars()):
        await work.session.execute(
            delete(OpenPage).where(OpenPage.process == process, OpenPage.until <= work.now)
        )
