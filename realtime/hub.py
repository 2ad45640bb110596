"""The hub (navet): reads the log once per change and puts each frame in every screen's queue."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping

from core.access.credentials import whose_many
from core.store.work import Store
from realtime import protocol
from realtime.connection import Connection
from realtime.protocol import Close, Frame, Picture, Steps, Topic

_KEPT_FRAMES = 1000
"""Frames kept for screens that were away a moment; longer, and they get a fresh picture."""


class _Channel:
    """One topic of one unit: who follows it and how far it has been read."""

    def __init__(self, topic: Topic, unit: str) -> None:
        self.topic = topic
        self.unit = unit
        self.lock = asyncio.Lock()
        self.connections: set[Connection] = set()
        self.epoch = ""
        self.seq = 0
        self.frames: deque[Frame] = deque(maxlen=_KEPT_FRAMES)
        self.snapshot: Frame | None = None

    def offer(self, frame: Frame) -> None:
        for connection in self.connections:
            connection.offer(frame)

    def start_at(self, epoch: str, seq: int) -> None:
        """Begin a new count: a first follower, or a log that is another one now."""
        self.epoch, self.seq, self.snapshot = epoch, seq, None
        self.frames.clear()
        for connection in self.connections:
            connection.seq = 0  # numbers of another log mean nothing here

    def missed_since(self, epoch: str | None, after: int | None) -> list[Frame] | None:
        """The frames a screen lacks, or None when it needs a fresh picture."""
        if epoch != self.epoch or after is None or after > self.seq:
            return None
        missed = [frame for frame in self.frames if frame.seq > after]
        return missed if len(missed) == self.seq - after else None


class Hub:
    """All topics of all units that somebody follows in this process."""

    def __init__(self, store: Store, topics: Mapping[str, Topic], *, version: str = "") -> None:
        self._store = store
        self._version = version
        self._topics = topics
        self._channels: dict[tuple[str, str], _Channel] = {}

    def has(self, topic: str) -> bool:
        """Whether there is such a topic."""
        return topic in self._topics

    @property
    def followers(self) -> int:
        """How many screens follow anything."""
        return sum(len(channel.connections) for channel in self._channels.values())

    async def attach(
        self, connection: Connection, topic: str, unit: str, *, epoch: str | None, after: int | None
    ) -> None:
        """Begin to follow: hello, then what was missed since `after`, or the whole picture."""
        channel = self._channels.setdefault((topic, unit), _Channel(self._topics[topic], unit))
        async with channel.lock:
            if not channel.epoch and epoch and after is not None:
                channel.start_at(epoch, after)  # so that the first screen after a restart can resume too
            await self._read_on(channel)
            missed = channel.missed_since(epoch, after)
            connection.offer(self._hello(channel))
            for frame in [await self._snapshot(channel)] if missed is None else missed:
                connection.offer(frame)
            connection.seq = max(connection.seq, channel.seq)
            channel.connections.add(connection)

    def _hello(self, channel: _Channel) -> Frame:
        return protocol.hello(channel.epoch, channel.seq, self._store.clock(), self._version)

    def detach(self, connection: Connection, topic: str, unit: str) -> None:
        """Stop following."""
        self._channels[topic, unit].connections.discard(connection)

    async def push(self) -> None:
        """Something was committed: read on and tell everybody."""
        for channel in list(self._channels.values()):
            async with channel.lock:
                await self._read_on(channel)

    async def beat(self) -> None:
        """Tell every screen that we are alive, and how many patients it must show."""
        for channel in list(self._channels.values()):
            async with channel.lock:
                steps, now = await self._read_on(channel), self._store.clock()
                extra = await self._store.read(channel.topic.with_beat, channel.unit, now)
                channel.offer(protocol.beat(steps, extra, now))

    async def close_those_not_allowed(self) -> None:
        """Close screens whose session or token has ended, or who are somebody else now."""
        connections = [each for channel in self._channels.values() for each in channel.connections]
        if not connections:
            return
        hashes = {connection.credential for connection in connections}
        known = await self._store.read(whose_many, hashes, self._store.clock())
        for connection in connections:
            if known.get(connection.credential) != connection.actor:
                connection.close(Close.NOT_ALLOWED)

    def close_all(self, why: Close) -> None:
        """Say goodbye to every screen, so that it resumes with the next process."""
        for channel in self._channels.values():
            for connection in channel.connections:
                connection.close(why)

    async def _read_on(self, channel: _Channel) -> Steps:
        steps = await self._store.read(channel.topic.steps, channel.unit, channel.seq, self._store.clock())
        if steps.epoch != channel.epoch or not steps.complete:
            # Another log, or too far behind: everybody gets a fresh picture of where it is now.
            channel.start_at(steps.epoch, steps.seq)
            if channel.connections:
                channel.offer(await self._snapshot(channel))
            return steps
        for step in steps.steps:
            frame = protocol.patch(channel.epoch, step)
            channel.frames.append(frame)
            channel.offer(frame)
            channel.seq, channel.snapshot = step.seq, None
        return steps

    async def _snapshot(self, channel: _Channel) -> Frame:
        if channel.snapshot is None:
            picture: Picture = await self._store.read(
                channel.topic.picture, channel.unit, self._store.clock()
            )
            # The picture may be newer than what was read on; those steps are then already in it.
            channel.snapshot = protocol.snapshot(picture)
        return channel.snapshot
