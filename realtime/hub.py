"""The hub (navet): reads the log once per change and puts each frame in every screen's buffer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from core.access.credentials import whose_many
from core.access.permissions import Permission
from core.clock import local
from core.errors import NotFound
from core.ids import Actor
from core.store.event_log import Position, positions
from core.store.work import Store
from realtime import protocol
from realtime.channel import Channel
from realtime.connection import Connection
from realtime.protocol import Burst, Close, Frame, Topic
from realtime.reading import News, read_events, read_news, read_picture, read_pulse

logger = logging.getLogger(__name__)

_BATCH = 64
"""Screens that are handed a frame before other work, such as a nurse's save, gets its turn."""

_AT_ONCE = 3
"""Units read at the same time; the database has connections for pages too."""


@dataclass(slots=True)
class Figures:
    """What /metrics tells of the screens."""

    frames: int = 0  # encoded
    deliveries: int = 0  # frames handed to screens
    snapshots: int = 0  # screens that needed a whole picture
    too_slow: int = 0  # screens cut because they took nothing
    healed: int = 0  # pictures that did not agree with the record and were made anew
    missing: dict[tuple[str, str], int] = field(default_factory=dict)  # by unit and topic, now


class _Unit:
    """A unit that somebody follows: how far its log has been read, and its channels."""

    def __init__(self, id: str) -> None:
        self.id = id
        self.lock = asyncio.Lock()
        self.at = Position("", 0)
        # When it was last read, by both clocks: everything committed before is in the channels.
        self.read_since, self.read_at = 0.0, datetime.min.replace(tzinfo=UTC)
        self.channels: dict[str, Channel] = {}

    @property
    def topics(self) -> Mapping[str, Topic]:
        return {name: channel.topic for name, channel in self.channels.items() if channel.is_loaded}

    @property
    def is_followed(self) -> bool:
        return any(channel.connections for channel in self.channels.values())


class Hub:
    """All topics of all units that somebody follows in this process."""

    def __init__(self, store: Store, topics: Mapping[str, Topic], *, version: str = "") -> None:
        self.figures = Figures()
        self._store = store.for_screens()
        self._version = version
        self._topics = topics
        self._units: dict[str, _Unit] = {}
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def topic_for(self, asked: str, actor: Actor) -> str:
        """The topic as this reader may see it. Raises NotFound when there is none of that name."""
        without_names = f"{asked}-without-names"
        name = without_names if not actor.sees_names and without_names in self._topics else asked
        if name not in self._topics or asked.endswith("-without-names"):
            raise NotFound(topic=asked)
        return name

    def permission(self, topic: str) -> Permission:
        """What somebody must be allowed to do to follow it."""
        return self._topics[topic].permission

    @property
    def followers(self) -> int:
        """How many screens follow anything."""
        return sum(1 for _ in self._connections())

    def followed_by(self) -> Collection[Actor]:
        """Everybody whose screens follow something now."""
        return {connection.actor for connection in self._connections()}

    async def attach(
        self, connection: Connection, topic: str, unit: str, *, epoch: str | None, after: int | None
    ) -> None:
        """Begin to follow: hello, then what was missed since `after`, or the whole picture."""
        place = self._units.setdefault(unit, _Unit(unit))
        came = asyncio.get_running_loop().time()
        async with place.lock:
            # Those who came before the last reading began share it: a ward that comes back is read for once.
            is_read = place.read_since >= came
            now = place.read_at if is_read else self._store.clock()  # nothing is said to be newer than it is
            channel = await self._current(place, topic, is_read=is_read)
            missed = await self._missed(place, channel, epoch, after)
            if missed is None:
                missed = [channel.snapshot(now)]
                self.figures.snapshots += 1
            connection.offer(Burst([self._hello(channel, connection.actor, now), *missed]))
            connection.seq = channel.seq
            channel.connections.add(connection)

    def _hello(self, channel: Channel, actor: Actor, now: datetime) -> Frame:
        own = f".{actor.screen_version}" if actor.screen_version else ""
        return protocol.hello(channel.epoch, channel.seq, now, self._version + own)

    def detach(self, connection: Connection, topic: str, unit: str) -> None:
        """Stop following."""
        if unit in self._units and topic in self._units[unit].channels:
            self._units[unit].channels[topic].connections.discard(connection)
        if connection.closed.done() and connection.closed.result() is Close.TOO_SLOW:
            self.figures.too_slow += 1

    async def push(self, rung: Collection[str] | None = None) -> None:
        """Something was committed in these units, or perhaps anywhere: read on and tell everybody."""
        followed = {id: unit for id, unit in self._units.items() if unit.is_followed}
        if rung is None and followed:
            found = await self._store.read(positions, followed.keys())
            rung = [id for id, at in found.items() if followed[id].at != at]
        await self._each((followed[id] for id in rung or () if id in followed), self._read_on)

    async def beat(self, is_due: Callable[[str], bool] = lambda unit: True) -> None:
        """Tell the screens of the units whose turn it is that we are alive, and how many must be shown."""
        await self._each(self._followed(is_due), self._pulse)

    async def compare(self, is_due: Callable[[str], bool] = lambda unit: True) -> None:
        """Compare what screens were told with a fresh reading, row by row; a difference is mended."""
        await self._each(self._followed(is_due), self._compare)

    def _followed(self, is_due: Callable[[str], bool]) -> Iterable[_Unit]:
        return [unit for unit in self._units.values() if unit.is_followed and is_due(unit.id)]

    async def close_those_not_allowed(self) -> None:
        """Close screens whose session or token has ended; those with other settings now begin anew."""
        connections = list(self._connections())
        if not connections:
            return
        hashes = {connection.credential for connection in connections}
        known = await self._store.read(whose_many, hashes, self._store.clock())
        for connection in connections:
            actor, before = known.get(connection.credential), connection.actor
            if actor is None or (actor.id, actor.role, actor.unit) != (before.id, before.role, before.unit):
                connection.close(Close.NOT_ALLOWED)
            elif actor != before:
                connection.close(Close.RESTART)

    def cut_the_slow(self) -> None:
        """Cut screens that take nothing, also in a ward where nothing happens."""
        for connection in self._connections():
            connection.cut_if_slow()

    def close_all(self, why: Close) -> None:
        """Say goodbye to every screen, so that it resumes with the next process."""
        for connection in self._connections():
            connection.close(why)

    def _connections(self) -> Iterable[Connection]:
        return [
            connection
            for unit in self._units.values()
            for channel in unit.channels.values()
            for connection in channel.connections
        ]

    async def _each(self, units: Iterable[_Unit], work: Callable[[_Unit], Awaitable[None]]) -> None:
        async def in_turn(unit: _Unit) -> None:
            async with self._turns, unit.lock:
                await work(unit)

        # One unit's trouble is told after the others have had their turn.
        done = await asyncio.gather(*(in_turn(unit) for unit in units), return_exceptions=True)
        for fault in done:
            if isinstance(fault, BaseException):
                raise fault

    async def _current(self, unit: _Unit, topic: str, *, is_read: bool) -> Channel:
        """The channel, read up to now."""
        channel = unit.channels.setdefault(topic, Channel(self._topics[topic]))
        if unit.topics and not is_read:
            await self._read_on(unit)
        if not channel.is_loaded:
            await self._load(unit, channel)
        return channel

    async def _missed(
        self, unit: _Unit, channel: Channel, epoch: str | None, after: int | None
    ) -> Sequence[Frame] | None:
        """The frames a screen lacks, or None when it needs a fresh picture."""
        if epoch != channel.epoch or after is None or not channel.can_replay(after):
            return None
        if after < channel.oldest:
            events = await self._store.read(read_events, unit.id, after, channel.oldest)
            if events is None:
                return None
            channel.replay(events)
        return channel.missed_since(after)

    async def _read_on(self, unit: _Unit) -> None:
        began, now = asyncio.get_running_loop().time(), self._store.clock()
        news = await self._store.read(read_news, unit.id, unit.at, unit.topics, now=now)
        unit.read_since, unit.read_at = began, now
        await self._take_in(unit, news)

    async def _take_in(self, unit: _Unit, news: News) -> None:
        if not news.complete:
            # Another log, or too far behind: everybody gets a fresh picture of where it is now.
            for channel in unit.channels.values():
                await self._load(unit, channel)
            return
        unit.at = news.at
        for name, channel in unit.channels.items():
            if channel.is_loaded and news.events:
                frames = channel.advance(news.events, news.rows[name], news.about.get(name))
                await self._tell(channel, frames)

    async def _load(self, unit: _Unit, channel: Channel, *, mended: bool = False) -> None:
        """A fresh picture for the channel, and for those who follow it."""
        now = self._store.clock()
        picture = await self._store.read(read_picture, unit.id, channel.topic, now)
        channel.load(picture, mended=mended)
        channel.day = _day(now)
        # What the other channels lack is read on from here; this one leaves out what it has already.
        loaded = [each.seq for each in unit.channels.values() if each.epoch == picture.at.epoch]
        unit.at = Position(picture.at.epoch, min(loaded))
        if channel.connections:
            self.figures.snapshots += len(channel.connections)
            await self._tell(channel, [channel.snapshot(self._store.clock())], anew=True)

    async def _tell(self, channel: Channel, frames: Sequence[Frame], *, anew: bool = False) -> None:
        if not frames:
            return
        burst = Burst(frames)
        self.figures.frames += len(frames)
        for batch in channel.batches(_BATCH):
            for connection in batch:
                if anew:
                    connection.seq = 0  # a picture is taken also by those who have its number
                connection.offer(burst)
            self.figures.deliveries += len(batch) * len(frames)
            if len(batch) == _BATCH:
                await asyncio.sleep(0)

    async def _pulse(self, unit: _Unit) -> None:
        now = self._store.clock()
        news, pulse = await self._store.read(read_pulse, unit.id, unit.at, unit.topics, now=now)
        await self._take_in(unit, news)
        if not news.complete:
            return  # everybody has just had a fresh picture
        for name, channel in unit.channels.items():
            if channel.is_loaded:
                missing = await self._nobody_missing(unit, name, channel, pulse.open)
                if channel.seq == news.at.seq:  # else it was made anew meanwhile, from a later moment
                    count, more = len(pulse.open), pulse.with_beat[name]
                    await self._tell(channel, [channel.beat(count, more, missing=missing, now=now)])

    async def _nobody_missing(self, unit: _Unit, name: str, channel: Channel, open: frozenset[str]) -> int:
        """How many who are here no screen of this topic shows; 0 unless the board itself is wrong."""
        expected = {channel.topic.row_id(encounter) for encounter in open}
        if channel.rows.keys() != expected:
            await self._mend(unit, name, channel)
        missing = len(expected - channel.rows.keys())
        self.figures.missing[unit.id, name] = missing
        return missing

    async def _compare(self, unit: _Unit) -> None:
        await self._read_on(unit)
        for name, channel in unit.channels.items():
            if not channel.is_loaded:
                continue
            now = self._store.clock()
            picture = await self._store.read(read_picture, unit.id, channel.topic, now)
            differs = picture.at == unit.at and picture.rows != channel.rows
            if differs and channel.day == _day(now):
                await self._mend(unit, name, channel)
            elif differs:  # a night has passed: somebody is a month older, which is no fault
                await self._load(unit, channel, mended=True)
            channel.day = _day(now) if picture.at == unit.at else channel.day

    async def _mend(self, unit: _Unit, name: str, channel: Channel) -> None:
        logger.error("what the %s of %s shows is not what the record says; made anew", name, unit.id)
        self.figures.healed += 1
        await self._load(unit, channel, mended=True)


def _day(moment: datetime) -> date:
    return local(moment).date()
