"""The book (protokoll): what ended at about the same time is written down in one transaction.

To be on disk costs as much for one letter as for eight. Who asks waits only for its own: what comes while the
book is being written is written next, together. What cannot be written is tried once more alone, so that it
takes nothing else with it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from core.ids import Actor
from core.store.work import Command, Store, Work

P = ParamSpec("P")
R = TypeVar("R")

TOGETHER = 8
"""So many at most: a nurse who saves meanwhile waits for one such transaction, and must not notice it."""


@dataclass(slots=True, eq=False)
class _Entry:
    write: Callable[[Work], Awaitable[Any]]
    answer: asyncio.Future[Any]


class Book:
    """Writes for one job of this process; in the order it was asked, for each actor."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[Actor, deque[_Entry]] = {}
        self._turn = asyncio.Lock()  # first come, first served

    async def write(self, actor: Actor, command: Command[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """As `Store.write`: the answer comes when it is on disk, perhaps with others'."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        entry = _Entry(lambda work: command(work, *args, **kwargs), answer)
        self._waiting.setdefault(actor, deque()).append(entry)
        async with self._turn:
            await self._write_next(actor, entry)
        return await asyncio.shield(answer)

    async def _write_next(self, actor: Actor, entry: _Entry) -> None:
        waiting = self._waiting[actor]
        if entry not in waiting:
            return  # somebody before us took it along
        # All that was asked before is written, so this one is among the first that wait.
        some = [waiting.popleft() for _ in range(min(TOGETHER, len(waiting)))]
        # Whoever asked first may be stopped; the others' writing goes on.
        await asyncio.shield(asyncio.ensure_future(self._write(actor, some)))

    async def _write(self, actor: Actor, entries: Sequence[_Entry]) -> None:
        try:
            answers = await self._store.write(actor, _all, entries)
        except Exception as fault:
            if len(entries) == 1:
                entries[0].answer.set_exception(fault)
                return
            for entry in entries:
                await self._write(actor, [entry])
        else:
            for entry, answer in zip(entries, answers, strict=True):
                entry.answer.set_result(answer)


async def _all(work: Work, entries: Sequence[_Entry]) -> list[Any]:
    return [await entry.write(work) for entry in entries]
