"""Tasks from the inbox (må avklares): what came, why the service cannot place it, and what a person did.

Nothing that reaches us is dropped: what answers nothing of ours, cannot be read, or is about somebody we do
not know stands on the operations screen until somebody has written down what was done about it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.store.work import Work
from core.text import Answer, Request, ShortText
from integrations.events import InboxTaskSettled
from integrations.tables import InboxTask, OutboxMessage

Kind = Literal[
    "unmatched-receipt",  # a receipt on nothing we have sent
    "unreadable-receipt",  # something that is no receipt we can read
    "other-receiver",  # a receipt on a letter of ours, from somebody it was not sent to
    "not-handed-out",  # the carrier says there is something, and will not give it to us
    "unknown-patient",  # a dialogue message about nobody we know
    "which-contact",  # a report about somebody with several contacts here, or none lately
    "unreadable-message",  # neither a receipt nor a dialogue message we can read
    "receipt-not-sent",  # our own receipt could not be sent: the sender does not know that we have it
]

_SHOWN = 100


class SettledAlready(Conflict):
    """Somebody has written down already what was done about it."""

    code = "inbox-task-settled"


class Settling(Request):
    """What was done about it, e.g. whom one has called."""

    note: ShortText


class Settled(Answer):
    """It is off the list."""

    id: str
    note: str


class TaskLine(Answer):
    """One thing in the inbox that waits for a person."""

    id: str
    kind: Kind
    code: str | None
    sender: str | None
    encounter: str | None  # of the letter it is about
    dialogue: str | None
    found_at: datetime


async def note_task(
    work: Work,
    kind: Kind,
    external_id: str,
    *,
    code: str | None = None,
    sender: str | None = None,
    outbox_id: str | None = None,
    receipt_id: str | None = None,
    dialogue_id: str | None = None,
) -> bool:
    """Put it on the list of the unit worked in. The same thing again makes no second task."""
    known = await work.session.execute(select(InboxTask.id).where(InboxTask.external_id == external_id))
    if known.first() is not None:
        return False
    work.session.add(
        InboxTask(
            id=new_id(),
            unit_id=work.unit,
            kind=kind,
            external_id=external_id,
            code=code,
            sender=sender,
            outbox_id=outbox_id,
            receipt_id=receipt_id,
            dialogue_id=dialogue_id,
            found_at=work.now,
        )
    )
    return True


async def settle(work: Work, task_id: str, settling: Settling) -> Settled:
    """Write down what was done about it (avklare); it is off the list, and stays in the record."""
    require(work.actor, Permission.READ_BALANCE)
    task = await work.session.get(InboxTask, task_id, with_for_update=True)
    if task is None or task.unit_id != work.unit:
        raise NotFound(task=task_id)
    if task.settled_at is not None:
        raise SettledAlready
    task.settled_at, task.settled_by, task.note = work.now, work.actor.name, settling.note
    await work.record(InboxTaskSettled(encounter_id=None, happened_at=work.now, task=task.kind))
    return Settled(id=task.id, note=settling.note)


async def open_tasks(session: AsyncSession, unit: str, shown: int = _SHOWN) -> tuple[TaskLine, ...]:
    """What waits, the oldest first."""
    found = await session.execute(
        select(InboxTask, OutboxMessage.encounter_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == InboxTask.outbox_id)
        .where(InboxTask.unit_id == unit, InboxTask.settled_at.is_(None))
        .order_by(InboxTask.found_at, InboxTask.id)
        .limit(shown)
    )
    return tuple(
        TaskLine.model_validate(
            {
                "id": task.id,
                "kind": task.kind,
                "code": task.code,
                "sender": task.sender,
                "encounter": encounter,
                "dialogue": task.dialogue_id,
                "found_at": task.found_at,
            }
        )
        for task, encounter in found
    )


async def count_open(session: AsyncSession, unit: str) -> tuple[int, datetime | None]:
    """How many wait, and since when the oldest does."""
    found = await session.execute(
        select(func.count(), func.min(InboxTask.found_at)).where(
            InboxTask.unit_id == unit, InboxTask.settled_at.is_(None)
        )
    )
    count, oldest = found.one()
    return count, oldest
