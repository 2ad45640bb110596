"""How long the doctor's page takes for a patient with two hundred earlier contacts, and how that grows.

The whole page over HTTP from a server process as users run it, signed in, with its line in the access log:
all that happens between the click and the last byte. The large database has the same patient and the same
ward on the board; only the years behind them are more.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import httpx

from app.migrations.run import migrate
from app.ward.patients import arrival, assessment, new_patient
from core.access import credentials, staff
from core.access.staff import NewStaff, hash_password
from core.clock import utc_now
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.national_id import synthetic
from core.patients.unit import NewUnit, add_unit
from core.store.database import Database
from core.store.work import Store, Work
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.take_patient import Taking, take_patient
from scripts.bench import machine
from scripts.bench.databases import KINDS, database
from scripts.bench.figures import Spread, table
from scripts.bench.many_contacts import multiply
from scripts.kill.processes import Server, free_port
from triage.commands.assess import NewAssessment, assess
from triage.commands.check_in import Arrival, CheckedIn, check_in
from triage.commands.look_after import register_left

SMALL = 1000
PROMISED_MS, PROMISED_RATIO = 150.0, 1.3
_UNITS, _REAL = 4, 20  # units of one municipality; contacts made by the commands in each, then copied
_WARD = 14  # others on the board
_WARM = 3  # the first requests open connections and read templates
_HEADS = ("encounters", "earlier", "on a core, ms", "page p50 ms", "p99", "list p50 ms", "p99", "KiB")
_NOTE = {
    "subjective": "Tre døgn med feber, hoste og gulgrønt oppspytt. Tyngre å puste siste ettermiddag.",
    "objective": "Våken og klar. Knatring basalt høyre side, dempet perkusjon. CRP 148.",
    "assessment": "Høyresidig lungebetennelse.",
    "plan": "Doksysyklin i 7 dager.",
}
_CODES = (("R81", "Lungebetennelse"), ("A03", "Feber"), ("L81", "Skade"), ("D01", "Magesmerter"))


@dataclass(frozen=True, slots=True)
class Found:
    """One database."""

    encounters: int
    contacts: int
    page: Spread  # as the reader waits for it
    work: Spread  # time on a core, whatever else the machine does
    listed: Spread
    kilobytes: float


@dataclass(frozen=True, slots=True)
class _Ward:
    token: str  # of a doctor of the first unit
    encounter: str  # the patient's contact tonight


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table and the ratio per database; there is no pass or fail."""
    given = _parser().parse_args(arguments)
    for kind in given.database or KINDS:
        print(f"{kind}: {machine.describe()}")
        with tempfile.TemporaryDirectory(prefix="lvrecord") as name:
            found = asyncio.run(_measure(kind, Path(name), given))
        print(table(_HEADS, [_line(each) for each in found]))
        ratios = [getattr(found[-1], of).p50 / getattr(found[0], of).p50 for of in ("page", "work")]
        print(
            f"{ratios[0]:.2f} x the small one, on a core {ratios[1]:.2f} x (wanted at most {PROMISED_RATIO});"
            f" {found[-1].work.p50:.0f} ms of work (wanted below {PROMISED_MS:.0f})\n"
        )
    print(f"at the end: {machine.describe()}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench_record", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--encounters", type=int, default=50_000, help="in the large database")
    parser.add_argument("--small", type=int, default=SMALL, help="in the small one")
    parser.add_argument("--contacts", type=int, default=200, help="earlier ones of the patient")
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--database", choices=KINDS, action="append", help="may be repeated; both")
    return parser


def _line(found: Found) -> list[object]:
    times = (f"{found.work.p50:.1f}", *_ms(found.page), *_ms(found.listed))
    return [found.encounters, found.contacts, *times, f"{found.kilobytes:.0f}"]


def _ms(spread: Spread) -> tuple[str, str]:
    return f"{spread.p50:.1f}", f"{spread.p99:.1f}"


async def _measure(kind: str, folder: Path, given: argparse.Namespace) -> list[Found]:
    """Both servers up at once and asked in turn, so that a machine that is busy is busy for both."""
    sizes = list(dict.fromkeys((given.small, given.encounters)))
    async with AsyncExitStack() as stack:
        asked = [await stack.enter_async_context(_served(kind, folder, size, given)) for size in sizes]
        for number in range(given.requests + _WARM):
            for one in asked:
                await one.ask(count=number >= _WARM)
        return [await one.found() for one in asked]


@dataclass(slots=True)
class _Asked:
    """A server with its database, and what its answers took."""

    http: httpx.AsyncClient
    pid: int
    encounters: int
    encounter: str
    work: list[int] = field(default_factory=list)
    page: list[int] = field(default_factory=list)
    listed: list[int] = field(default_factory=list)
    size: int = 0

    async def ask(self, *, count: bool) -> None:
        """The page and the list, once each."""
        for took, path in ((self.page, ""), (self.listed, "/earlier")):
            used = machine.cpu_seconds([self.pid])
            began = time.monotonic_ns()
            answer = await self.http.get(f"/encounters/{self.encounter}{path}")
            if answer.status_code != 200:
                raise SystemExit(f"{path or 'page'}: {answer.status_code}\n{answer.text[:2000]}")
            if count:
                took.append(time.monotonic_ns() - began)
            if count and not path:
                self.work.append(int((machine.cpu_seconds([self.pid]) - used) * 1e9))
            self.size = self.size or len(answer.content)

    async def found(self) -> Found:
        """What came of it."""
        told = await self.http.get(f"/api/encounters/{self.encounter}/earlier-contacts")
        total = told.json()["total"]
        times = [Spread.of(each) for each in (self.page, self.work, self.listed)]
        return Found(self.encounters, total, *times, self.size / 1024)


@asynccontextmanager
async def _served(
    kind: str, folder: Path, encounters: int, given: argparse.Namespace
) -> AsyncIterator[_Asked]:
    data = folder / str(encounters)
    data.mkdir()
    with database(kind, data) as url:
        began = time.monotonic()
        ward = await _furnish(url, encounters, given.contacts)
        print(f"  {encounters} encounters were there after {time.monotonic() - began:.0f} s", flush=True)
        port, log = free_port(), data / "server.log"
        environment = {
            "LEGEVAKT_DATABASE_URL": url,
            "LEGEVAKT_DATA_DIR": str(data),
            "LEGEVAKT_PORT": str(port),
        }
        environment |= {"LEGEVAKT_MODULES": "journal", "LEGEVAKT_ENVIRONMENT": "test"}
        server = Server(
            "app.cli", "serve", port=port, ready="/health/ready", log=log, environment=environment
        )
        headers = {"Authorization": f"Bearer {ward.token}"}
        try:
            await server.start()
            await server.until_ready()
            async with httpx.AsyncClient(
                base_url=server.url, headers=headers, trust_env=False, timeout=30
            ) as http:
                yield _Asked(http, server.pid, encounters, ward.encounter)
        finally:
            await server.stop()


async def _furnish(url: str, encounters: int, contacts: int) -> _Ward:
    store = Store(Database(url), utc_now)
    random, today = Random(2026), (utc_now() - timedelta(hours=2)).date()
    builder = Actor(StaffId("bench"), "Bench", Role.SYSTEM, None)
    try:
        await migrate(store.database)
        hashed = hash_password("nobody signs in with this")
        doctors, token = [], ""
        for number in range(_UNITS):
            await store.write(builder, _open_unit, number)
            inside = Actor(StaffId("bench"), "Bench", Role.SYSTEM, UnitId(f"ward-{number}"))
            doctor, given = await store.write(inside, _hire, hashed)
            doctors.append(doctor)
            token = token or given
            for each in range(_REAL):
                await _treat(store, doctor, random, today, each)
        known = synthetic(random, date(1948, 3, 2))
        first = await _come(store, doctors[0], known)
        await store.write(doctors[0], _leave, first.id)
        await multiply(url, max(0, encounters // (_UNITS * _REAL) - 1), first.patient_id, contacts)
        for each in range(_WARD):
            await _arrive(store, doctors[0], random, today, each)
        now = await _come(store, doctors[0], known)
        await store.write(doctors[0], take_patient, now.id, Taking())
        return _Ward(token, now.id)
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
        rooms=tuple(f"Rom {room}" for room in range(1, 9)),
    )
    return await add_unit(work, unit)


async def _hire(work: Work, hashed: str) -> tuple[Actor, str]:
    new = NewStaff(
        username=f"doctor-{work.unit}",
        name="Dag Holm",
        role=Role.DOCTOR,
        unit=work.unit,
        password_hash=hashed,
        hpr_number="9144900",
    )
    id = await staff.add_staff(work, new)
    await work.session.flush()
    token = await credentials.issue_for_staff(work, id, "token", None)
    return Actor(StaffId(id), new.name, new.role, UnitId(work.unit)), token


async def _arrive(store: Store, doctor: Actor, random: Random, today: date, number: int) -> str:
    patient = new_patient(number, random, today, arrived_at=0.0)
    # Nobody with an identity number: the same person must not be here twice.
    given = Arrival(**{**arrival(patient), "national_id": None})
    came = await store.write(doctor, check_in, given, doctor.unit or "", "test")
    seen = NewAssessment(**assessment(patient, today, random))
    await store.write(doctor, assess, came.id, seen, None)
    return came.id


async def _treat(store: Store, doctor: Actor, random: Random, today: date, number: int) -> None:
    id = await _arrive(store, doctor, random, today, number)
    taken = await store.write(doctor, take_patient, id, Taking())
    code, display = random.choice(_CODES)
    coded = NewDiagnosis(system="icpc-2", code=code, display=display)
    set_ = await store.write(doctor, set_diagnosis, id, coded, taken.version)
    ending = Finishing.model_validate({"outcome": "home", "note": _NOTE})
    await store.write(doctor, finish_encounter, id, ending, set_.version)


async def _come(store: Store, doctor: Actor, known: str) -> CheckedIn:
    given = Arrival(called="Bjørg Solvang", complaint="Tung pust", national_id=known)
    return await store.write(doctor, check_in, given, doctor.unit or "", "test")


async def _leave(work: Work, id: str) -> None:
    await register_left(work, id, 1)


if __name__ == "__main__":
    sys.exit(main())
