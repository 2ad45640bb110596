"""The whole record with what forwarding keeps of it: letters as their receivers read them, and dialogue."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import Actor
from integrations.dialogue.reading import DialogueLine, dialogue_of
from integrations.gp_summary.read import read
from integrations.gp_summary.shown import GpPage, gp_page
from integrations.messages import messages_of
from integrations.tables import OutboxMessage
from journal.queries.copies.whole_record import CopiedContact, WholeRecord, whole_record


@dataclass(frozen=True, slots=True)
class ContactSheet:
    """One contact. Where something is kept back, letters and dialogue are too: they may repeat it."""

    contact: CopiedContact
    letters: tuple[GpPage, ...]
    dialogue: tuple[DialogueLine, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything on the paper."""

    record: WholeRecord
    sheets: tuple[ContactSheet, ...]


async def whole(session: AsyncSession, copy_id: str, actor: Actor) -> Whole:
    """Read in one picture of the record."""
    record = await whole_record(session, copy_id, actor, messages_of)
    return Whole(record, tuple([await _sheet(session, each, actor) for each in record.contacts]))


async def _sheet(session: AsyncSession, contact: CopiedContact, actor: Actor) -> ContactSheet:
    if contact.kept_back:
        return ContactSheet(contact, (), ())
    id = contact.page.id
    found = await session.execute(
        select(OutboxMessage.body, OutboxMessage.created_at)
        .where(
            OutboxMessage.encounter_id == id,
            OutboxMessage.channel == "gp-summary",
            OutboxMessage.body.is_not(None),
            OutboxMessage.reason.is_distinct_from("undone"),
        )
        .order_by(OutboxMessage.created_at, OutboxMessage.id)
    )
    letters = tuple(gp_page(read(body or b""), received_at=at) for body, at in found)
    return ContactSheet(contact, letters, await dialogue_of(session, id, actor))
