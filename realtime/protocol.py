"""What goes over the wire: hello, snapshot, patch, beat and close codes. Plain types, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, Protocol

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncSession


class Close(IntEnum):
    """Why the server closed a screen's connection."""

    NOT_ALLOWED = 4003  # signed out, revoked, or no longer allowed: sign in again
    TOO_SLOW = 4008  # resume from where you are
    RESTART = 1012  # the server restarts: resume


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything a topic shows, true at one place in the log."""

    epoch: str
    seq: int
    count: int
    rows: Sequence[Any]
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the log as the topic sees it: rows to put in place, and ids that are gone."""

    seq: int
    rows: Sequence[Any]
    removed: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """All steps after a place in the log; not `complete` when too many were missed to send them."""

    epoch: str
    seq: int
    count: int
    steps: Sequence[Step]
    complete: bool


class Topic(Protocol):
    """What screens can follow (emne). Each answer is read in one transaction, on one picture."""

    async def picture(self, session: AsyncSession, unit: str, now: datetime) -> Picture:
        """Everything."""
        ...

    async def steps(self, session: AsyncSession, unit: str, since: int, now: datetime) -> Steps:
        """What came after `since`."""
        ...

    async def with_beat(self, session: AsyncSession, unit: str, now: datetime) -> Mapping[str, Any]:
        """What each beat carries besides the count; asked for once per beat, not per change."""
        ...


class Frame:
    """One frame, encoded once for all screens of a topic. `seq` 0: outside the order (hello, beat)."""

    __slots__ = ("seq", "text", "wire")

    def __init__(self, seq: int, text: bytes) -> None:
        self.seq = seq
        self.text = text
        self.wire = _as_websocket_text(text)


def _as_websocket_text(payload: bytes) -> bytes:
    """RFC 6455: a final, unmasked text frame, as a server sends it."""
    if len(payload) < 126:
        return bytes((0x81, len(payload))) + payload
    if len(payload) < 65536:
        return b"\x81\x7e" + len(payload).to_bytes(2, "big") + payload
    return b"\x81\x7f" + len(payload).to_bytes(8, "big") + payload


def hello(epoch: str, seq: int, now: datetime, version: str) -> Frame:
    """The first frame: where the log stands, what time it is, and which version of the screens is served."""
    return _frame(0, "hello", epoch, seq, {"server_time": now, "version": version})


def snapshot(picture: Picture) -> Frame:
    """The whole picture."""
    return _frame(
        picture.seq, "snapshot", picture.epoch, picture.seq, {"rows": picture.rows, **picture.extra}
    )


def patch(epoch: str, step: Step) -> Frame:
    """One step; may be empty, so that numbers have no gaps."""
    return _frame(step.seq, "patch", epoch, step.seq, {"rows": step.rows, "removed": step.removed})


def beat(steps: Steps, extra: Mapping[str, Any], now: datetime) -> Frame:
    """Still alive, where the log stands, and how many are open."""
    return _frame(0, "beat", steps.epoch, steps.seq, {"count": steps.count, "server_time": now, **extra})


def _frame(number: int, kind: str, epoch: str, seq: int, content: Mapping[str, Any]) -> Frame:
    return Frame(number, to_json({"type": kind, "epoch": epoch, "seq": seq, **content}))
