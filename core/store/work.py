"""The life of a transaction: the only file that begins, commits or rolls back.

A write runs in a task of its own under a shield: when a browser goes away in the middle, the transaction
still ends properly instead of leaving a lock behind for its neighbours. The answer is given after commit.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import typing
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from core.clock import Clock
from core.errors import Conflict, Unavailable
from core.ids import Actor
from core.store import event_log
from core.store.database import LIVE_SECONDS, Database
from core.store.event_log import Event, EventRow
from core.store.idempotency import Once, earlier_answer, remember

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
BELL = "legevakt_bell"
_QUEUE_SECONDS = 8.0


class DatabaseUnavailable(Unavailable):
    """The database could not finish. Whether the change was kept is unknown: ask again with the same key."""

    code = "database-unavailable"


class DatabaseRefused(Conflict):
    """The database's own rule refused the change; a newer record or a second copy exists."""

    code = "database-refused"


class Work:
    """One write in progress: the session, who acts, the time it happens, and what it makes known."""

    def __init__(self, session: AsyncSession, actor: Actor, now: datetime, reactions: Reactions) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.units: set[str] = set()  # those in which there is something to see, mostly in their log
        self._reactions = reactions

    @property
    def unit(self) -> str:
        """The unit worked in; the service itself says which unit through its actor."""
        if self.actor.unit is None:
            raise RuntimeError("this work belongs to no unit")
        return self.actor.unit

    def ring(self) -> None:
        """Let those who follow the unit look, although its log has nothing new: a draft went on."""
        self.units.add(self.unit)

    async def record(self, event: Event, *, unit: str | None = None) -> int:
        """Put the event in the log and let it cause what it causes, in this same transaction.

        `unit` when it happened to somebody who is at another unit, such as a change of who they are.
        """
        await self.session.flush()
        unit = unit or self.unit
        seq = await event_log.next_seq(self.session, unit)
        self.session.add(
            EventRow(
                unit_id=unit,
                seq=seq,
                kind=event.kind,
                encounter_id=event.encounter_id,
                actor_id=self.actor.id,
                actor_name=self.actor.name,
                happened_at=event.happened_at,
                recorded_at=self.now,
                facts=event.facts(),
            )
        )
        self.units.add(unit)
        to_any = () if event.paper_only else self._reactions.get(Event, ())
        for react in (*self._reactions.get(type(event), ()), *to_any):
            await react(self, event)
        return seq


Reaction = Callable[[Work, Any], Awaitable[None]]
Reactions = Mapping[type[Event], Sequence[Reaction]]
Command = Callable[Concatenate[Work, P], Coroutine[Any, Any, R]]
Query = Callable[Concatenate[AsyncSession, P], Coroutine[Any, Any, R]]


class Store:
    """The way in and out of the record."""

    def __init__(self, database: Database, clock: Clock, reactions: Reactions | None = None) -> None:
        self.database = database
        self.clock = clock
        self._reactions = reactions or {}
        self._turn = asyncio.Lock()  # SQLite has one writer; waiting here is cheaper than in the file
        self._running: set[asyncio.Task[Any]] = set()
        self._listeners: list[Callable[[str], None]] = []
        self._guard: Callable[[Work], Awaitable[None]] | None = None
        self._reader = database.reader
        self._patience: float | None = None

    def on_commit(self, ring: Callable[[str], None]) -> None:
        """Call `ring` with the unit after each commit that put something in its log."""
        self._listeners.append(ring)

    def guarded(self, guard: Callable[[Work], Awaitable[None]]) -> Store:
        """The same store for somebody whose every write must first pass `guard`, in its own transaction."""
        same = copy.copy(self)  # database, queue and listeners stay shared
        same._guard = guard
        return same

    def for_screens(self) -> Store:
        """The same store for whoever tells screens: rather no answer soon than one that comes too late."""
        same = copy.copy(self)
        same._reader = self.database.live
        # A file has no other end that could be silently gone.
        same._patience = None if self.database.is_sqlite else LIVE_SECONDS
        return same

    async def write(self, actor: Actor, command: Command[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the command in one transaction and answer when it is on disk; refused, nothing is changed."""
        return await self._shielded(self._write(actor, None, command, args, kwargs))

    async def write_once(
        self, actor: Actor, once: Once | None, command: Command[P, R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `write`; the same key and content again gives the same answer and changes nothing more."""
        return await self._shielded(self._write(actor, once, command, args, kwargs))

    async def read(self, query: Query[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the query on one consistent picture of the record."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._shielded(self._read(query, args, kwargs))
        except TimeoutError as error:  # it ends by itself; nobody waits for it
            raise DatabaseUnavailable from error

    async def look(self, actor: Actor, command: Command[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a command that only looks ahead, beside the writers and holding nothing; it leaves nothing."""
        return await self.read(self._looking, actor, command, args, kwargs)

    async def drain(self) -> None:
        """Wait for writes under way, then close the database."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)
        await self.database.dispose()

    async def _shielded(self, work: Coroutine[Any, Any, R]) -> R:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever asked may be gone; the refusal was theirs to hear

    async def _read(self, query: Query[..., R], args: Sequence[Any], kwargs: Mapping[str, Any]) -> R:
        async with self._transaction(self._reader) as session:
            return await query(session, *args, **kwargs)

    async def _looking(
        self,
        session: AsyncSession,
        actor: Actor,
        command: Command[..., R],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> R:
        with session.no_autoflush:
            answer = await command(Work(session, actor, self.clock(), {}), *args, **kwargs)
        session.expunge_all()
        return answer

    async def _write(
        self,
        actor: Actor,
        once: Once | None,
        command: Command[..., R],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> R:
        async with self._writing(), self._transaction(self.database.writer) as session:
            work = Work(session, actor, self.clock(), self._reactions)
            if actor.unit is not None and not self.database.is_sqlite:
                await event_log.lock_unit(session, actor.unit)
            if self._guard is not None:
                await self._guard(work)
            answer = await self._once(command, work, once, args, kwargs)
            for unit in work.units if not self.database.is_sqlite else ():
                # The unit is only a hint where to look first; whoever misses the bell reads the log anyway.
                await session.execute(text("SELECT pg_notify(:bell, :unit)"), {"bell": BELL, "unit": unit})
        for unit in work.units:
            for ring in self._listeners:
                ring(unit)
        return answer

    async def _once(
        self,
        command: Command[..., R],
        work: Work,
        once: Once | None,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> R:
        if once is None:
            return await command(work, *args, **kwargs)
        adapter: TypeAdapter[R] = _answer_type(command)
        stored = await earlier_answer(work.session, work.actor.id, once)
        if stored is not None:
            return adapter.validate_json(stored)
        answer = await command(work, *args, **kwargs)
        remember(work.session, work.actor.id, once, adapter.dump_json(answer).decode(), now=work.now)
        return answer

    @asynccontextmanager
    async def _writing(self) -> typing.AsyncIterator[None]:
        if not self.database.is_sqlite:
            yield
            return
        try:
            await asyncio.wait_for(self._turn.acquire(), _QUEUE_SECONDS)
        except TimeoutError as error:
            raise DatabaseUnavailable from error
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def _transaction(self, engine: AsyncEngine) -> typing.AsyncIterator[AsyncSession]:
        try:
            async with (
                AsyncSession(engine, expire_on_commit=False, autoflush=True) as session,
                session.begin(),
            ):
                yield session
        except IntegrityError as error:
            logger.warning("the database refused a change: %s", error.orig)
            raise DatabaseRefused from error
        except (DBAPIError, PoolTimeout, OSError) as error:
            logger.exception("the database could not finish")
            raise DatabaseUnavailable from error


@lru_cache(maxsize=256)
def _answer_type(command: Callable[..., Any]) -> TypeAdapter[Any]:
    return TypeAdapter(typing.get_type_hints(command)["return"])
