"""Who deals with what a GP has written (håndtere): take it, close it, or say whom it is about."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound, Stale
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Request, ShortText
from integrations.dialogue.protected import hide_office
from integrations.events import DialogueAssigned, DialogueClosed, DialoguePlaced
from integrations.tables import DialogueMessage, InboxTask


class NotOpen(Conflict):
    """It has been answered or closed already, or it is our own."""

    code = "dialogue-not-open"


class NumberNotFound(Conflict):
    """No encounter of this unit has that number."""

    code = "dialogue-number-not-found"


class Placing(Request):
    """Which encounter it is about: its contact number (kontaktnummer)."""

    number: ShortText


class Handled(Answer):
    """How it stands; `version` is its own."""

    id: str
    encounter: str | None
    assigned_to: str | None
    closed: bool
    version: int


async def open_one(
    work: Work, dialogue_id: str, *, expected: int, encounter: str | None = None
) -> DialogueMessage:
    """A message that waits, as whoever changes it has seen it; `encounter`: which it must be about."""
    row = await work.session.get(DialogueMessage, dialogue_id, with_for_update=True)
    if row is None or (encounter and row.encounter_id != encounter) or row.unit_id != work.unit:
        raise NotFound(dialogue=dialogue_id)
    if row.direction != "in" or row.closed_at is not None:
        raise NotOpen
    if row.row_version != expected:
        raise Stale(version=row.row_version)
    return row


async def assign(work: Work, dialogue_id: str, *, expected: int) -> Handled:
    """Say that one will answer it (jeg svarer); taking it over from somebody else is the same."""
    require(work.actor, Permission.WRITE_NOTE)
    row = await open_one(work, dialogue_id, expected=expected)
    row.assigned_to, row.assigned_at = work.actor.id, work.now
    event = DialogueAssigned(
        encounter_id=row.encounter_id, happened_at=work.now, about=row.kind, party=row.sender
    )
    return await _done(work, row, event)


async def close(work: Work, dialogue_id: str, *, expected: int) -> Handled:
    """It has been read and needs no answer (lest)."""
    require(work.actor, Permission.WRITE_NOTE)
    row = await open_one(work, dialogue_id, expected=expected)
    await close_with(work, row, "no-answer-needed")
    return _handled(row)


async def close_with(
    work: Work,
    row: DialogueMessage,
    how: Literal["answered", "no-answer-needed"],
    *,
    answer_id: str | None = None,
) -> None:
    """Nobody has to do anything about it any more."""
    row.closed_at, row.closed_by, row.closed_how = work.now, work.actor.name, how
    row.answer_id = answer_id
    event = DialogueClosed(
        encounter_id=row.encounter_id, happened_at=work.now, about=row.kind, party=row.sender
    )
    await _done(work, row, event)


async def place(work: Work, dialogue_id: str, placing: Placing, *, expected: int) -> Handled:
    """Say whom it is about, after having found out; it is then a message of that encounter."""
    require(work.actor, Permission.READ_BALANCE)
    row = await open_one(work, dialogue_id, expected=expected)
    if row.encounter_id is not None:
        raise NotOpen
    found = await work.session.execute(
        select(Encounter.id)
        .where(Encounter.unit_id == work.unit, Encounter.number == placing.number)
        .order_by(Encounter.arrived_at.desc())
        .limit(1)
    )
    encounter = found.scalar_one_or_none()
    if encounter is None:
        raise NumberNotFound(number=placing.number)
    row.encounter_id = encounter
    await hide_office(work, row)
    await _settle_task(work, row.id, placing.number)
    event = DialoguePlaced(encounter_id=encounter, happened_at=work.now, about=row.kind, party=row.sender)
    return await _done(work, row, event)


async def _settle_task(work: Work, dialogue_id: str, number: str) -> None:
    found = await work.session.execute(
        select(InboxTask).where(InboxTask.dialogue_id == dialogue_id, InboxTask.settled_at.is_(None))
    )
    for task in found.scalars():
        task.settled_at, task.settled_by, task.note = work.now, work.actor.name, number


async def _done(
    work: Work, row: DialogueMessage, event: DialogueAssigned | DialogueClosed | DialoguePlaced
) -> Handled:
    row.row_version += 1
    await work.session.flush()
    await work.record(event, unit=row.unit_id)
    return _handled(row)


def _handled(row: DialogueMessage) -> Handled:
    return Handled(
        id=row.id,
        encounter=row.encounter_id,
        assigned_to=row.assigned_to,
        closed=row.closed_at is not None,
        version=row.row_version,
    )
