"""The people of every test: nurse Nora, doctors Dag and Dina, coordinator Kari, two screens, patients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.tables import METADATA
from core.access import credentials, staff
from core.access.displays import Kind
from core.access.staff import NewStaff, hash_password
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.national_id import synthetic
from core.patients.unit import NewUnit, add_unit
from core.store.work import Store, Work

AT_HOME = staff._hasher
"""What a ward hashes passwords with. It takes long on purpose, and the tests sign in a thousand times."""
staff._hasher = PasswordHasher.from_parameters(CHEAPEST)
staff._NOBODY = staff._decoy(staff._hasher)

PASSWORD = "tolv tegn er nok"
_HASH = hash_password(PASSWORD)
UNIT, OTHER_UNIT = "nordvik", "sorvik"
ROOMS = ("Akutt 1", "Akutt 2", "Rom 1", "Rom 2", "Rom 3")
HER_ID, PARENT_HER_ID = 8090010, 8090009


def system(unit: str | None = None) -> Actor:
    """The service itself."""
    return Actor(StaffId("test"), "Test", Role.SYSTEM, UnitId(unit) if unit else None)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the cast, and what proves it."""

    actor: Actor
    username: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        """For HTTP."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody at Nordvik legevakt, and one nurse at another unit."""

    nora: Person  # triage nurse
    dag: Person  # doctor
    dina: Person  # doctor
    kari: Person  # coordinator
    admin: Person
    auditor: Person  # looks at who has opened what
    wall: Person  # a display
    waiting_room: Person  # a display in the waiting room
    exchange: Person  # the telephone exchange
    stranger: Person  # a doctor at another unit

    def all(self) -> dict[str, Person]:
        """By name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


_moved_in: tuple[Cast, dict[Table, list[dict[str, Any]]]] | None = None
"""Who moved in first in this process, and the rows they left: two thousand tests begin with the same."""


async def move_in(store: Store) -> Cast:
    """Two units and their people, in a fresh database: by the service's commands, later from their rows."""
    global _moved_in
    if _moved_in is None:
        before = await store.read(_rows)
        cast, after = await _come(store), await store.read(_rows)
        left = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
        _moved_in = cast, {table: rows for table, rows in left.items() if rows}
    else:
        await store.write(system(), _put_down, _moved_in[1])
    return _moved_in[0]


async def _rows(session: AsyncSession) -> dict[Table, list[dict[str, Any]]]:
    """Everything, in an order in which it can be put down."""
    return {
        table: [dict(row) for row in (await session.execute(select(table))).mappings()]
        for table in METADATA.sorted_tables
    }


async def _put_down(work: Work, left: dict[Table, list[dict[str, Any]]]) -> None:
    for table, rows in left.items():
        moments = [name for name, value in rows[0].items() if isinstance(value, datetime)]
        await work.session.execute(
            insert(table), [{**row, **dict.fromkeys(moments, work.now)} for row in rows]
        )


async def _come(store: Store) -> Cast:
    for unit, name in ((UNIT, "Nordvik legevakt"), (OTHER_UNIT, "Sørvik legevakt")):
        await store.write(system(), add_unit, _unit(unit, name))
    stranger = await store.write(
        system(OTHER_UNIT), hire, "fremmed", "Frida Fremmed", Role.DOCTOR, OTHER_UNIT
    )
    return await store.write(system(UNIT), _hire_all, stranger)


async def _hire_all(work: Work, stranger: Person) -> Cast:
    """In one transaction: a thousand tests begin with this."""
    return Cast(
        nora=await hire(work, "nora", "Nora Lie", Role.TRIAGE_NURSE),
        dag=await hire(work, "dag", "Dag Holm", Role.DOCTOR),
        dina=await hire(work, "dina", "Dina Berg", Role.DOCTOR),
        kari=await hire(work, "kari", "Kari Moe", Role.COORDINATOR),
        admin=await hire(work, "admin", "Arne Admin", Role.ADMIN),
        auditor=await hire(work, "anna", "Anna Kontroll", Role.AUDITOR),
        wall=await _hang_up(work, "Tavle 1", "wall"),
        waiting_room=await _hang_up(work, "Venterom", "waiting-room"),
        exchange=await hire(work, "sentral", "Telefonsentral", Role.EXCHANGE),
        stranger=stranger,
    )


def _unit(unit: str, name: str) -> NewUnit:
    return NewUnit(
        id=unit,
        name=name,
        municipality="Nordvik kommune",
        organisation_number="999888777",
        her_id=HER_ID if unit == UNIT else HER_ID + 100,
        parent_her_id=PARENT_HER_ID,
        rooms=ROOMS,
    )


async def hire(work: Work, username: str, name: str, role: Role, unit: str = UNIT) -> Person:
    """One more person, and a token that proves it."""
    new = NewStaff(
        username=username,
        name=name,
        role=role,
        unit=unit,
        password_hash=_HASH,
        hpr_number="9144900" if role is Role.DOCTOR else None,
    )
    id = await staff.add_staff(work, new)
    await work.session.flush()
    token = await credentials.issue_for_staff(work, id, "token", None)
    return Person(Actor(StaffId(id), name, role, UnitId(unit)), username, token)


async def _hang_up(work: Work, name: str, kind: Kind) -> Person:
    token = await staff.add_display(work, name, kind)
    await work.session.flush()
    actor = await credentials.whose(work.session, token, work.now)
    return Person(actor, "", token)


def arrival(**changes: Any) -> dict[str, Any]:
    """Ingrid with chest pain, as the nurse writes it at the door."""
    return {"called": "Ingrid Solvang", "complaint": "Brystsmerter", **changes}


def full_arrival(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Ingrid with everything known: identity, birth date and GP."""
    born = date(1950 + number % 50, 1 + number % 12, 1 + number % 28)
    return arrival(
        given="Ingrid",
        family="Solvang",
        birth_date=born.isoformat(),
        sex="female",
        national_id=synthetic(Random(number), born),
        general_practitioner={
            "name": "Gro Fastlege",
            "her_id": 8090101,
            "hpr_number": "9144889",
            "office_name": "Nordvik legesenter",
            "office_her_id": 8090001,
        },
        **changes,
    )


def assessment(**changes: Any) -> dict[str, Any]:
    """Vital signs of somebody who is ill: TEWS 4, and chest pain makes it orange."""
    return {
        "scale": "sats",
        "vital_signs": {
            "rr": 22,
            "hr": 112,
            "sbp": 132,
            "temp": 37.2,
            "spo2": 96,
            "avpu": "A",
            "mobility": "walking",
            "trauma": "no",
            "air_or_oxygen": "air",
        },
        "discriminators": ["chest_pain"],
        **changes,
    }


def note(**changes: Any) -> dict[str, Any]:
    """A doctor's note."""
    return {
        "subjective": "Klemmende brystsmerter i to timer.",
        "objective": "Våken, klam. EKG uten ST-elevasjon.",
        "assessment": "Ustabil angina kan ikke utelukkes.",
        "plan": "Troponin, ny vurdering om én time.",
        **changes,
    }


def finishing(**changes: Any) -> dict[str, Any]:
    """How it ended."""
    return {
        "outcome": "home-gp",
        "asked_of_gp": "Kontroll om tre dager, ny troponin.",
        "told_to_patient": "Ring 113 ved nye brystsmerter.",
        "medication_changes": None,
        **changes,
    }


DIAGNOSIS = {"system": "icpc-2", "code": "K74", "display": "Angina pectoris"}
