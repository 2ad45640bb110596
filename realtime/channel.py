"""One topic of one unit (kanal): its rows as every screen should have them, its frames, and who follows.

The channel keeps the rows it has told of. A fresh picture for a screen is therefore made from memory, also
when a whole ward of screens comes back at once, and what screens show can be compared with who is here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from realtime import protocol
from realtime.connection import Connection
from realtime.protocol import Frame, Step, Topic
from realtime.reading import Events, Picture, last_touch

KEPT_FRAMES = 1000
"""Frames kept for screens that were away a moment; longer, and they get a fresh picture."""


class Channel:
    """What the hub holds per topic; knows nothing of the database."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.connections: set[Connection] = set()
        self.epoch = ""
        self.seq = 0
        self.rows: dict[str, Any] = {}
        self.day: date | None = (
            None  # on which they were last all alike with the record: ages turn at midnight
        )
        self._with_beat: Mapping[str, Any] = {}
        self._about: Mapping[str, Any] = {}
        self._frames: deque[Frame] = deque(maxlen=KEPT_FRAMES)
        self._snapshot: Frame | None = None
        self._wrong_until = -1  # up to here screens may have been told something that is not so

    @property
    def is_loaded(self) -> bool:
        """Whether there has been a picture to begin from."""
        return bool(self.epoch)

    def load(self, picture: Picture, *, mended: bool = False) -> None:
        """Begin from a picture: the first one, one of another log, or one that mends what was told before."""
        if picture.at.epoch != self.epoch:
            self._wrong_until = -1
            self._frames.clear()
            for connection in self.connections:
                connection.seq = 0  # numbers of another log mean nothing here
        if picture.at.seq != self.seq:
            self._frames.clear()  # what lies between is not told in steps
        self.epoch, self.seq = picture.at.epoch, picture.at.seq
        self.rows, self._about, self._with_beat = dict(picture.rows), picture.about, picture.with_beat
        self._snapshot = None
        if mended:
            self._wrong_until = self.seq

    def advance(
        self, events: Events, rows: Mapping[str, Any], about: Mapping[str, Any] | None
    ) -> Sequence[Frame]:
        """Take in what came after `seq`; the frames that tell screens of it, one per event."""
        events = [event for event in events if event[0] > self.seq]  # a newer picture holds some already
        if not events:
            return ()
        steps = self._steps(events, rows, about, known=self.rows)
        frames = [protocol.patch(self.epoch, step) for step in steps]
        for encounter in last_touch(events):
            self._put(self.topic.row_id(encounter), rows)
        self._about = about or self._about
        self._frames.extend(frames)
        self.seq, self._snapshot = events[-1][0], None
        return frames

    def replay(self, events: Events) -> None:
        """Make frames of events before the oldest kept, from the rows as they are now."""
        last = last_touch(events)
        # What a kept frame brings later may be brought here already: twice the same is no harm.
        rows = {id: self.rows[id] for id in map(self.topic.row_id, last) if id in self.rows}
        frames = [protocol.patch(self.epoch, step) for step in self._steps(events, rows, self._about)]
        self._frames.extendleft(reversed(frames))

    def can_replay(self, after: int) -> bool:
        """Whether a screen that is at `after` can be told the rest in steps.

        Not one that may hold what turned out wrong: nothing in the steps would put it right.
        """
        return max(self.seq - KEPT_FRAMES, self._wrong_until + 1) <= after <= self.seq

    def missed_since(self, after: int) -> Sequence[Frame] | None:
        """The frames after a place, or None when not all of them are kept."""
        missed = [frame for frame in self._frames if frame.seq > after]
        return missed if len(missed) == self.seq - after else None

    @property
    def oldest(self) -> int:
        """The place in the log after which every frame is kept."""
        return self.seq - len(self._frames)

    def snapshot(self, now: datetime) -> Frame:
        """The whole picture, as it is now."""
        if self._snapshot is None:
            rows = self.topic.in_order(self.rows.values(), now)
            extra = {**self._about, **self._with_beat}
            self._snapshot = protocol.snapshot(self.epoch, self.seq, rows, extra)
        return self._snapshot

    def beat(self, count: int, with_beat: Mapping[str, Any], *, missing: int, now: datetime) -> Frame:
        """The beat, and what pictures carry from now on; `count` encounters are open."""
        self._with_beat, self._snapshot = with_beat, None
        return protocol.beat(self.epoch, self.seq, count=count, missing=missing, now=now, extra=with_beat)

    def batches(self, size: int) -> Iterator[Sequence[Connection]]:
        """Those who follow now, some at a time, so that other work gets its turn in between."""
        everybody = list(self.connections)
        for start in range(0, len(everybody), size):
            yield everybody[start : start + size]

    def _steps(
        self,
        events: Events,
        rows: Mapping[str, Any],
        about: Mapping[str, Any] | None,
        known: Mapping[str, Any] | None = None,
    ) -> Iterator[Step]:
        last = last_touch(events)
        for seq, encounter in events:
            id = self.topic.row_id(encounter) if encounter is not None else ""
            if encounter is None:
                yield Step(seq, about=about)
            elif last[encounter] != seq or (known is not None and known.get(id) == rows.get(id)):
                # Brought by a later step; or the same as before, as public boards are of most that happens.
                yield Step(seq)
            else:
                yield Step(seq, [rows[id]]) if id in rows else Step(seq, removed=[id])

    def _put(self, id: str, rows: Mapping[str, Any]) -> None:
        if id in rows:
            self.rows[id] = rows[id]
        else:
            self.rows.pop(id, None)
