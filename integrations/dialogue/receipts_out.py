"""Our receipts (applikasjonskvitteringer) on what GPs send us: fixed with the message, sent until taken.

Exactly one per message, in the version of AppRec that goes with the message's own; never on a receipt.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import new_id
from core.patients.tables import Unit
from core.store.work import Store, Work
from integrations.dispatcher import forwarding, pause
from integrations.edi.port import EdiRefused, EdiUnavailable, MessageExchange
from integrations.inbox.tasks import note_task
from integrations.kith.apprec import V1_0, V1_1, AppRec, Party, ReceiptError, ReceiptStatus, build_apprec
from integrations.kith.msg_head import Head
from integrations.tables import ReceiptOut

logger = logging.getLogger(__name__)

_AT_ONCE = 20
ERRORS = {  # list 8221
    "E21": "Mottaker finnes ikke",
    "E30": "Fødselsnummer mangler",
    "E31": "Ugyldig fødselsnummer",
    "E35": "Pasienten finnes ikke i mottakersystemet",
    "T02": "XML validerer ikke",
    "T10": "Støtter ikke meldingsformatet",
    "X99": "Annen feil",
}


async def answer_receipt(work: Work, head: Head, error: str | None, *, old: bool = False) -> None:
    """Fix the receipt on a message, in the transaction that keeps it. `old`: as AppRec v1.0."""
    receiver = head.sender.addressed
    if not head.wants_receipt or receiver is None:
        return
    known = await _of(work, receiver, head.message_id)
    if known is not None:
        return
    id = new_id()
    receipt = AppRec(
        id=id,
        generated_at=work.now,
        status=ReceiptStatus.REJECTED if error else ReceiptStatus.OK,
        errors=(ReceiptError(code=error, text=ERRORS[error]),) if error else (),
        sender=await _ourselves(work, head.receiver),
        receiver=head.sender,
        original_id=head.message_id,
        original_type=head.type,
        original_issued_at=head.generated_at,
    )
    work.session.add(
        ReceiptOut(
            id=id,
            unit_id=work.unit,
            about_id=head.message_id,
            receiver_her_id=receiver,
            status=receipt.status.value,
            error=error,
            body=build_apprec(receipt, V1_0 if old else V1_1),
            state="queued",
            attempts=0,
            next_attempt_at=work.now,
            created_at=work.now,
        )
    )


async def _ourselves(work: Work, addressed: Party) -> Party:
    """As we were addressed; what was meant for somebody else is answered by the unit that got it."""
    unit = await work.session.get_one(Unit, work.unit)
    if unit.her_id in (addressed.her_id, addressed.department_her_id, addressed.person_her_id):
        return addressed
    return Party(
        name=unit.municipality,
        her_id=unit.parent_her_id,
        department=unit.name,
        department_her_id=unit.her_id,
    )


async def answer_receipt_again(work: Work, receiver: int, about: str) -> None:
    """The sender has not heard it: the same receipt, the same bytes."""
    known = await _of(work, receiver, about)
    if known is not None and known.state != "queued":
        known.state, known.next_attempt_at, known.created_at = "queued", work.now, work.now


async def _of(work: Work, receiver: int, about: str) -> ReceiptOut | None:
    found = await work.session.execute(
        select(ReceiptOut).where(ReceiptOut.receiver_her_id == receiver, ReceiptOut.about_id == about)
    )
    return found.scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class _Due:
    id: str
    unit_id: str
    body: bytes
    attempts: int


class ReceiptSender:
    """Sends our receipts as often as needed."""

    def __init__(self, store: Store, exchange: MessageExchange, *, horizon: timedelta) -> None:
        self._store = store
        self._exchange = exchange
        self._horizon = horizon
        self._random = Random()  # noqa: S311 - spreads retries, protects nothing

    async def send_due(self) -> int:
        """Send what is due; says how many the carrier took."""
        sent = 0
        for row in await self._store.read(_due, self._store.clock()):
            actor = forwarding(row.unit_id)
            try:
                await self._exchange.send(row.body)
            except EdiUnavailable as trouble:
                wait = max(trouble.after or timedelta(0), pause(row.attempts + 1, self._random))
                await self._store.write(actor, _later, row.id, trouble.reason, wait, self._horizon)
            except EdiRefused as trouble:
                logger.error("our receipt %s is refused: %s %s", row.id, trouble.reason, trouble.detail)
                await self._store.write(actor, _give_up, row.id, trouble.reason)
            else:
                sent += await self._store.write(actor, _taken, row.id)
        return sent


async def _due(session: AsyncSession, now: datetime) -> Sequence[_Due]:
    found = await session.execute(
        select(ReceiptOut)
        .where(ReceiptOut.state == "queued", ReceiptOut.next_attempt_at <= now)
        .order_by(ReceiptOut.next_attempt_at, ReceiptOut.id)
        .limit(_AT_ONCE)
    )
    return [_Due(row.id, row.unit_id, row.body, row.attempts) for row in found.scalars()]


async def _taken(work: Work, id: str) -> int:
    row = await work.session.get_one(ReceiptOut, id, with_for_update=True)
    row.state, row.reason, row.sent_at, row.attempts = "sent", None, work.now, row.attempts + 1
    return 1


async def _later(work: Work, id: str, reason: str, wait: timedelta, horizon: timedelta) -> None:
    row = await work.session.get_one(ReceiptOut, id, with_for_update=True)
    row.reason, row.next_attempt_at, row.attempts = reason, work.now + wait, row.attempts + 1
    if work.now - row.created_at > horizon:
        await _end(work, row, reason)


async def _give_up(work: Work, id: str, reason: str) -> None:
    await _end(work, await work.session.get_one(ReceiptOut, id, with_for_update=True), reason)


async def _end(work: Work, row: ReceiptOut, reason: str) -> None:
    row.state, row.reason = "given-up", reason
    await note_task(work, "receipt-not-sent", f"{row.id}/receipt-not-sent", code=reason)
