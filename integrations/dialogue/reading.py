"""Dialogue with GPs as it is read: of one encounter, and what waits in the unit (henvendelser)."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.ids import Actor
from core.patients.tables import Encounter
from core.text import Answer, Moment
from integrations.tables import DialogueMessage, OutboxMessage

_SHOWN = 200


class DialogueFile(Answer):
    """A file that came with it."""

    name: str | None
    media_type: str | None
    size: int
    opens: bool | None = None  # None: it came before that was looked at; whoever opens it is told


class DialogueLine(Answer):
    """One message. `text` and files only where the record is open, or where nobody knows whose it is."""

    id: str
    encounter: str | None
    number: str | None  # contact number
    direction: Literal["in", "out"]
    kind: Literal["question", "answer", "note", "report"]  # report: from a laboratory or radiology
    party: str  # the office at the other end
    person: str | None  # who wrote it
    topic: str | None
    subject: str | None
    text: str | None
    files: tuple[DialogueFile, ...]
    at: Moment
    due_at: Moment | None
    answers_it: str | None  # name of who has said that they will
    closed_at: Moment | None
    closed_by: str | None
    closed_how: Literal["answered", "no-answer-needed", "erased"] | None  # erased: no words are left
    state: str | None  # of ours: how far it has come
    version: int


async def dialogue_of(session: AsyncSession, encounter: str, _actor: Actor) -> tuple[DialogueLine, ...]:
    """What has been written about one encounter, the oldest first."""
    found = await session.execute(
        select(DialogueMessage, Staff.name, Encounter.number, OutboxMessage.state)
        .outerjoin(Staff, Staff.id == DialogueMessage.assigned_to)
        .outerjoin(Encounter, Encounter.id == DialogueMessage.encounter_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == DialogueMessage.outbox_id)
        .where(DialogueMessage.encounter_id == encounter)
        .order_by(DialogueMessage.received_at, DialogueMessage.direction, DialogueMessage.id)
    )
    return tuple(_line(row, name, number, state, whole=True) for row, name, number, state in found)


async def unread_on(session: AsyncSession, encounter: str) -> int:
    """How many messages and reports about this encounter nobody has answered or read."""
    found = await session.execute(
        select(func.count()).where(
            DialogueMessage.encounter_id == encounter,
            DialogueMessage.direction == "in",
            DialogueMessage.closed_at.is_(None),
        )
    )
    return found.scalar_one()


async def unit_dialogue(session: AsyncSession, unit: str) -> tuple[DialogueLine, ...]:
    """What waits in the unit: questions by when they are due, then the rest by age."""
    found = await session.execute(
        select(DialogueMessage, Staff.name, Encounter.number)
        .outerjoin(Staff, Staff.id == DialogueMessage.assigned_to)
        .outerjoin(Encounter, Encounter.id == DialogueMessage.encounter_id)
        .where(
            DialogueMessage.unit_id == unit,
            DialogueMessage.direction == "in",
            DialogueMessage.closed_at.is_(None),
        )
        .order_by(DialogueMessage.due_at.is_(None), DialogueMessage.due_at, DialogueMessage.received_at)
        .limit(_SHOWN)
    )
    return tuple(
        _line(row, name, number, None, whole=row.encounter_id is None) for row, name, number in found
    )


def _line(
    row: DialogueMessage, name: str | None, number: str | None, state: str | None, *, whole: bool
) -> DialogueLine:
    return DialogueLine.model_validate(
        {
            "id": row.id,
            "encounter": row.encounter_id,
            "number": number,
            "direction": row.direction,
            "kind": row.kind,
            "party": row.sender,
            "person": row.person,
            "topic": row.topic,
            "subject": row.subject if whole else None,
            "text": row.text if whole else None,
            "files": tuple(row.attachments) if whole else (),
            "at": row.received_at,
            "due_at": row.due_at,
            "answers_it": name,
            "closed_at": row.closed_at,
            "closed_by": row.closed_by,
            "closed_how": row.closed_how,
            "state": state,
            "version": row.row_version,
        }
    )
