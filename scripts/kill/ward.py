"""The ward that is killed: a fresh database with one unit, its people and their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.migrations.run import migrate
from core.access import credentials, staff
from core.access.staff import NewStaff, hash_password
from core.clock import utc_now
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.unit import NewUnit, add_unit
from core.store.database import Database
from core.store.work import Store, Work

UNIT = "nordvik"
HER_ID = 8090010
TOKEN = "kill-run"
GP: dict[str, Any] = {
    "name": "Gro Fastlege",
    "her_id": 8090101,
    "hpr_number": "9144889",
    "office_name": "Nordvik legesenter",
    "office_her_id": 8090001,
}
_NURSES = ("Nora Lie", "Lars Karlsen", "Ida Moe")
_DOCTORS = ("Dag Holm", "Dina Berg", "Henrik Sande")


@dataclass(frozen=True, slots=True)
class Keys:
    """Headers that prove who asks."""

    nurses: tuple[dict[str, str], ...]
    doctors: tuple[dict[str, str], ...]


async def move_in(database_url: str) -> Keys:
    """Set up the unit and its people; the store is closed again before the first server starts."""
    store = Store(Database(database_url), utc_now)
    try:
        await migrate(store.database)
        builder = Actor(StaffId("kill-run"), "Kill run", Role.SYSTEM, UnitId(UNIT))
        return await store.write(builder, _furnish)
    finally:
        await store.drain()


async def _furnish(work: Work) -> Keys:
    unit = NewUnit(
        id=UNIT,
        name="Nordvik legevakt",
        municipality="Nordvik kommune",
        organisation_number="999888777",
        her_id=HER_ID,
        parent_her_id=HER_ID - 1,
        rooms=("Rom 1",),
    )
    await add_unit(work, unit)
    await work.session.flush()
    return Keys(
        nurses=await _hire(work, _NURSES, Role.TRIAGE_NURSE), doctors=await _hire(work, _DOCTORS, Role.DOCTOR)
    )


async def _hire(work: Work, names: tuple[str, ...], role: Role) -> tuple[dict[str, str], ...]:
    hashed, keys = hash_password("nobody signs in with this"), []
    for number, name in enumerate(names):
        person = NewStaff(
            username=name.split()[0].lower(),
            name=name,
            role=role,
            unit=UNIT,
            password_hash=hashed,
            hpr_number=f"914490{number}" if role is Role.DOCTOR else None,
        )
        id = await staff.add_staff(work, person)
        await work.session.flush()
        token = await credentials.issue_for_staff(work, id, "token", None)
        keys.append({"Authorization": f"Bearer {token}"})
    return tuple(keys)
