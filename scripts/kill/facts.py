"""What is really there: read straight from the database, from the API and from the receiving side."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from integrations.shared_record.document import master_identifier


@dataclass(slots=True)
class Facts:
    """The record after the run."""

    encounters: dict[str, dict[str, Any]] = field(default_factory=dict)  # id -> status, complaint, doctor
    reasons: Counter[str] = field(default_factory=Counter)  # of assessments
    notes: list[tuple[str, str]] = field(default_factory=list)  # encounter, words
    drafts: list[tuple[str, str]] = field(default_factory=list)
    diagnoses: Counter[str] = field(default_factory=Counter)
    events: dict[str, Counter[str]] = field(default_factory=dict)  # encounter -> kind -> how many
    numbers: dict[str, list[int]] = field(default_factory=dict)  # unit -> seq of its events
    counters: dict[str, int] = field(default_factory=dict)  # unit -> where its counter stands
    conclusions: Counter[str] = field(default_factory=Counter)
    messages: list[dict[str, Any]] = field(default_factory=list)
    receipts: Counter[str] = field(default_factory=Counter)  # outbox id -> receipts of the receiver itself
    board: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)  # encounter -> as a doctor sees it
    received: list[dict[str, Any]] = field(default_factory=list)


async def read_database(url: str) -> Facts:
    """Everything the checks ask about, on one picture and without the program's own queries."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await _read(connection)
    finally:
        await engine.dispose()


async def _read(connection: AsyncConnection) -> Facts:
    async def rows(statement: str) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in await connection.execute(text(statement))]

    facts = Facts()
    facts.encounters = {
        row["id"]: row for row in await rows("SELECT id, status, complaint, doctor_id FROM encounter")
    }
    facts.reasons = Counter(row["reason"] for row in await rows("SELECT reason FROM assessment"))
    facts.notes = [
        (row["encounter_id"], row["subjective"])
        for row in await rows("SELECT encounter_id, subjective FROM note")
    ]
    facts.drafts = [
        (row["encounter_id"], row["body"] if isinstance(row["body"], str) else json.dumps(row["body"]))
        for row in await rows("SELECT encounter_id, body FROM draft")
    ]
    facts.diagnoses = Counter(row["display"] for row in await rows("SELECT display FROM diagnosis"))
    facts.conclusions = Counter(
        row["encounter_id"] for row in await rows("SELECT encounter_id FROM conclusion")
    )
    for row in await rows("SELECT unit_id, seq, kind, encounter_id FROM event ORDER BY unit_id, seq"):
        facts.numbers.setdefault(row["unit_id"], []).append(row["seq"])
        facts.events.setdefault(row["encounter_id"], Counter())[row["kind"]] += 1
    facts.counters = {
        row["unit_id"]: row["seq"] for row in await rows("SELECT unit_id, seq FROM event_counter")
    }
    facts.messages = await rows(
        # A letter of a signature taken back is nobody's: should one reach a receiver, it is one too many.
        "SELECT id, encounter_id, channel, message_id, sha256, state, reason FROM outbox_message"
        " WHERE coalesce(reason, '') <> 'undone'"
    )
    for row in facts.messages:
        shared = row["channel"] == "shared-record"
        row["sent_as"] = master_identifier(row["message_id"]) if shared else row["message_id"]
    facts.receipts = Counter(
        row["outbox_id"]
        for row in await rows(
            "SELECT outbox_id FROM receipt WHERE kind = 'application' AND status <> 'rejected'"
        )
    )
    return facts


async def read_api(
    facts: Facts, http: httpx.AsyncClient, unit: str, doctor: dict[str, str], encounters: list[str]
) -> None:
    """The same as a doctor sees it: the board, and the page of some encounters."""
    facts.board = (await http.get(f"/api/units/{unit}/board", headers=doctor)).raise_for_status().json()
    for encounter in encounters:
        answer = await http.get(f"/api/encounters/{encounter}", headers=doctor)
        facts.pages[encounter] = answer.json() if answer.is_success else {"notes": [], "diagnoses": []}


async def read_receiver(facts: Facts, beyond: str) -> None:
    """What the GP and the shared record have taken in."""
    async with httpx.AsyncClient(base_url=beyond, trust_env=False) as http:
        facts.received = (await http.get("/sandbox/received")).raise_for_status().json()
