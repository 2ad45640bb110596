"""What is there after the run: our letters and lists, what the receivers hold, and what they have said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from core.clock import utc_now
from core.store.database import Database
from core.store.work import Store
from integrations.messages import BalanceLine, balance
from integrations.shared_record.document import master_identifier
from integrations.watch.worklist import Worklist, worklist
from scripts.kill.ward import UNIT

_ALL = 1_000_000


@dataclass(slots=True)
class Facts:
    """Everything the checks ask about."""

    finished: int = 0
    letters: list[dict[str, Any]] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, str]] = field(default_factory=list)  # what GPs' systems said, by document
    days: tuple[BalanceLine, ...] = ()
    letters_listed: set[str] = field(default_factory=set)  # identities of letters that wait for a person
    tasks: list[tuple[str, str]] = field(default_factory=list)  # what came in, as listed: kind, carrier's id
    for_a_person: int = 0


async def look(url: str, beyond: str) -> Facts:
    """Our side by the very queries of the operations screen, and once more by plain SQL."""
    facts = Facts()
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            finished = await connection.execute(
                text("SELECT count(*) FROM encounter WHERE status = 'finished'")
            )
            facts.finished = finished.scalar_one()
            rows = await connection.execute(
                text(
                    "SELECT id, encounter_id, channel, message_id, sha256, state, reason, attempts"
                    " FROM outbox_message"
                )
            )
            facts.letters = [dict(row._mapping) for row in rows]
            kept = await connection.execute(text("SELECT id, external_id FROM inbox_task"))
            external = {str(row[0]): str(row[1]) for row in kept}
    finally:
        await engine.dispose()
    for row in facts.letters:
        shared = row["channel"] == "shared-record"
        row["sent_as"] = master_identifier(row["message_id"]) if shared else row["message_id"]
    await _lists(facts, url, external)
    async with httpx.AsyncClient(base_url=beyond, trust_env=False, timeout=60) as http:
        facts.received = (await http.get("/sandbox/received")).raise_for_status().json()
        facts.told = (await http.get("/sandbox/told")).raise_for_status().json()
    return facts


async def _lists(facts: Facts, url: str, external: dict[str, str]) -> None:
    store = Store(Database(url), utc_now)
    identity = {row["id"]: row["sent_as"] for row in facts.letters}
    try:
        listed: Worklist = await store.read(worklist, UNIT, utc_now(), _ALL)
        facts.days = await store.read(balance, UNIT, utc_now() + timedelta(minutes=1))
    finally:
        await store.drain()
    facts.letters_listed = {identity[line.id] for line in listed.lines if line.group == "person"}
    facts.tasks = [(task.kind, external[task.id]) for task in listed.tasks]
    facts.for_a_person = listed.for_a_person
