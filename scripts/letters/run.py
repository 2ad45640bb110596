"""One letters run: write, send on a bad night while we are killed, count, and say what was found."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
from joserfc.jwk import ECKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from core.clock import utc_now
from core.store.database import Database
from core.store.work import Store
from integrations.dispatcher import Dispatcher
from scripts.kill.processes import DiedByItself, Server, free_port
from scripts.kill.run import database
from scripts.kill.ward import UNIT, move_in
from scripts.letters import encounters, facts, weather
from scripts.letters.bare import posted_per_second
from scripts.letters.facts import Facts
from scripts.letters.nurse import Nurse
from scripts.letters.report import Run, report

CHANNELS = ("gp-summary", "shared-record")
_HORIZON = timedelta(hours=72)
_FAIR_SHARE = 0.15  # of the letters leave first, in good weather: what the ward itself can do
_CALM_SHARE = 0.9  # of the letters; from here on the receivers behave, so that a run comes to an end
_BARE = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything promised was kept, and there was enough of it to count."""
    given = _parser().parse_args(arguments)
    given.channels = tuple(given.channels.split(","))
    with tempfile.TemporaryDirectory(prefix="lvletters") as folder, database(given.database, folder) as url:
        try:
            run, found = asyncio.run(_run(given, url, Path(folder)))
        except (DiedByItself, TimeoutError) as fault:
            print(f"FAILED: {fault or 'the run did not end in time'}")
            return 1
    return report(given, run, found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/letters_run", description=__doc__)
    parser.add_argument("--encounters", type=int, default=500)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=600.0, help="the whole run, at most")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument(
        "--by-hand", type=int, default=200, help="so many from the door to the signature; the rest put in"
    )
    parser.add_argument("--channels", default=",".join(CHANNELS), help="which letters, with commas")
    return parser


async def _run(given: argparse.Namespace, url: str, folder: Path) -> tuple[Run, Facts]:
    run, public = Run(), _new_keys(folder)
    keys = await move_in(url)
    async with asyncio.timeout(given.seconds):
        began = time.monotonic()
        doctors = await _doctors(url)
        await encounters.make(url, given.encounters, given.channels, doctors, given.by_hand)
        run.writing = time.monotonic() - began
        beyond, bare = _receiver(folder, "beyond", keys=True), _receiver(folder, "bare", keys=False)
        ward = _ward(url, beyond.url, folder, given.channels)
        nurse = Nurse(keys.nurses[0], ward.url)
        at_her_desk = asyncio.create_task(nurse.work())
        try:
            for each in (beyond, bare):
                await each.start()
                await each.until_ready()
            run.bare = await posted_per_second(bare.url, await _bodies(url))
            await bare.stop()
            await _in_good_weather(run, ward, url)
            await _send_and_kill(given, run, ward, beyond, url, public)
            run.saves = (len(nurse.seconds), nurse.within(0.5), nurse.within(0.99))
            await ward.stop()
            await _later(url)
            found = await facts.look(url, beyond.url)
        finally:
            at_her_desk.cancel()
            for each in (ward, beyond, bare):
                await each.stop()
    return run, found


def _new_keys(folder: Path) -> list[dict[str, Any]]:
    """Two keys of ours as HelseID knows them; the newer stands beside the older, as when they are changed."""
    public = []
    for name in ("new", "old"):
        key = ECKey.generate_key("P-256", private=True)
        (folder / f"{name}.jwk").write_text(json.dumps(key.as_dict(private=True)))
        public.append(dict(key.as_dict(private=False)))
    (folder / "known.json").write_text(json.dumps(public[1:]))  # the new one is not registered yet
    return public


def _receiver(folder: Path, name: str, *, keys: bool) -> Server:
    port = free_port()
    arguments = [str(port), str(folder / f"{name}.db")]
    return Server(
        "scripts.letters.receiver",
        *arguments,
        *([str(folder / "known.json")] if keys else []),
        port=port,
        ready="/sandbox/told",
        log=folder / f"{name}.log",
        environment={},
    )


def _ward(url: str, beyond: str, folder: Path, channels: Sequence[str]) -> Server:
    port = free_port()
    environment = {
        "LEGEVAKT_DATABASE_URL": url,
        "LEGEVAKT_DATA_DIR": str(folder),
        "LEGEVAKT_HOST": "127.0.0.1",
        "LEGEVAKT_PORT": str(port),
        "LEGEVAKT_ENVIRONMENT": "test",  # synthetic identity numbers only
        "LEGEVAKT_HELSEID_URL": f"{beyond}/helseid",
        "LEGEVAKT_HELSEID_CLIENT": UNIT,
        "LEGEVAKT_HELSEID_KEYS": f"{folder}/new.jwk,{folder}/old.jwk",
        "LEGEVAKT_EDI_URL": f"{beyond}/edi/",
        "LEGEVAKT_EDI_SCOPE": "nhn:edi",
        "LEGEVAKT_DISPATCH_SECONDS": "0.2",
        "LEGEVAKT_RECEIPT_SECONDS": "0.5",
    }
    if "shared-record" in channels:
        environment |= {"LEGEVAKT_RECORD_URL": f"{beyond}/mhd/", "LEGEVAKT_RECORD_SCOPE": "nhn:mhd"}
    return Server(
        "app.cli", "serve", port=port, ready="/health/ready", log=folder / "ward.log", environment=environment
    )


async def _in_good_weather(run: Run, ward: Server, url: str) -> None:
    """The first letters leave with nothing in the way; receipts count, since only they end a letter."""
    under_way = "SELECT count(*) FROM outbox_message WHERE state IN ('queued', 'sent')"
    total = await _count(url, under_way)
    await ward.start()
    await ward.until_ready()
    began, left = time.monotonic(), total
    while left > (1 - _FAIR_SHARE) * total:
        await asyncio.sleep(0.1)
        ward.require_alive()
        left = await _count(url, under_way)
    run.fair = (total - left) / (time.monotonic() - began)


async def _send_and_kill(
    given: argparse.Namespace, run: Run, ward: Server, beyond: Server, url: str, public: list[dict[str, Any]]
) -> None:
    """Kills spread over the backlog, one of them while everybody is down; then calm until nothing waits."""
    async with httpx.AsyncClient(base_url=beyond.url, trust_env=False, timeout=30) as control:
        (await control.post("/sandbox/faults", json=weather.each_once())).raise_for_status()
        await _put(control, "/sandbox/weather", weather.bad_night(given.seed))
        random, total = Random(given.seed), await _waiting(url)
        kill_at = [total * (1 - (n + 1) / (given.kills + 1)) for n in range(given.kills)]
        began, stormy = time.monotonic(), True
        while (waits := await _waiting(url)) or stormy:
            run.curve.append((time.monotonic() - began, waits))
            if kill_at and waits <= kill_at[0]:
                kill_at.pop(0)
                await asyncio.sleep(random.uniform(0, 0.3))
                await _kill(given, run, ward, control, public)
            if stormy and not kill_at and waits <= (1 - _CALM_SHARE) * total:
                stormy = False
                run.stormy = (total - waits) / max(time.monotonic() - began - run.down, 0.1)
                (await control.delete("/sandbox/faults")).raise_for_status()
            ward.require_alive()
            await asyncio.sleep(0.25)
        run.draining = time.monotonic() - began
        await _until_answered(url, ward)


async def _kill(
    given: argparse.Namespace,
    run: Run,
    ward: Server,
    control: httpx.AsyncClient,
    public: list[dict[str, Any]],
) -> None:
    await ward.kill()
    run.kills += 1
    # Each kill goes with another piece of bad luck; the first three of them are always these.
    luck = run.kills % 3
    if luck == 1:
        await _put(control, "/sandbox/weather", weather.all_down(given.seed))
    elif luck == 2:  # the old key has ended, and the new one is known
        await _put(control, "/sandbox/helseid/keys", {"client": UNIT, "keys": public[:1]})
    else:  # no key of ours is known for a while
        await _put(control, "/sandbox/helseid/keys", {"client": UNIT, "keys": []})
        (await control.delete("/sandbox/helseid/tokens")).raise_for_status()
    killed = time.monotonic()
    await ward.start()
    await ward.until_ready()
    run.down += time.monotonic() - killed
    if luck == 1:
        await asyncio.sleep(1.5)
        await _put(control, "/sandbox/weather", weather.bad_night(given.seed + run.kills))
    elif luck == 0:
        await asyncio.sleep(1.5)
        await _put(control, "/sandbox/helseid/keys", {"client": UNIT, "keys": public})


async def _put(control: httpx.AsyncClient, path: str, body: Any) -> None:
    (await control.put(path, json=body)).raise_for_status()


async def _until_answered(url: str, ward: Server) -> None:
    """Until what comes by itself has come: the slowest receipt, and what the carrier says of transport."""
    before, still = -1, 0
    while still < 12:  # nothing has changed for so many looks, and the slowest word takes less
        ward.require_alive()
        await asyncio.sleep(1)
        now = await _count(url, "SELECT count(*) FROM receipt")
        still = still + 1 if now == before else 0
        before = now


async def _later(url: str) -> None:
    """Three days later: what nobody has answered becomes a person's work, by the service's own rule."""
    store = Store(Database(url), lambda: utc_now() + _HORIZON + timedelta(hours=1))
    try:
        dispatcher = Dispatcher(store, {}, horizon=_HORIZON)
        while await dispatcher.give_up_unanswered():
            pass
    finally:
        await store.drain()


async def _waiting(url: str) -> int:
    return await _count(url, "SELECT count(*) FROM outbox_message WHERE state = 'queued'")


async def _count(url: str, statement: str) -> int:
    return int((await _rows(url, statement))[0][0])


async def _doctors(url: str) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in await _rows(url, "SELECT id, name FROM staff WHERE role = 'doctor'")]


async def _bodies(url: str) -> list[bytes]:
    statement = f"SELECT body FROM outbox_message WHERE channel = 'gp-summary' LIMIT {_BARE}"
    return [bytes(row[0]) for row in await _rows(url, statement)]


async def _rows(url: str, statement: str) -> list[Any]:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return list(await connection.execute(text(statement)))
    finally:
        await engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
