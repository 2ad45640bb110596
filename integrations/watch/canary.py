"""The canary (prøvemelding): each hour a message about nobody to a test receiver, whose receipt must come.

It travels the whole way that letters travel, and is in no figure of the ward. When it is not answered in
time, the way to the GPs is silent although every single letter looks sent.
"""

from __future__ import annotations

import logging
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
from integrations.kith.apprec import Party
from integrations.kith.dialogue import CLINICAL, Outgoing, build_dialogue
from integrations.kith.msg_head import Head
from integrations.sending import Receipt
from integrations.tables import CanaryMessage

logger = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
ANSWERED_WITHIN = timedelta(minutes=15)
"""A receiver's system answers within minutes; after this the way counts as silent."""


@dataclass(frozen=True, slots=True)
class Due:
    """A canary to send now."""

    id: str
    body: bytes
    attempts: int


class Canary:
    """Sends for each unit that has a HER-id, and notices silence."""

    def __init__(self, store: Store, exchange: MessageExchange, *, receiver_her_id: int) -> None:
        self._store = store
        self._exchange = exchange
        self._receiver = receiver_her_id
        self._random = Random()  # noqa: S311 - spreads retries, protects nothing

    async def fly(self) -> int:
        """Write what is due, send what waits, give up what was not answered; says how many were sent."""
        sent = 0
        for unit in await self._store.read(_units):
            actor = forwarding(unit)
            row = await self._store.write(actor, write_due, self._receiver)
            if row is not None:
                sent += await self._send(unit, row)
        return sent

    async def _send(self, unit: str, row: Due) -> int:
        actor = forwarding(unit)
        try:
            external_id = await self._exchange.send(row.body)
        except EdiUnavailable as trouble:
            wait = max(trouble.after or timedelta(0), pause(row.attempts + 1, self._random))
            await self._store.write(actor, _not_taken, row.id, trouble.reason, wait)
            return 0
        except EdiRefused as trouble:
            logger.error("the canary is refused: %s %s", trouble.reason, trouble.detail)
            await self._store.write(actor, _fallen, row.id, trouble.reason)
            return 0
        await self._store.write(actor, _taken, row.id, external_id)
        return 1


async def _units(session: AsyncSession) -> list[str]:
    return list((await session.execute(select(Unit.id).where(Unit.her_id > 0).order_by(Unit.id))).scalars())


async def latest(session: AsyncSession, unit: str) -> CanaryMessage | None:
    """The newest canary of a unit."""
    found = await session.execute(
        select(CanaryMessage)
        .where(CanaryMessage.unit_id == unit)
        .order_by(CanaryMessage.created_at.desc(), CanaryMessage.id)
        .limit(1)
    )
    return found.scalar_one_or_none()


async def last_answer(session: AsyncSession, unit: str) -> datetime | None:
    """When the test receiver last answered."""
    found = await session.execute(
        select(CanaryMessage.answered_at)
        .where(CanaryMessage.unit_id == unit, CanaryMessage.answered_at.is_not(None))
        .order_by(CanaryMessage.answered_at.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


def is_silent(row: CanaryMessage, now: datetime) -> bool:
    """Refused, not answered in time, or no longer sent; a canary that is still young says nothing yet."""
    age = now - row.created_at
    late = row.state != "answered" and age > ANSWERED_WITHIN
    return row.state == "failed" or late or age > EVERY + ANSWERED_WITHIN


async def write_due(work: Work, receiver: int) -> Due | None:
    """The canary to send now: the one that waits, or a new one when the hour is over; None when neither."""
    last = await latest(work.session, work.unit)
    if last is None or work.now - last.created_at >= EVERY:
        if last is not None and last.state in ("queued", "sent"):
            last.state, last.reason = "failed", last.reason or "no-receipt"
        row = await _written(work, receiver)
        work.session.add(row)
        return Due(row.id, row.body, row.attempts)
    if last.state == "queued" and last.next_attempt_at <= work.now:
        return Due(last.id, last.body, last.attempts)
    return None


async def _written(work: Work, receiver: int) -> CanaryMessage:
    unit = await work.session.get_one(Unit, work.unit)
    message_id = new_id()
    head = Head(
        type=CLINICAL,
        message_id=message_id,
        generated_at=work.now,
        wants_receipt=True,
        test=True,
        parent_id=None,
        conversation_id=None,
        sender=Party(
            name=unit.municipality,
            her_id=unit.parent_her_id,
            department=unit.name,
            department_her_id=unit.her_id,
        ),
        receiver=Party(name="Testmottaker", her_id=receiver),
        organisation_number=unit.organisation_number,
        patient=None,
    )
    told = Outgoing(
        head=head,
        subject="Prøvemelding",
        text="Prøvemelding uten pasient. Krever ingen behandling.",
        doctor=None,
        hpr_number=None,
    )
    return CanaryMessage(
        id=new_id(),
        unit_id=unit.id,
        message_id=message_id,
        body=build_dialogue(told),
        state="queued",
        attempts=0,
        created_at=work.now,
        next_attempt_at=work.now,
    )


async def _taken(work: Work, id: str, external_id: str) -> None:
    row = await work.session.get_one(CanaryMessage, id, with_for_update=True)
    row.attempts, row.external_id, row.sent_at = row.attempts + 1, external_id, work.now
    if row.state == "queued":  # the answer may have been faster
        row.state, row.reason = "sent", None


async def _not_taken(work: Work, id: str, reason: str, wait: timedelta) -> None:
    row = await work.session.get_one(CanaryMessage, id, with_for_update=True)
    row.attempts, row.reason, row.next_attempt_at = row.attempts + 1, reason, work.now + wait


async def _fallen(work: Work, id: str, reason: str) -> None:
    row = await work.session.get_one(CanaryMessage, id, with_for_update=True)
    row.attempts, row.reason, row.state = row.attempts + 1, reason, "failed"


async def hear(work: Work, message_id: str, receipt: Receipt) -> bool:
    """A receipt on a canary; False when it is on something else."""
    found = await work.session.execute(
        select(CanaryMessage).where(CanaryMessage.message_id == message_id).with_for_update()
    )
    row = found.scalar_one_or_none()
    if row is None:
        return False
    if receipt.status == "rejected":
        row.state, row.reason = "failed", ", ".join(receipt.errors) or "rejected"
    elif row.state != "answered":
        row.state, row.reason, row.answered_at = "answered", None, work.now
    return True
