"""The inbox (innboks): receipts and dialogue messages, fetched from the carrier and kept as they came.

First stored with us, then marked as read at the carrier: a crash in between fetches it again, and the same
thing twice changes nothing. What cannot be placed is a person's task; nothing is left lying unseen.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.patients.tables import Unit
from core.store.work import Store, Work
from integrations import outbox
from integrations.dialogue import receiving
from integrations.dispatcher import forwarding
from integrations.edi.port import INBOX_PAGE, EdiRefused, EdiUnavailable, IncomingMessage, MessageExchange
from integrations.inbox.tasks import note_task
from integrations.kith import safe_xml
from integrations.kith.apprec import AppRec, read_apprec
from integrations.kith.report import report_in
from integrations.kith.safe_xml import UnreadableMessage
from integrations.pace.book import TOGETHER, Book
from integrations.sending import Receipt
from integrations.tables import InboxPosition
from integrations.watch import canary

logger = logging.getLogger(__name__)

_CARRIER_AWAY = frozenset(
    {"timeout", "no-connection", "not-allowed", "too-many-requests", "helseid-away", "helseid-refused"}
)
"""Trouble that every receipt would meet: asking for the rest now is no use."""
_AT_ONCE = TOGETHER


class Receipts:
    """Empties the inbox of our HER-ids."""

    def __init__(self, store: Store, exchange: MessageExchange) -> None:
        self._store = store
        self._exchange = exchange
        self._book = Book(store)
        self._prepared = set[int]()  # HER-ids this process has told the carrier about

    async def collect(self) -> int:
        """Fetch and keep everything that waits, page after page; says how much was new."""
        inboxes = await self._store.read(_our_inboxes)
        # One inbox at a time: what is wrong with one unit's registration must not silence the others.
        return sum([await self._collect(her_id, unit) for her_id, unit in inboxes])

    async def _collect(self, her_id: int, unit: str) -> int:
        new = 0
        try:
            if her_id not in self._prepared:
                await self._exchange.prepare([her_id])
                self._prepared.add(her_id)
            after, in_a_row = await self._store.read(_position, her_id), True
            seen = set[tuple[str, str | None]]()
            while True:
                page = await self._exchange.inbox([her_id], after)
                fresh = [each for each in page if (each.id, each.position) not in seen]
                seen.update((each.id, each.position) for each in fresh)
                for begin in range(0, len(fresh), _AT_ONCE):
                    some = fresh[begin : begin + _AT_ONCE]
                    kept = await self._keep_some(some, her_id, unit, in_a_row=in_a_row)
                    new += kept.count(True)
                    in_a_row = in_a_row and None not in kept
                if len(page) < INBOX_PAGE or not fresh:
                    return new
                after = page[-1].position or after
        except EdiUnavailable as trouble:
            logger.warning("receipts for %s cannot be fetched now: %s", her_id, trouble.reason)
        except EdiRefused as trouble:
            logger.error("receipts for %s are refused: %s %s", her_id, trouble.reason, trouble.detail)
        return new

    async def _keep_some(
        self, some: Sequence[IncomingMessage], her_id: int, unit: str, *, in_a_row: bool
    ) -> list[bool | None]:
        """Fetched side by side, kept in their order: an answer must not come before its question."""
        raw = await asyncio.gather(*(self._fetch(each) for each in some))
        kept = await asyncio.gather(
            *(self._keep_unless_stuck(*each, her_id, unit) for each in zip(some, raw, strict=True)),
            return_exceptions=True,
        )
        faults = [each for each in kept if isinstance(each, BaseException)]
        told = [None if isinstance(each, BaseException) else each for each in kept]
        if in_a_row:  # never past one that is stuck
            until = told.index(None) if None in told else len(told)
            position = next((each.position for each in reversed(some[:until]) if each.position), None)
            if position:
                await self._store.write(forwarding(None), _move_to, her_id, position)
        if faults:
            raise faults[0]
        return told

    async def _fetch(self, incoming: IncomingMessage) -> bytes | EdiRefused | EdiUnavailable | None:
        if not incoming.is_document:
            return None
        try:
            return await self._exchange.fetch(incoming.id)
        except (EdiRefused, EdiUnavailable) as trouble:
            return trouble

    async def _keep_unless_stuck(
        self,
        incoming: IncomingMessage,
        raw: bytes | EdiRefused | EdiUnavailable | None,
        her_id: int,
        unit: str,
    ) -> bool | None:
        # None: stuck. It stays with the carrier, and must not hold up those behind it.
        try:
            if isinstance(raw, EdiRefused | EdiUnavailable):
                raise raw
            return raw is not None and await self._keep(incoming, raw, her_id, unit)
        except EdiRefused as trouble:
            # Asking again changes nothing, so somebody must ask the carrier what it was.
            logger.error("message %s is refused: %s %s", incoming.id, trouble.reason, trouble.detail)
            await self._book.write(forwarding(unit), _not_handed_out, incoming.id, trouble.reason)
            return False
        except EdiUnavailable as trouble:
            if trouble.reason in _CARRIER_AWAY:
                raise
            logger.error("message %s cannot be fetched: %s", incoming.id, trouble.reason)
        return None

    async def _keep(self, incoming: IncomingMessage, raw: bytes, her_id: int, unit: str) -> bool:
        if _is_dialogue(raw):
            new = await self._book.write(forwarding(unit), receiving.receive, incoming.id, raw, her_id=her_id)
        else:
            new = await self._keep_receipt(incoming.id, raw, unit)
        await self._exchange.mark_read(incoming.id, her_id)
        return new

    async def _keep_receipt(self, external_id: str, raw: bytes, unit: str) -> bool:
        try:
            return await self._take(external_id, read_apprec(raw), raw, unit)
        except UnreadableMessage as fault:
            logger.error("message %s cannot be read: %s", external_id, fault.reason)
            return await self._book.write(forwarding(unit), outbox.set_aside, external_id, raw, fault.reason)

    async def _take(self, external_id: str, apprec: AppRec, raw: bytes, unit: str) -> bool:
        sender = apprec.sender
        receipt = Receipt(
            status=apprec.status.value,
            errors=tuple(error.code for error in apprec.errors),
            raw=raw,
            sender=sender.name or None,
            sender_her_ids=frozenset(
                filter(None, (sender.her_id, sender.department_her_id, sender.person_her_id))
            ),
        )
        return await self._book.write(forwarding(unit), _hear, apprec.original_id, external_id, receipt)


def _is_dialogue(raw: bytes) -> bool:
    """A dialogue message or a report. By its root: not every carrier says what it hands out."""
    try:
        root = safe_xml.parse(raw)
        return safe_xml.local_name(root) == "MsgHead" or report_in(root) is not None
    except UnreadableMessage:
        return False


async def _hear(work: Work, message_id: str, external_id: str, receipt: Receipt) -> bool:
    if await canary.hear(work, message_id, receipt):
        return True
    return await outbox.take_receipt(work, message_id, external_id, receipt, kind="application")


async def _not_handed_out(work: Work, external_id: str, reason: str) -> bool:
    return await note_task(work, "not-handed-out", f"{external_id}/not-handed-out", code=reason)


async def _position(session: AsyncSession, her_id: int) -> str | None:
    row = await session.get(InboxPosition, her_id)
    return row.position if row else None


async def _move_to(work: Work, her_id: int, position: str) -> None:
    await work.session.merge(InboxPosition(her_id=her_id, position=position))


async def _our_inboxes(session: AsyncSession) -> Sequence[tuple[int, str]]:
    found = await session.execute(select(Unit.her_id, Unit.id).where(Unit.her_id > 0).order_by(Unit.id))
    return [(her_id, unit) for her_id, unit in found]
