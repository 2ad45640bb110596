"""Receipts kept as they came (kvitteringer), and who they are from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from core.ids import new_id
from core.store.work import Work
from integrations.kith.addresses import receiver_her_ids
from integrations.sending import Receipt
from integrations.tables import OutboxMessage, ReceiptRow


def from_receiver(message: OutboxMessage, receipt: Receipt) -> bool:
    """Whether the letter was sent to whoever says this."""
    # An office answers for its doctors, and they for it; a receipt that names nobody is taken as theirs.
    if not receipt.sender_her_ids or message.receiver_her_id is None:
        return True
    addressed = receiver_her_ids(message.body) if message.body else frozenset[int]()
    return bool(receipt.sender_her_ids & {message.receiver_her_id, *addressed})


async def seen(work: Work, external_id: str) -> bool:
    """Whether what the carrier calls so is kept already."""
    found = await work.session.execute(select(ReceiptRow.id).where(ReceiptRow.external_id == external_id))
    return found.first() is not None


def keep(work: Work, message: OutboxMessage | None, external_id: str, receipt: Receipt, *, kind: str) -> str:
    """Keep it as it came; its id with us."""
    id = new_id()
    work.session.add(
        ReceiptRow(
            id=id,
            outbox_id=message.id if message else None,
            external_id=external_id,
            kind=kind,
            status=receipt.status,
            errors=list(receipt.errors),
            raw=receipt.raw,
            received_at=work.now,
        )
    )
    return id


async def answers(work: Work, message: OutboxMessage) -> Sequence[str]:
    """What the receiver itself has said before."""
    found = await work.session.execute(
        select(ReceiptRow.status).where(ReceiptRow.outbox_id == message.id, ReceiptRow.kind == "application")
    )
    return found.scalars().all()
