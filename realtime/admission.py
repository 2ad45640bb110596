"""Letting screens in (slippe inn): who it is, whether they may, and a line in the access log before that.

A ward whose server restarts comes back all at once. Those who come while others are being let in are let in
together: one question of who they are, and one transaction for all their lines in the log, which are on disk
before anybody is answered. A nurse's save waits for one such group at most, and never behind a whole ward.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from core.access.credentials import token_hash, whose_many
from core.access.log import Opening, boards_opened
from core.access.permissions import require
from core.errors import NotFound, NotSignedIn, Refused
from core.ids import Actor, Role, StaffId
from core.store.work import Store
from realtime.hub import Hub

_TOGETHER = 100
"""Screens let in by one transaction."""

_DOOR = Actor(StaffId("door"), "Door", Role.SYSTEM, None)


@dataclass(frozen=True, slots=True)
class Knock:
    """A screen at the door: what proves it, and what it wants to follow."""

    credential: str
    unit: str
    asked: str
    answer: asyncio.Future[Opening]


class Admission:
    """The door of one process."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._waiting: list[Knock] = []
        self._letting_in: asyncio.Task[None] | None = None

    async def admit(self, token: str | None, unit: str, asked: str) -> Opening:
        """Who this is, and the topic as they may see it. Raises what refuses them."""
        if not token or len(token) > 200:
            raise NotSignedIn
        answer: asyncio.Future[Opening] = asyncio.get_running_loop().create_future()
        self._waiting.append(Knock(token_hash(token), unit, asked, answer))
        if self._letting_in is None:
            self._letting_in = asyncio.create_task(self._let_in_all())
        return await answer

    async def _let_in_all(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
                try:
                    await self._let_in(group)
                except Exception as error:
                    for knock in group:
                        _answer(knock, error)
        finally:
            self._letting_in = None

    async def _let_in(self, group: Sequence[Knock]) -> None:
        hashes = {knock.credential for knock in group}
        known = await self._store.read(whose_many, hashes, self._store.clock())
        found = [self._decide(knock, known.get(knock.credential)) for knock in group]
        openings = [each for each in found if isinstance(each, Opening)]
        if openings:  # who may not is never let near the one writer
            await self._store.write(_DOOR, boards_opened, openings)
        for knock, answer in zip(group, found, strict=True):
            _answer(knock, answer)

    def _decide(self, knock: Knock, actor: Actor | None) -> Opening | Refused:
        try:
            if actor is None:
                raise NotSignedIn
            if actor.unit != knock.unit:
                raise NotFound(unit=knock.unit)
            topic = self._hub.topic_for(knock.asked, actor)
            require(actor, self._hub.permission(topic))
        except Refused as refused:
            return refused
        return Opening(actor, knock.asked, topic)


def _answer(knock: Knock, answer: Opening | Exception) -> None:
    if knock.answer.done():
        return  # went away while waiting
    if isinstance(answer, Opening):
        knock.answer.set_result(answer)
    else:
        knock.answer.set_exception(answer)
