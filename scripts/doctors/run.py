"""Runs the two doctors against a server of its own and counts their words in what became of the encounter."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import utc_now
from core.store.database import Database
from core.store.work import Store
from journal.live_tables import DraftConflict
from journal.tables import Note
from scripts.bench.databases import KINDS, database
from scripts.doctors.writer import FIELDS, Doctor
from scripts.kill.processes import Server, free_port
from scripts.kill.ward import UNIT, move_in

_ARRIVAL = {"called": "Mann, 60 år", "complaint": "Brystsmerter", "sex": "male"}
_ENDING = {"outcome": "home", "told_to_patient": "Ta kontakt ved forverring"}


@dataclass
class Outcome:
    """What was written, and what became of it."""

    written: int = 0
    lost: list[str] = field(default_factory=list)
    signed: int = 0
    set_aside: int = 0  # words only in what somebody chose against
    done: Counter[str] = field(default_factory=Counter)
    conflicts: int = 0


async def write_together(url: str, seconds: float, seed: int, folder: Path) -> Outcome:
    """The whole evening of one encounter, on this empty database."""
    keys = await move_in(url)
    server = Server(
        "app.cli", "serve", port=(port := free_port()), ready="/health/ready", log=folder / "ward.log",
        environment=_environment(url, port),
    )  # fmt: skip
    await server.start()
    try:
        await server.until_ready()
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
            return await _write(http, url, keys.nurses[0], keys.doctors[:2], seconds=seconds, seed=seed)
    finally:
        await server.stop()


def _environment(url: str, port: int) -> dict[str, str]:
    return {
        "LEGEVAKT_DATABASE_URL": url,
        "LEGEVAKT_PORT": str(port),
        "LEGEVAKT_ENVIRONMENT": "test",
    }


async def _write(
    http: httpx.AsyncClient,
    url: str,
    nurse: Mapping[str, str],
    tokens: Sequence[Mapping[str, str]],
    *,
    seconds: float,
    seed: int,
) -> Outcome:
    came = await http.post(f"/api/units/{UNIT}/arrivals", json=_ARRIVAL, headers=dict(nurse))
    came.raise_for_status()
    path = f"/api/encounters/{came.json()['id']}"
    (await http.post(f"{path}/take", json={}, headers=dict(tokens[0]))).raise_for_status()
    first, second = (
        Doctor(http, path, name, token) for name, token in zip(("dag", "dina"), tokens, strict=True)
    )
    until = asyncio.get_running_loop().time() + seconds
    await asyncio.gather(first.write(Random(seed), until), second.write(Random(seed + 1), until))
    await _sign(http, path, first, tokens[0])
    return await _count(url, came.json()["id"], (first, second))


async def _sign(http: httpx.AsyncClient, path: str, doctor: Doctor, token: Mapping[str, str]) -> None:
    """What is undecided is decided, and what then stands on the signer's screen is signed."""
    await doctor.choose(None)
    await doctor.load()
    page = await http.get(path, headers=dict(token))
    diagnosis = {"system": "icpc-2", "code": "K74", "display": "Angina pectoris"}
    tagged = {**token, "If-Match": page.headers["etag"]}
    coded = await http.post(f"{path}/diagnoses", json=diagnosis, headers=tagged)
    coded.raise_for_status()
    body = {**_ENDING, "note": doctor.text}
    signed = await http.post(
        f"{path}/finish", json=body, headers={**token, "If-Match": coded.headers["etag"]}, timeout=20
    )
    if not signed.is_success:
        raise SystemExit(f"could not sign: {signed.text}")


async def _count(url: str, encounter: str, doctors: Iterable[Doctor]) -> Outcome:
    store = Store(Database(url), utc_now)
    try:
        signed, aside, conflicts = await store.read(_words_of, encounter)
    finally:
        await store.drain()
    outcome = Outcome(conflicts=conflicts)
    for doctor in doctors:
        outcome.done += doctor.figures.done
        for word in doctor.figures.words:
            outcome.written += 1
            outcome.signed += word in signed
            outcome.set_aside += word not in signed and word in aside
            if word not in signed | aside | doctor.figures.unsaid:
                outcome.lost.append(word)
    return outcome


async def _words_of(session: AsyncSession, encounter: str) -> tuple[set[str], set[str], int]:
    """The words that were signed, those a person chose against, and how often two differed."""
    notes = (await session.execute(select(Note).where(Note.encounter_id == encounter))).scalars()
    signed = {
        word for note in notes if note.signed_at for name in FIELDS for word in getattr(note, name).split()
    }
    found = await session.execute(select(DraftConflict).where(DraftConflict.encounter_id == encounter))
    conflicts = found.scalars().all()
    against: dict[str, Any] = {"first": "second", "second": "first"}
    aside = {
        word
        for each in conflicts
        if each.chosen in against
        for word in getattr(each, against[each.chosen]).split()
    }
    return signed, aside, len(conflicts)


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="how long they write (30, at most 600)")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lv") as named, database(given.database, Path(named)) as url:
        outcome = asyncio.run(write_together(url, min(given.seconds, 600), given.seed, Path(named)))
    print(f"{given.database}, {given.seconds:.0f} s: {outcome.written} words, {dict(outcome.done)}")
    print(
        f"{outcome.signed} signed, {outcome.set_aside} chosen against by a person, "
        f"{outcome.conflicts} places where two differed, {len(outcome.lost)} lost"
    )
    if outcome.lost:
        sys.exit(f"LOST: {' '.join(outcome.lost[:50])}")


if __name__ == "__main__":
    main()
