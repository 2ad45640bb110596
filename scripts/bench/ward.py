"""Wards to measure on: units, people, screens' keys and open patients, made by the service's own commands."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from app.migrations.run import migrate
from app.ward.patients import arrival, assessment, new_patient
from core.access import credentials, staff
from core.access.staff import NewStaff, hash_password
from core.clock import utc_now
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.unit import NewUnit, add_unit
from core.store.database import Database
from core.store.work import Store, Work
from triage.commands.assess import NewAssessment, assess
from triage.commands.check_in import Arrival, check_in

ROOMS = tuple(f"Rom {number}" for number in range(1, 9))
_TODAY = date(2026, 11, 25)


@dataclass(slots=True)
class Ward:
    """A unit: who may ask there and who is in it."""

    unit: str
    nurse: str  # tokens
    walls: list[str]
    desks: list[str]
    encounters: list[str] = field(default_factory=list)

    def screens(self, number: int) -> list[dict[str, Any]]:
        """What the load client needs to follow the board from every wall and desk."""
        return [
            {"path": f"/ws/units/{self.unit}/board", "headers": _bearer(token), "unit": number}
            for token in (*self.walls, *self.desks)
        ]

    def changes(self, random: Random) -> Iterator[list[Any]]:
        """What nurses do all evening: look to somebody, or show somebody to a room; one event each."""
        while True:
            encounter = random.choice(self.encounters)
            if random.random() < 0.7:
                yield [f"/api/encounters/{encounter}/seen", _bearer(self.nurse), "{}"]
            else:
                body = json.dumps({"place": random.choice(ROOMS)})
                yield [f"/api/encounters/{encounter}/place", _bearer(self.nurse), body]


def furnish(url: str, *, units: int, walls: int, desks: int, patients: int) -> list[Ward]:
    """Build the wards; the store is closed again before the first server starts."""
    return asyncio.run(_furnish(url, units, walls, desks, patients))


def some_changes(wards: list[Ward], count: int, seed: int = 2026) -> list[list[Any]]:
    """So many changes, spread over the wards in turn."""
    random = Random(seed)
    streams = [ward.changes(random) for ward in random.sample(wards, len(wards))]
    return [next(stream) for stream in itertools.islice(itertools.cycle(streams), count)]


async def _furnish(url: str, units: int, walls: int, desks: int, patients: int) -> list[Ward]:
    store = Store(Database(url), utc_now)
    hashed = hash_password("nobody signs in with this")
    try:
        await migrate(store.database)
        wards = []
        for number in range(units):
            builder = Actor(StaffId("bench"), "Bench", Role.SYSTEM, None)
            inside = Actor(StaffId("bench"), "Bench", Role.SYSTEM, UnitId(f"ward-{number}"))
            await store.write(builder, _open_unit, number)
            ward = await store.write(inside, _hire, hashed, walls, desks)
            nurse = await store.read(credentials.whose, ward.nurse, store.clock())
            ward.encounters = await store.write(nurse, _fill, Random(number), patients)
            wards.append(ward)
        return wards
    finally:
        await store.drain()


async def _open_unit(work: Work, number: int) -> str:
    unit = NewUnit(
        id=f"ward-{number}",
        name=f"Legevakt {number}",
        municipality="Nordvik kommune",
        organisation_number="999888777",
        her_id=0,
        parent_her_id=0,
        rooms=ROOMS,
    )
    return await add_unit(work, unit)


async def _hire(work: Work, hashed: str, walls: int, desks: int) -> Ward:
    person = NewStaff(
        username=f"nurse-{work.unit}",
        name="Nora Lie",
        role=Role.TRIAGE_NURSE,
        unit=work.unit,
        password_hash=hashed,
    )
    nurse = await staff.add_staff(work, person)
    await work.session.flush()
    sessions = [await credentials.issue_for_staff(work, nurse, "token", None) for _ in range(desks + 1)]
    hung = [await staff.add_display(work, f"Vegg {number}") for number in range(walls)]
    return Ward(work.unit, sessions[0], hung, sessions[1:])


async def _fill(work: Work, random: Random, patients: int) -> list[str]:
    found = []
    for number in range(patients):
        # Nobody with an identity number: the same person must not be here twice.
        patient = new_patient(number, random, _TODAY, arrived_at=0.0)
        given = {**arrival(patient), "national_id": None}
        known = await check_in(work, Arrival(**given), work.unit, "test")
        if random.random() < 0.9:
            await work.session.flush()
            await assess(work, known.id, NewAssessment(**assessment(patient, _TODAY, random)), None)
        found.append(known.id)
    return found


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
