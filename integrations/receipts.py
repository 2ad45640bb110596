"""Receipts (kvitteringer): fetched from the carrier, kept as they came, matched on the message's identity.

First stored with us, then marked as read at the carrier: a crash in between fetches it again, and the same
receipt twice changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Unit
from core.store.work import Store, Work
from integrations import outbox
from integrations.dispatcher import forwarding
from integrations.edi.port import EdiRefused, EdiUnavailable, IncomingMessage, MessageExchange
from integrations.kith.apprec import AppRec, read_apprec
from integrations.kith.safe_xml import UnreadableMessage
from integrations.sending import Receipt
from integrations.tables import InboxPosition, OutboxMessage

logger = logging.getLogger(__name__)

_CARRIER_AWAY = frozenset(
    {"timeout", "no-connection", "not-allowed", "too-many-requests", "helseid-away", "helseid-refused"}
)
"""Trouble that every receipt would meet: asking for the rest now is no use."""


class Receipts:
    """Empties the inbox of our HER-ids."""

    def __init__(self, store: Store, exchange: MessageExchange) -> None:
        self._store = store
        self._exchange = exchange
        self._prepared = set[int]()  # HER-ids this process has told the carrier about

    async def collect(self) -> int:
        """Fetch and keep every receipt that waits; says how many were new."""
        her_ids = await self._store.read(_our_her_ids)
        # One inbox at a time: what is wrong with one unit's registration must not silence the others.
        return sum([await self._collect(her_id) for her_id in her_ids])

    async def _collect(self, her_id: int) -> int:
        new, in_a_row = 0, True
        try:
            if her_id not in self._prepared:
                await self._exchange.prepare([her_id])
                self._prepared.add(her_id)
            after = await self._store.read(_position, her_id)
            for incoming in await self._exchange.inbox([her_id], after):
                kept = await self._keep_unless_stuck(incoming, her_id)
                new += bool(kept)
                in_a_row = in_a_row and kept is not None
                if incoming.position and in_a_row:  # never past one that is stuck
                    await self._store.write(forwarding(None), _move_to, her_id, incoming.position)
        except EdiUnavailable as trouble:
            logger.warning("receipts for %s cannot be fetched now: %s", her_id, trouble.reason)
        except EdiRefused as trouble:
            logger.error("receipts for %s are refused: %s %s", her_id, trouble.reason, trouble.detail)
        return new

    async def _keep_unless_stuck(self, incoming: IncomingMessage, her_id: int) -> bool | None:
        # None: stuck. It stays with the carrier, and must not hold up those behind it.
        try:
            return await self._keep(incoming, her_id)
        except EdiRefused as trouble:
            logger.error("receipt %s is refused: %s %s", incoming.id, trouble.reason, trouble.detail)
        except EdiUnavailable as trouble:
            if trouble.reason in _CARRIER_AWAY:
                raise
            logger.error("receipt %s cannot be fetched: %s", incoming.id, trouble.reason)
        return None

    async def _keep(self, incoming: IncomingMessage, her_id: int) -> bool:
        if not incoming.is_document:
            return False
        if not incoming.is_apprec and incoming.position is None:
            return False  # a dialogue message stays in the inbox until somebody can read it
        raw = await self._exchange.fetch(incoming.id)
        try:
            new = await self._take(incoming.id, read_apprec(raw), raw)
        except UnreadableMessage as fault:
            logger.error("receipt %s cannot be read: %s", incoming.id, fault.reason)
            new = await self._store.write(forwarding(None), outbox.set_aside, incoming.id, raw, fault.reason)
        await self._exchange.mark_read(incoming.id, her_id)
        return new

    async def _take(self, external_id: str, apprec: AppRec, raw: bytes) -> bool:
        unit = await self._store.read(_unit_of, apprec.original_id)
        receipt = Receipt(
            status=apprec.status.value, errors=tuple(error.code for error in apprec.errors), raw=raw
        )
        return await self._store.write(
            forwarding(unit),
            outbox.take_receipt,
            apprec.original_id,
            external_id,
            receipt,
            kind="application",
        )


async def _position(session: AsyncSession, her_id: int) -> str | None:
    row = await session.get(InboxPosition, her_id)
    return row.position if row else None


async def _move_to(work: Work, her_id: int, position: str) -> None:
    await work.session.merge(InboxPosition(her_id=her_id, position=position))


async def _our_her_ids(session: AsyncSession) -> Sequence[int]:
    return (await session.execute(select(Unit.her_id).where(Unit.her_id > 0))).scalars().all()


async def _unit_of(session: AsyncSession, message_id: str) -> str | None:
    found = await session.execute(select(OutboxMessage.unit_id).where(OutboxMessage.message_id == message_id))
    return found.scalar_one_or_none()
