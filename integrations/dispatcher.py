"""The dispatcher (utsender): sends what is due, as often as needed, unchanged.

It may run twice, late or in two processes: messages are claimed by lease, and sending the same bytes twice
has the effect of once at the receiver.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Protocol

from core.ids import Actor, Role, StaffId, UnitId
from core.store.work import Store
from integrations import outbox
from integrations.outbox import Claimed
from integrations.sending import Channel, RefusedForGood, TryAgain

logger = logging.getLogger(__name__)

_AT_ONCE = 4
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
        self._horizon = horizon
        self._checks = checks or {}
        self._random = Random()  # noqa: S311 - spreads retries, protects nothing
        self._one_at_a_time = asyncio.Lock()

    async def send_due(self) -> int:
        """Send everything that is due now; says how many messages were tried."""
        tried = 0
        async with self._one_at_a_time:
            while claimed := await self._claim():
                await asyncio.gather(*(self._send(message) for message in claimed))
                tried += len(claimed)
        return tried

    async def give_up_unanswered(self) -> int:
        """Make work for a person of what was sent and never answered; says how many."""
        late = await self._store.read(outbox.unanswered, self._store.clock() - self._horizon)
        for id, unit in late:
            await self._store.write(forwarding(unit), outbox.mark_unanswered, id)
        return len(late)

    async def _claim(self) -> tuple[Claimed, ...]:
        return await self._store.write(forwarding(None), outbox.claim_due, list(self._channels), _AT_ONCE)

    async def _send(self, message: Claimed) -> None:
        actor = forwarding(message.unit_id)
        check = self._checks.get(message.channel)
        try:
            if check is not None and not await check.may_go(message):
                return
            sent = await self._channels[message.channel].send(message.message_id, message.body)
        except TryAgain as refused:
            await self._later(message, refused)
        except RefusedForGood as refused:
            logger.error("message %s refused for good: %s", message.message_id, refused.reason)
            await self._store.write(actor, outbox.mark_failed, message.id, "rejected", refused.reason)
        except Exception:
            # A message that breaks the sender must not stop the others; it is tried again, with its reason.
            logger.exception("message %s could not be sent", message.message_id)
            await self._later(message, TryAgain("fault"))
        else:
            await self._store.write(actor, outbox.mark_sent, message.id, sent.external_id, sent.receipt)

    async def _later(self, message: Claimed, refused: TryAgain) -> None:
        actor, now = forwarding(message.unit_id), self._store.clock()
        if now - message.created_at > self._horizon:
            await self._store.write(actor, outbox.mark_failed, message.id, "given-up", refused.reason)
            return
        again = now + max(refused.after or timedelta(0), pause(message.attempts, self._random))
        await self._store.write(
            actor, outbox.mark_retry, message.id, refused.reason, again, posted=refused.posted
        )
