"""Who has the same encounter open (samling): each is told that the record went on, and of the others."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from app.live.people import RENEW_SECONDS, Herald, Here, Present, elsewhere, together
from app.live.place import Place, may_look, places, signed_in
from core.errors import Refused
from core.store.work import Store
from realtime.connection import Connection
from realtime.protocol import Burst, Close, Frame

logger = logging.getLogger(__name__)

SILENT_SECONDS = 10.0
"""A page says every few seconds that it is there; one that has not for this long is not there any more."""

_SWEEP_SECONDS = 2.0
_LOOK_AGAIN = 3  # sweeps between looks at whether the record still opens
_MOST = 60  # pages of one encounter in one process
_SECTION = re.compile(r"^[a-z][a-z_-]{0,39}$")


class TooMany(Exception):
    """More pages of one encounter than a ward can have: something is wrong with who opens them."""


class Member:
    """One open page."""

    def __init__(self, connection: Connection, encounter: str, unit: str) -> None:
        self.connection = connection
        self.encounter = encounter
        self.unit = unit
        self.section: str | None = None
        self.heard_at = asyncio.get_running_loop().time()


class Gathering:
    """All open pages of all encounters in this process; of other processes it knows who is there."""

    def __init__(self, store: Store, *, version: str, beat_seconds: float) -> None:
        self._store = store.for_screens()
        self._version = version
        self._beat_seconds = beat_seconds
        self._members: dict[str, set[Member]] = {}
        self._known: dict[str, Place] = {}
        self._elsewhere: dict[str, list[Here]] = {}
        # A file has one process: there nobody is told, and nothing is written.
        self._herald = None if store.database.is_sqlite else Herald(store)
        self._who_changed = asyncio.Event()
        self._rung: set[str] = set()
        self._bell = asyncio.Event()
        self._sweeps = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, member: Member) -> None:
        """Begin to follow; the others are told."""
        here = self._members.setdefault(member.encounter, set())
        if len(here) >= _MOST:
            raise TooMany
        here.add(member)  # first: what is committed while we read rings for this page too
        self._take_in(*await self._store.read(self._read, {member.encounter: member.unit}))
        self._say([member], "hello", member.encounter, version=self._version)
        self._tell_who(member.encounter)

    def go(self, member: Member) -> None:
        """The page is closed, or its line is cut."""
        here = self._members.get(member.encounter, set())
        if member not in here:
            return
        here.discard(member)
        if here:
            self._tell_who(member.encounter)
            return
        del self._members[member.encounter]
        self._known.pop(member.encounter, None)
        self._elsewhere.pop(member.encounter, None)
        self._who_changed.set()

    def hear(self, member: Member, text: str) -> None:
        """A page says that it is there, and where its reader writes; anything else is not heard."""
        try:
            said = json.loads(text)
        except ValueError:
            return
        section = said.get("section") if isinstance(said, dict) else None
        if section is not None and not (isinstance(section, str) and _SECTION.match(section)):
            return
        member.heard_at = asyncio.get_running_loop().time()
        if section != member.section:
            member.section = section
            self._tell_who(member.encounter)

    def ring(self, unit: str) -> None:
        """Something was committed in this unit."""
        self._rung.add(unit)
        self._bell.set()

    def start(self) -> None:
        """Begin to tell."""
        for loop in (self._push, self._beat, self._sweep, *([self._share] if self._herald else [])):
            self._tasks.append(asyncio.create_task(_for_ever(loop)))

    async def stop(self) -> None:
        """Say goodbye to every page, so that it comes back to the next process."""
        for member in self._everybody():
            member.connection.close(Close.RESTART)
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if self._herald is not None:
            with suppress(Refused):  # what was said last lapses by itself
                await self._herald.tell(())

    async def _push(self) -> None:
        await self._bell.wait()
        self._bell.clear()
        rung, self._rung = self._rung, set()
        await self._look({each.encounter: each.unit for each in self._everybody() if each.unit in rung})
        await asyncio.sleep(0.02)  # several changes in one breath are one look

    async def _beat(self) -> None:
        await asyncio.sleep(self._beat_seconds)
        here = {each.encounter: each.unit for each in self._everybody()}
        await self._look(here)
        for encounter in here:
            self._say(self._members.get(encounter, ()), "beat", encounter)

    async def _look(self, here: Mapping[str, str]) -> None:
        if here:
            moved, others = self._take_in(*await self._store.read(self._read, here))
            for kind, encounters in (("news", moved), ("people", others)):
                for encounter in encounters:
                    self._say(self._members.get(encounter, ()), kind, encounter)

    async def _read(
        self, session: AsyncSession, here: Mapping[str, str]
    ) -> tuple[dict[str, Place], dict[str, list[Here]]]:
        found, herald = await places(session, here), self._herald
        return found, await elsewhere(session, here, herald.process, self._store.clock()) if herald else {}

    def _take_in(
        self, found: Mapping[str, Place], others: Mapping[str, list[Here]]
    ) -> tuple[Sequence[str], Sequence[str]]:
        """Those that stand elsewhere than was known, and those where somebody came or went elsewhere."""
        moved = [id for id, place in found.items() if self._known.get(id, place) != place]
        changed = [id for id in found if self._elsewhere.get(id, []) != others.get(id, [])]
        open_here = [id for id in found if id in self._members]
        self._known.update({id: found[id] for id in open_here})
        self._elsewhere.update({id: others.get(id, []) for id in open_here})
        return moved, changed

    async def _share(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(RENEW_SECONDS):
                await self._who_changed.wait()
        self._who_changed.clear()
        if self._herald is not None:
            await self._herald.tell([self._present(each) for each in self._members])

    def _present(self, encounter: str) -> Present:
        unit = next(iter(self._members[encounter])).unit
        return Present(encounter, unit, tuple(together(self._at(encounter))))

    async def _sweep(self) -> None:
        await asyncio.sleep(_SWEEP_SECONDS)
        now = asyncio.get_running_loop().time()
        for member in self._everybody():
            member.connection.cut_if_slow()
            if now - member.heard_at > SILENT_SECONDS:
                member.connection.close(Close.RESTART)
                self.go(member)  # the line may be cut without a word: nobody else shall wait for that
        await self._let_go_who_may_not()

    async def _let_go_who_may_not(self) -> None:
        here = list(self._everybody())
        if not here:
            return
        clock = self._store.clock()
        known = await self._store.read(signed_in, {each.connection.credential for each in here}, clock)
        allowed: set[tuple[str, str]] | None = None
        self._sweeps += 1
        if self._sweeps % _LOOK_AGAIN == 0:
            asked = {(each.encounter, each.connection.actor.id): each for each in here}
            allowed = await self._store.read(
                may_look, [(each.encounter, each.connection.actor) for each in asked.values()], clock
            )
        for member in here:
            actor = known.get(member.connection.credential)
            same = actor is not None and (actor.id, actor.role, actor.unit) == _who(member)
            opens = allowed is None or (member.encounter, member.connection.actor.id) in allowed
            if not (same and opens):
                member.connection.close(Close.NOT_ALLOWED)

    def _everybody(self) -> Iterable[Member]:
        return [member for here in self._members.values() for member in here]

    def _tell_who(self, encounter: str) -> None:
        self._who_changed.set()
        self._say(self._members.get(encounter, ()), "people", encounter)

    def _say(self, members: Iterable[Member], kind: str, encounter: str, **more: Any) -> None:
        place = self._known.get(encounter, Place("", 0))
        frame = Frame(
            0,
            to_json(
                {
                    "type": kind,
                    "epoch": place.epoch,
                    "seq": place.seq,
                    "draft": place.draft,
                    "server_time": self._store.clock(),
                    "people": together([*self._at(encounter), *self._elsewhere.get(encounter, ())]),
                    **more,
                }
            ),
        )
        for member in list(members):
            member.connection.offer(Burst([frame]))

    def _at(self, encounter: str) -> Iterable[Here]:
        """Each page of this process."""
        for member in self._members.get(encounter, ()):
            actor, section = member.connection.actor, member.section
            yield {"id": actor.id, "name": actor.name, "sections": [section] if section else []}


def _who(member: Member) -> tuple[Any, ...]:
    actor = member.connection.actor
    return actor.id, actor.role, actor.unit


async def _for_ever(loop: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await loop()
        except Exception:
            # The database may be away for a while: pages notice by the missing beat.
            logger.exception("telling those at the same encounter stumbled and goes on")
            await asyncio.sleep(1)
