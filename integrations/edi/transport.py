"""Whether the carrier got a letter to the receiver's door (transportkvittering), before the receiver answers.

"Delivered" is still only said on the receiver's own receipt. But a transport that failed for good is work for
a person at once, and not after three days of silence.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.store.work import Store, Work
from integrations import outbox
from integrations.dispatcher import forwarding
from integrations.edi.port import Delivery, EdiRefused, EdiUnavailable, MessageExchange
from integrations.pace.book import Book
from integrations.sending import Receipt
from integrations.tables import OutboxMessage, ReceiptRow

logger = logging.getLogger(__name__)

_CHANNEL = "gp-summary"
_ASKED_AFTER = timedelta(seconds=10)
"""Most receivers have answered by then, and nobody needs to know more."""
_PAUSE = timedelta(minutes=10)
_AT_ONCE = 8


class Transport:
    """Asks the carrier about what it has taken over and not yet said anything of."""

    def __init__(self, store: Store, exchange: MessageExchange) -> None:
        self._store = store
        self._exchange = exchange
        self._book = Book(store)

    async def look(self) -> int:
        """Ask about all that are due; says how many have come to an end of their way."""
        settled, away = 0, False
        while not away and (due := await self._store.read(_unsettled, self._store.clock())):
            told = await asyncio.gather(*(self._ask(*each) for each in due))
            settled += sum(filter(None, told))
            away = None in told
        return settled

    async def _ask(self, id: str, unit: str, external_id: str) -> bool | None:
        # None: nobody answers, and asking about others now is no use.
        try:
            said = await self._exchange.status(external_id)
        except EdiUnavailable as trouble:
            logger.warning("the carrier says nothing of what it took over: %s", trouble.reason)
            return None
        except EdiRefused as trouble:
            logger.error("the carrier does not know %s: %s", external_id, trouble.reason)
            said = []
        return await self._book.write(forwarding(unit), keep_transport, id, said)


async def _unsettled(session: AsyncSession, now: datetime) -> Sequence[tuple[str, str, str]]:
    told = exists().where(ReceiptRow.outbox_id == OutboxMessage.id, ReceiptRow.kind == "transport")
    found = await session.execute(
        select(OutboxMessage.id, OutboxMessage.unit_id, OutboxMessage.external_id)
        .where(
            OutboxMessage.state == "sent",
            OutboxMessage.channel == _CHANNEL,
            OutboxMessage.external_id.is_not(None),
            OutboxMessage.next_attempt_at <= now,
            OutboxMessage.changed_at <= now - _ASKED_AFTER,
            ~told,
        )
        .order_by(OutboxMessage.next_attempt_at)
        .limit(_AT_ONCE)
    )
    return [(row[0], row[1], row[2] or "") for row in found]


async def keep_transport(work: Work, id: str, said: Sequence[Delivery]) -> bool:
    """The carrier's word on one message; True when it is the last one."""
    message = await work.session.get_one(OutboxMessage, id, with_for_update=True)
    states = {each.transport for each in said}
    failed = sorted(states & {"rejected", "abandoned"})
    if message.state != "sent" or not (failed or states == {"acknowledged"}):
        message.next_attempt_at = work.now + _PAUSE
        return False
    errors = (f"transport-{failed[0]}",) if failed else ()
    receipt = Receipt(
        status="rejected" if failed else "ok", errors=errors, raw=", ".join(sorted(states)).encode()
    )
    await outbox.take_receipt(
        work, message.message_id, f"{message.external_id}/transport", receipt, kind="transport"
    )
    return True
