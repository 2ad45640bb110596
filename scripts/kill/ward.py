"""The ward that is killed: a fresh database with one unit, its people and their keys."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.migrations.run import migrate
from core.access import credentials, staff
from core.access.staff import NewStaff, hash_password
from core.clock import utc_now
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.unit import NewUnit, add_unit
from core.store.database import Database
from core.store.work import Store, Work

T = TypeVar("T")

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
NURSES = ("Nora Lie", "Lars Karlsen", "Ida Moe")
_DOCTORS = ("Dag Holm", "Dina Berg", "Henrik Sande")


@dataclass(frozen=True, slots=True)
class Keys:
    """Headers that prove who asks."""

    nurses: tuple[dict[str, str], ...]
    doctors: tuple[dict[str, str], ...]


async def move_in(database_url: str) -> Keys:
    """Set up the unit and its people."""
    return await furnished(database_url, _furnish)


async def furnished(database_url: str, furnish: Callable[[Work], Coroutine[Any, Any, T]]) -> T:
    """A fresh database with what `furnish` puts there; closed again before the first server starts."""
    store = Store(Database(database_url), utc_now)
    try:
        await migrate(store.database)
        builder = Actor(StaffId("builder"), "Builder", Role.SYSTEM, UnitId(UNIT))
        return await store.write(builder, furnish)
    finally:
        await store.drain()


async def _furnish(work: Work) -> Keys:
    await open_unit(work, rooms=("Rom 1",))
    return Keys(
        nurses=_headers(await hire(work, NURSES, Role.TRIAGE_NURSE)),
        doctors=_headers(await hire(work, _DOCTORS, Role.DOCTOR)),
    )


def _headers(tokens: Iterable[str]) -> tuple[dict[str, str], ...]:
    return tuple({"Authorization": f"Bearer {token}"} for token in tokens)


async def open_unit(work: Work, *, rooms: tuple[str, ...]) -> None:
    """The one unit there is."""
    unit = NewUnit(
        id=UNIT,
        name="Nordvik legevakt",
        municipality="Nordvik kommune",
        organisation_number="999888777",
        her_id=HER_ID,
        parent_her_id=HER_ID - 1,
        rooms=rooms,
    )
    await add_unit(work, unit)
    await work.session.flush()


async def hire(work: Work, names: Iterable[str], role: Role) -> tuple[str, ...]:
    """People of the unit; what each proves with who asks."""
    hashed, tokens = hash_password("nobody signs in with this"), []
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
        tokens.append(await credentials.issue_for_staff(work, id, "token", None))
    return tuple(tokens)
