"""One evening, minute by minute: patients come, doctors open them, and for an hour no register answers.

The registers speak their real protocols over sockets. While they are away each call hangs and then fails; the
ward's own deeds are done while such a call hangs. Time is the evening's own: a minute passes when all that is
due in it has been done, so nothing here depends on how fast the machine is.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import uvicorn
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs import Job, jobs
from app.migrations.run import migrate
from app.outward.ways import Ways
from app.sandbox.main import create_sandbox
from app.sandbox.national import wsdl
from app.sandbox.national.clinical import Clinical
from app.ward.patients import arrival, new_patient
from app.ward.registers import registers
from app.wiring import reactions
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.gp.registered import GpLookup
from core.patients.open_record import open_record
from core.patients.unit import NewUnit, add_unit
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store
from journal.clinical_tables import ClinicalLookup
from journal.queries.documents import documents
from journal.queries.encounter_page import encounter_page
from journal.queries.page import EncounterPage
from scripts.bench.figures import Spread
from scripts.kill.run import database
from triage.commands.check_in import Arrival, check_in

UNIT, HER_ID = "nordvik", 8090010
ASKED = ("gp-lookup", "kjernejournal", "medication-list", "person-register")
_PLACES = ("flr", "ar", "kj", "sfm", "person")
_BEGAN = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
LONGEST = timedelta(minutes=17)
"""Pauses between questions grow to a quarter of an hour, and jobs look each minute here."""

_DAY = (_BEGAN + timedelta(hours=1)).date()


@dataclass(slots=True)
class Evening:
    """What happened."""

    now: datetime = _BEGAN
    came: dict[str, datetime] = field(default_factory=dict)  # by encounter
    waited: dict[bool, list[int]] = field(default_factory=lambda: {True: [], False: []})  # by: registers away
    meanwhile: int = 0  # deeds done from beginning to end while a register's call hung
    told_away: int = 0  # pages opened in that hour that said so
    opened_away: int = 0
    filled: dict[str, datetime] = field(default_factory=dict)  # when the last answer was there, by encounter

    def __call__(self) -> datetime:
        """The evening's clock."""
        return self.now


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every question was answered afterwards and every page said what was missing meanwhile."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="lvout") as folder, database(given.database, folder) as url:
        evening = asyncio.run(_run(given, url, Path(folder)))
    return _report(given, evening)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/register_outage", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--minutes", type=int, default=240, help="of the evening")
    parser.add_argument(
        "--away", type=int, nargs=2, default=(60, 120), metavar=("FROM", "TO"), help="minutes"
    )
    parser.add_argument("--every", type=int, default=4, help="minutes between arrivals")
    parser.add_argument("--hang", type=float, default=0.1, help="seconds a call hangs before it fails")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    return parser


@dataclass(slots=True)
class _Ward:
    store: Store
    jobs: list[Job]
    beyond: httpx.AsyncClient
    nurse: Actor
    doctor: Actor


async def _run(given: argparse.Namespace, url: str, folder: Path) -> Evening:
    evening = Evening()
    async with AsyncExitStack() as stack:
        ward = await _open(stack, url, folder, evening)
        random = Random(given.seed)
        for minute in range(given.minutes):
            if minute in given.away:
                await _weather(ward, given, away=minute == given.away[0])
            away = given.away[0] <= minute < given.away[1]
            asking = [asyncio.create_task(job.run()) for job in ward.jobs]
            await asyncio.sleep(0)  # the questions go out first
            if minute % given.every == 0 and minute < given.away[1] + 30:
                await _somebody_comes(ward, evening, random, len(evening.came))
            await _open_the_last(ward, evening, asking, away=away)
            await asyncio.gather(*asking)
            evening.now += timedelta(minutes=1)
            await _look(ward, evening)
    return evening


async def _open(stack: AsyncExitStack, url: str, folder: Path, evening: Evening) -> _Ward:
    sandbox = create_sandbox(
        our_her_id=HER_ID, clock=evening, registers=registers(), clinical=Clinical(everybody=True)
    )
    beyond = await stack.enter_async_context(_serving(sandbox))
    flr, ar = wsdl.write(folder)
    settings = Settings(
        environment="test",
        database_url=url,
        flr_url=f"{beyond}/flr",
        flr_wsdl=flr,
        ar_url=f"{beyond}/ar",
        ar_wsdl=ar,
        kjernejournal_url=f"{beyond}/kj/",
        critical_url=f"{beyond}/kj/fhir/",
        pll_url=f"{beyond}/sfm/",
        person_url=f"{beyond}/person/",
    )
    ways = Ways(settings, evening)
    stack.push_async_callback(ways.close)
    store = Store(Database(url), evening, reactions(settings))
    stack.push_async_callback(store.drain)
    await migrate(store.database)
    asking = [job for job in jobs(store, ways, settings) if job.name in ASKED]
    assert len(asking) == len(ASKED)
    http = httpx.AsyncClient(base_url=beyond, trust_env=False, timeout=10)
    nurse, doctor = await _move_in(store)
    return _Ward(store, asking, await stack.enter_async_context(http), nurse, doctor)


@asynccontextmanager
async def _serving(app: Any) -> AsyncIterator[str]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not task.done():  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


async def _move_in(store: Store) -> tuple[Actor, Actor]:
    unit = NewUnit(
        id=UNIT,
        name="Nordvik legevakt",
        municipality="Nordvik kommune",
        organisation_number="999888777",
        her_id=HER_ID,
        parent_her_id=HER_ID - 1,
        rooms=("Rom 1",),
    )
    await store.write(Actor(StaffId("outage"), "Outage", Role.SYSTEM, None), add_unit, unit)
    people = ((Role.TRIAGE_NURSE, "Nora Lie"), (Role.DOCTOR, "Dag Holm"))
    nurse, doctor = (Actor(StaffId(role.value), name, role, UnitId(UNIT)) for role, name in people)
    return nurse, doctor


async def _weather(ward: _Ward, given: argparse.Namespace, *, away: bool) -> None:
    if not away:
        answer = await ward.beyond.delete("/sandbox/faults")
    else:
        fault = {"times": 10_000, "status": 503, "hang_seconds": given.hang}
        answer = await ward.beyond.post("/sandbox/faults", json={place: [fault] for place in _PLACES})
    answer.raise_for_status()


async def _somebody_comes(ward: _Ward, evening: Evening, random: Random, number: int) -> None:
    patient = new_patient(number, random, _DAY, arrived_at=0.0)
    while patient.person.national_id is None:  # only those whom a register can be asked about
        patient = new_patient(number, random, _DAY, arrived_at=0.0)
    given = Arrival.model_validate(arrival(patient))
    encounter = await ward.store.write(ward.nurse, check_in, given, UNIT, "test")
    evening.came[encounter.id] = evening.now


async def _open_the_last(
    ward: _Ward, evening: Evening, asking: Sequence[asyncio.Task[object]], *, away: bool
) -> None:
    """The doctor opens whoever came last; how long that took, and whether a register hung all the while."""
    if not evening.came:
        return
    began = time.monotonic_ns()
    page: EncounterPage = await open_record(
        ward.store, encounter_page, list(evening.came)[-1], ward.doctor, documents=documents
    )
    evening.waited[away].append(time.monotonic_ns() - began)
    if not away:
        return
    evening.opened_away += 1
    evening.meanwhile += any(not task.done() for task in asking)
    person = page.patient.registered
    registers = (page.critical.looked_up, page.medicine_list.looked_up, person.looked_up if person else None)
    evening.told_away += all(told and (told.away or told.answered_at is None) for told in registers)


async def _look(ward: _Ward, evening: Evening) -> None:
    """Whose questions have all been answered by now."""
    for encounter in await ward.store.read(_answered):
        evening.filled.setdefault(encounter, evening.now)


async def _answered(session: AsyncSession) -> list[str]:
    found = Counter((await session.execute(
        select(ClinicalLookup.encounter_id).where(ClinicalLookup.answered_at.is_not(None))
    )).scalars())  # fmt: skip
    found.update((await session.execute(
        select(GpLookup.encounter_id).where(GpLookup.answered_at.is_not(None))
    )).scalars())  # fmt: skip
    return [encounter for encounter, times in found.items() if times == len(ASKED)]


def _report(given: argparse.Namespace, evening: Evening) -> int:
    back = _BEGAN + timedelta(minutes=given.away[1])
    gone = _BEGAN + timedelta(minutes=given.away[0])
    unanswered = [encounter for encounter in evening.came if encounter not in evening.filled]
    due = {encounter: max(came, back) for encounter, came in evening.came.items() if came >= gone}
    late = sorted((evening.filled[e] - at for e, at in due.items() if e in evening.filled), reverse=True)
    well, away = (Spread.of(evening.waited[which]) for which in (False, True))
    print(
        f"{given.minutes} minutes on {given.database}, registers away from {given.away[0]} to {given.away[1]}"
    )
    print(f"  came                 {len(evening.came):>6}")
    print(f"  page, registers well {well.p50:>6.1f} ms, p99 {well.p99:.1f}")
    print(f"  page, registers away {away.p50:>6.1f} ms, p99 {away.p99:.1f}")
    print(
        f"  done while one hung  {evening.meanwhile:>6}  of {evening.opened_away} pages opened in that hour"
    )
    print(f"  said that it is away {evening.told_away:>6}")
    print(f"  not filled in        {len(unanswered):>6}  of {len(evening.came)}")
    if late:
        minutes = late[0].total_seconds() / 60
        print(f"  the last answer came {minutes:>6.0f}  minutes after they were back, or after arrival")
    faults = [
        f"{len(unanswered)} patients are not filled in" if unanswered else "",
        "a page did not say that a register is away" if evening.told_away != evening.opened_away else "",
        "nothing was opened while they were away" if not evening.opened_away else "",
        "answers came later than the longest pause" if late and late[0] > LONGEST else "",
    ]
    for fault in filter(None, faults):
        print(f"  FAILED {fault}")
    print("FAILED" if any(faults) else "kept: nobody waited, and everything was filled in afterwards")
    return 1 if any(faults) else 0


if __name__ == "__main__":
    sys.exit(main())
