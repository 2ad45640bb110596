"""The ward behind the bad line: a fresh database with one unit, nurses, and the tokens of its screens."""

from __future__ import annotations

from dataclasses import dataclass

from app.migrations.run import migrate
from core.access import credentials, staff
from core.access.staff import NewStaff, hash_password
from core.access.tables import Display
from core.clock import utc_now
from core.ids import Actor, Role, StaffId, UnitId, new_id
from core.patients.unit import NewUnit, add_unit
from core.store.database import Database
from core.store.work import Store, Work

UNIT = "nordvik"
ROOMS = ("Akutt 1", "Akutt 2", "Rom 1", "Rom 2", "Rom 3", "Rom 4")
_NURSES = ("Nora Lie", "Lars Karlsen", "Ida Moe")

KINDS: dict[str, tuple[str, str, str]] = {
    "board": ("board", "wall", "name"),
    "board-without-names": ("board", "wall", "number"),
    "waiting-room": ("waiting-room", "waiting-room", "name"),
}
"""What a screen shows -> what it asks for, what kind of display it is, and whether it may see names."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Tokens: of nurses, and of one display for each thing that screens show."""

    nurses: tuple[str, ...]
    screens: dict[str, str]


async def move_in(database_url: str) -> Keys:
    """Set up the unit; the store is closed again before the first server starts."""
    store = Store(Database(database_url), utc_now)
    try:
        await migrate(store.database)
        builder = Actor(StaffId("fault-run"), "Fault run", Role.SYSTEM, UnitId(UNIT))
        return await store.write(builder, _furnish)
    finally:
        await store.drain()


async def _furnish(work: Work) -> Keys:
    unit = NewUnit(
        id=UNIT,
        name="Nordvik legevakt",
        municipality="Nordvik kommune",
        organisation_number="999888777",
        her_id=8090010,
        parent_her_id=8090009,
        rooms=ROOMS,
    )
    await add_unit(work, unit)
    await work.session.flush()
    nurses = [await _hire(work, name) for name in _NURSES]
    return Keys(nurses=tuple(nurses), screens={shown: await _hang_up(work, shown) for shown in KINDS})


async def _hire(work: Work, name: str) -> str:
    person = NewStaff(
        username=name.split()[0].lower(),
        name=name,
        role=Role.TRIAGE_NURSE,
        unit=UNIT,
        password_hash=hash_password("nobody signs in with this"),
    )
    id = await staff.add_staff(work, person)
    await work.session.flush()
    return await credentials.issue_for_staff(work, id, "token", None)


async def _hang_up(work: Work, shown: str) -> str:
    _, kind, names = KINDS[shown]
    display = Display(
        id=new_id(), name=shown, unit_id=UNIT, kind=kind, names=names, added_at=work.now, version=1
    )
    work.session.add(display)
    await work.session.flush()
    return await credentials.issue_for_display(work, display.id)
