"""What goes over the wire: hello, snapshot, patch, beat and close codes. Plain types, no I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any, Protocol

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission


class Close(IntEnum):
    """Why the server closed a screen's connection."""

    NOT_ALLOWED = 4003  # signed out, revoked, or no longer allowed: sign in again
    TOO_SLOW = 4008  # resume from where you are
    RESTART = 1012  # the server restarts, or the screen was given other settings: resume


class Topic(Protocol):
    """What screens can follow (emne): one row per open encounter, for one kind of reader (publikum).

    What a reader may not see is left out here, by the query, and never by the screen. Each answer is read
    in the one transaction it is handed.
    """

    @property
    def permission(self) -> Permission:
        """What somebody must be allowed to do to follow it."""
        ...

    def row_id(self, encounter_id: str) -> str:
        """The `id` that an encounter's row carries here; always the same one."""
        ...

    async def rows(
        self, session: AsyncSession, unit: str, now: datetime, only: Collection[str] | None = None
    ) -> Mapping[str, Any]:
        """Rows by `id`, of all open encounters or of `only` these; each has an attribute `id`."""
        ...

    def in_order(self, rows: Iterable[Any], now: datetime) -> Sequence[Any]:
        """The rows as a whole picture lists them."""
        ...

    async def about(self, session: AsyncSession, unit: str) -> Mapping[str, Any]:
        """What screens know of the unit itself, such as its rooms: with each picture, and when it changes."""
        ...

    async def with_beat(self, session: AsyncSession, unit: str, now: datetime) -> Mapping[str, Any]:
        """What each picture and beat carries besides; asked for once per beat, not per change."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the log as a topic sees it: rows to put in place, ids that are gone, news of the unit."""

    seq: int
    rows: Sequence[Any] = ()
    removed: Sequence[str] = ()
    about: Mapping[str, Any] | None = None


class Frame:
    """One frame, encoded once for all screens of a topic. `seq` 0: outside the order (hello, beat)."""

    __slots__ = ("seq", "text", "wire")

    def __init__(self, seq: int, text: bytes) -> None:
        self.seq = seq
        self.text = text
        self.wire = _as_websocket_text(text)


class Burst:
    """Frames that go out together, as one piece of bytes for every screen that wants them all."""

    __slots__ = ("first", "frames", "last", "wire")

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.frames = frames
        self.wire = frames[0].wire if len(frames) == 1 else b"".join(frame.wire for frame in frames)
        self.first, self.last = frames[0].seq, frames[-1].seq


def _as_websocket_text(payload: bytes) -> bytes:
    """RFC 6455: a final, unmasked text frame, as a server sends it."""
    if len(payload) < 126:
        return bytes((0x81, len(payload))) + payload
    if len(payload) < 65536:
        return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload
    return b"\x81\x7f" + len(payload).to_bytes(8, "big") + payload


def hello(epoch: str, seq: int, now: datetime, version: str) -> Frame:
    """The first frame: where the log stands, what time it is, and which version of the screen is served."""
    return _frame(0, "hello", epoch, seq, {"server_time": now, "version": version})


def snapshot(epoch: str, seq: int, rows: Sequence[Any], extra: Mapping[str, Any]) -> Frame:
    """The whole picture."""
    return _frame(seq, "snapshot", epoch, seq, {"rows": rows, **extra})


def patch(epoch: str, step: Step) -> Frame:
    """One step; may be empty, so that numbers have no gaps."""
    content = {"rows": step.rows, "removed": step.removed, **(step.about or {})}
    return _frame(step.seq, "patch", epoch, step.seq, content)


def beat(epoch: str, seq: int, *, count: int, missing: int, now: datetime, extra: Mapping[str, Any]) -> Frame:
    """Still alive, where the log stands, how many are open, and how many of them no screen was told of."""
    content = {"count": count, "missing": missing, "server_time": now, **extra}
    return _frame(0, "beat", epoch, seq, content)


def _frame(number: int, kind: str, epoch: str, seq: int, content: Mapping[str, Any]) -> Frame:
    return Frame(number, to_json({"type": kind, "epoch": epoch, "seq": seq, **content}))
