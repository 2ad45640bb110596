"""What a screen holds (bildet), and when it may be believed: the client's rules, without any network.

Frames are taken in one at a time. What does not fit raises `OutOfStep`, and is never shown as true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypedDict, TypeVar


class Row(TypedDict):
    """One open encounter; each topic adds its own fields, which `/asyncapi.json` lists."""

    id: str


R = TypeVar("R", bound=Row)


class Hello(TypedDict):
    """The first frame: where the log stands, and which version of the screen is served."""

    type: Literal["hello"]
    epoch: str
    seq: int
    server_time: str
    version: str


class Snapshot(TypedDict, Generic[R]):
    """The whole picture, and what the topic tells besides."""

    type: Literal["snapshot"]
    epoch: str
    seq: int
    rows: list[R]


class Patch(TypedDict, Generic[R]):
    """One step of the log: rows to put in place, ids that are gone."""

    type: Literal["patch"]
    epoch: str
    seq: int
    rows: list[R]
    removed: list[str]


class Beat(TypedDict):
    """Still alive: where the log stands, how many are open, how many of them the server fails to show."""

    type: Literal["beat"]
    epoch: str
    seq: int
    count: int
    missing: int
    server_time: str


Frame = Hello | Snapshot[R] | Patch[R] | Beat

_OF_THE_PROTOCOL = frozenset(
    {"type", "epoch", "seq", "rows", "removed", "count", "missing", "server_time", "version"}
)


class OutOfStep(Exception):
    """A gap, another epoch, or a count that does not agree: what we hold is not the whole truth."""


@dataclass(slots=True)
class View(Generic[R]):
    """Rows by id, true at one place in the log; what the topic tells besides; and who is missing."""

    epoch: str | None = None  # None: nothing that could be resumed
    seq: int = 0
    rows: dict[str, R] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)  # rooms, figures …: whatever the topic tells
    version: str | None = None  # another one: screens that the server draws are outdated
    missing: int = 0  # above 0: the ward's own board fails to show somebody, and a screen must say so
    true_at: datetime | None = None  # the newest server time this picture is known to hold for
    _said: tuple[str, int, datetime] | None = None  # where the log stood, and when

    def take(self, frame: Frame[R]) -> bool:
        """Apply one frame; True when the picture is now known to be true as of `true_at`.

        Raises OutOfStep when something is missing.
        """
        if frame["type"] == "hello":
            self._greet(frame)
        elif frame["type"] == "snapshot":
            self.epoch, self.seq = frame["epoch"], frame["seq"]
            self.rows = {row["id"]: row for row in frame["rows"]}
        elif frame["type"] == "patch":
            self._patch(frame)
        elif frame["type"] == "beat":
            self._compare(frame)
            self._said = _place(frame)
        else:
            return False  # a later version of the protocol may say more than we know
        self.extra |= {name: value for name, value in frame.items() if name not in _OF_THE_PROTOCOL}
        return self._is_proven()

    def _greet(self, frame: Hello) -> None:
        before, self.version = self.version, frame["version"]
        self._said = _place(frame)
        if before not in (None, self.version):
            self.epoch = None  # steps of the new version do not fit on rows of the old one
            raise OutOfStep("the server runs another version")

    def _patch(self, frame: Patch[R]) -> None:
        if frame["epoch"] != self.epoch or frame["seq"] != self.seq + 1:
            raise OutOfStep(f"patch {frame['seq']} after {self.seq}")
        for row in frame["rows"]:
            self.rows[row["id"]] = row
        for gone in frame["removed"]:
            self.rows.pop(gone, None)
        self.seq = frame["seq"]

    def _compare(self, frame: Beat) -> None:
        if frame["epoch"] != self.epoch:
            raise OutOfStep("a beat of another log")
        if frame["seq"] > self.seq:
            raise OutOfStep(f"beat at {frame['seq']}, we are at {self.seq}")
        # Those the server itself fails to show are nobody's to find by asking again: that is an alarm.
        if frame["seq"] == self.seq and frame["count"] - frame["missing"] != len(self.rows):
            self.epoch = None  # same number, another picture: only a fresh one will do
            raise OutOfStep(f"{frame['count']} are open, we show {len(self.rows)}")
        self.missing = frame["missing"]

    def _is_proven(self) -> bool:
        """The picture is true as of the newest time said for a place that it has reached."""
        if self._said is None or self._said[0] != self.epoch or self._said[1] > self.seq:
            return False
        self.true_at = self._said[2]
        return True


def _place(frame: Hello | Beat) -> tuple[str, int, datetime]:
    return frame["epoch"], frame["seq"], datetime.fromisoformat(frame["server_time"])
