"""Following one patient (spor): events, messages and receipts of an encounter, in order."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import local
from core.errors import NotFound
from core.patients.tables import Encounter
from core.store.event_log import of_encounter
from integrations.messages import messages_of


async def lines(session: AsyncSession, encounter_id: str) -> list[str]:
    """One line per thing that happened, oldest first; no clinical text."""
    encounter = await session.get(Encounter, encounter_id)
    if encounter is None:
        raise NotFound(encounter=encounter_id)
    events = [
        (event.recorded_at, _line(str(event.seq), event.kind, event.actor_name, _facts(event.facts)))
        for event in await of_encounter(session, encounter_id)
    ]
    receipts = [
        (receipt.received_at, _line("", f"receipt {receipt.status}", message.channel, message.message_id))
        for message in await messages_of(session, encounter_id)
        for receipt in message.receipts
    ]
    return [f"{local(at):%Y-%m-%d %H:%M:%S%z}  {line.rstrip()}" for at, line in sorted(events + receipts)]


def _line(number: str, what: str, who: str, more: str) -> str:
    return f"{number:>6}  {what:<22} {who}  {more}"


def _facts(facts: dict[str, object]) -> str:
    return " ".join(f"{name}={value}" for name, value in facts.items() if value not in (None, ""))
