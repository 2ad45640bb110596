"""The dispatcher (utsender): sends what is due, as often as needed, unchanged.

It may run twice, late or in two processes: messages are claimed by lease, and sending the same bytes twice
has the effect of once at the receiver.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Protocol

from core.ids import Actor, Role, StaffId, UnitId
from core.store.work import Store
from integrations import outbox
from integrations.outbox import Claimed
from integrations.pace.book import Book
from integrations.pace.way import Way
from integrations.sending import Channel, RefusedForGood, Sent, TryAgain

logger = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 900.0  # seconds


def forwarding(unit: str | None) -> Actor:
    """Forwarding as an actor: the service itself, in the unit whose message it handles."""
    return Actor(StaffId("forwarding"), "Videresending", Role.SYSTEM, UnitId(unit) if unit else None)


def pause(attempts: int, random: Random) -> timedelta:
    """Full jitter: a receiver that comes back is not met by everybody at the same moment."""
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(attempts, 20))
    return timedelta(seconds=longest * random.uniform(0.1, 1.0))


class Check(Protocol):
    """What is asked before a message leaves, e.g. whether its receiver is still the right one."""

    async def may_go(self, message: Claimed) -> bool:
        """False: something else became of it. Raises TryAgain while nobody knows."""
        ...


class Dispatcher:
    """Claims, sends and writes down what came of it."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        horizon: timedelta,
        checks: Mapping[str, Check] | None = None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._ways = defaultdict[str, Way](Way)
        self._book = Book(store)
        self._horizon = horizon
        self._checks = checks or {}
        self._random = Random()  # noqa: S311 - spreads retries, protects nothing
        self._one_at_a_time = asyncio.Lock()

    async def send_due(self) -> int:
        """Send everything that is due now; says how many messages were tried."""
        under_way = set[asyncio.Task[None]]()
        async with self._one_at_a_time:
            try:
                return await self._send_all(under_way)
            finally:  # told to stop, or it could not be written down: nothing goes on behind our back
                for task in under_way:
                    task.cancel()
                await asyncio.gather(*under_way, return_exceptions=True)

    async def _send_all(self, under_way: set[asyncio.Task[None]]) -> int:
        tried = 0
        while True:
            claimed = await self._claim()
            tried += len(claimed)
            under_way |= {asyncio.create_task(self._send(message)) for message in claimed}
            if not under_way:
                return tried
            # As soon as one has ended the next may go: a slow one holds up nobody.
            ended, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            under_way -= ended
            for task in ended:
                task.result()

    async def give_up_unanswered(self) -> int:
        """Make work for a person of what was sent and never answered; says how many."""
        late = await self._store.read(outbox.unanswered, self._store.clock() - self._horizon)
        await asyncio.gather(
            *(self._book.write(forwarding(unit), outbox.mark_unanswered, id) for id, unit in late)
        )
        return len(late)

    async def _claim(self) -> tuple[Claimed, ...]:
        now = self._store.clock()
        room = {channel: self._ways[channel].room(now) for channel in self._channels}
        room = {channel: most for channel, most in room.items() if most > 0}
        if not room:
            return ()
        claimed = await self._store.write(forwarding(None), outbox.claim_due, room)
        for message in claimed:
            self._ways[message.channel].under_way += 1
        return claimed

    async def _send(self, message: Claimed) -> None:
        way = self._ways[message.channel]
        try:
            await self._try(message, way)
        finally:
            way.under_way -= 1

    async def _try(self, message: Claimed, way: Way) -> None:
        actor = forwarding(message.unit_id)
        check = self._checks.get(message.channel)
        try:
            if check is not None and not await check.may_go(message):
                return
            sent = await self._hand_over(message, way)
        except TryAgain as refused:
            await self._later(message, refused)
        except RefusedForGood as refused:
            logger.error("message %s refused for good: %s", message.message_id, refused.reason)
            await self._book.write(actor, outbox.mark_failed, message.id, "rejected", refused.reason)
        except Exception:
            # A message that breaks the sender must not stop the others; it is tried again, with its reason.
            logger.exception("message %s could not be sent", message.message_id)
            await self._later(message, TryAgain("fault"))
        else:
            await self._book.write(actor, outbox.mark_sent, message.id, sent.external_id, sent.receipt)

    async def _hand_over(self, message: Claimed, way: Way) -> Sent:
        try:
            sent = await self._channels[message.channel].send(message.message_id, message.body)
        except TryAgain:
            way.silence(self._store.clock())
            raise
        except RefusedForGood:
            way.answered()
            raise
        way.answered()
        return sent

    async def _later(self, message: Claimed, refused: TryAgain) -> None:
        actor, now = forwarding(message.unit_id), self._store.clock()
        if now - message.created_at > self._horizon:
            await self._book.write(actor, outbox.mark_failed, message.id, "given-up", refused.reason)
            return
        again = now + max(refused.after or timedelta(0), pause(message.attempts, self._random))
        await self._book.write(
            actor, outbox.mark_retry, message.id, refused.reason, again, posted=refused.posted
        )
