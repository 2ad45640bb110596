"""A screen's connection: never waits, never sends a step twice, lets go of a screen that cannot keep up."""

from __future__ import annotations

import asyncio

import pytest
from websockets.frames import Frame as WebsocketFrame
from websockets.frames import Opcode

from core.ids import Actor, Role, StaffId, UnitId
from realtime import connection
from realtime.connection import MOST_BYTES, Connection, PlainPipe
from realtime.protocol import Burst, Close, Frame

WALL = Actor(StaffId("display:1"), "Tavle 1", Role.DISPLAY, UnitId("nordvik"))


class Screen:
    """Takes what it is given, as long as it is awake."""

    def __init__(self, *, frozen: bool = False) -> None:
        self.taken: list[bytes] = []
        self.waiting = 0
        self.frozen = frozen

    def write(self, burst: Burst) -> None:
        self.taken += [frame.text for frame in burst.frames]
        self.waiting += len(burst.wire) if self.frozen else 0

    def backlog(self) -> int:
        return self.waiting

    def end(self) -> None: ...

    def cut(self) -> None: ...


def beat(text: bytes) -> Burst:
    return Burst([Frame(0, text)])


def step(seq: int, size: int = 0) -> Burst:
    return steps(seq, size=size)


def steps(*numbers: int, size: int = 0) -> Burst:
    return Burst([Frame(seq, f"step {seq}".encode().ljust(size)) for seq in numbers])


def connected(screen: Screen) -> Connection:
    return Connection(screen, WALL, "hash")


async def test_frames_go_out_in_the_order_they_were_offered() -> None:
    screen = Screen()
    following = connected(screen)

    for burst in (beat(b"hello"), step(1), step(2), beat(b"beat"), step(3)):
        following.offer(burst)

    assert screen.taken == [b"hello", b"step 1", b"step 2", b"beat", b"step 3"]
    assert (following.seq, following.closed.done()) == (3, False)


async def test_a_step_the_screen_has_already_is_left_out() -> None:
    screen = Screen()
    following = connected(screen)

    for burst in (step(5), step(4), steps(4, 5), steps(5, 6, 7), steps(8, 9)):
        following.offer(burst)

    assert screen.taken == [b"step 5", b"step 6", b"step 7", b"step 8", b"step 9"]


async def test_a_screen_that_is_too_far_behind_is_cut_and_given_nothing_more() -> None:
    screen = Screen(frozen=True)
    following = connected(screen)

    following.offer(step(1, MOST_BYTES // 2))
    assert not following.closed.done()
    following.offer(step(2, MOST_BYTES // 2))
    following.offer(step(3))

    assert following.closed.result() is Close.TOO_SLOW
    assert len(screen.taken) == 2


async def test_a_picture_larger_than_a_screen_may_be_behind_is_given_and_not_cut() -> None:
    screen = Screen(frozen=True)
    following = connected(screen)

    following.offer(step(1, 3 * MOST_BYTES))
    following.offer(step(2))
    assert not following.closed.done()
    following.offer(step(3, 2 * MOST_BYTES))

    assert following.closed.result() is Close.TOO_SLOW


async def test_a_screen_that_takes_nothing_for_too_long_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STUCK_SECONDS", 0.01)
    following = connected(Screen(frozen=True))
    following.offer(step(1))

    await asyncio.sleep(0.05)
    following.offer(step(2))

    assert following.closed.result() is Close.TOO_SLOW


async def test_a_slow_screen_that_gets_on_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STUCK_SECONDS", 0.01)
    screen = Screen(frozen=True)
    following = connected(screen)
    following.offer(step(1, 1000))

    for _ in range(4):
        await asyncio.sleep(0.02)
        screen.waiting -= 200  # it took some, though less than it was given
        following.cut_if_slow()

    assert not following.closed.done()


async def test_the_first_reason_for_closing_stands() -> None:
    following = connected(Screen())

    following.close(Close.NOT_ALLOWED)
    following.close(Close.TOO_SLOW)

    assert following.closed.result() is Close.NOT_ALLOWED


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
async def test_the_direct_way_and_the_ordinary_way_send_the_same_bytes(size: int) -> None:
    text = ("å" * (size // 2) + "a" * (size % 2)).encode()
    ordinary: list[str] = []

    async def send(said: str) -> None:
        ordinary.append(said)

    pipe = PlainPipe(send)
    pipe.write(Burst([Frame(1, text)]))
    await asyncio.sleep(0.01)
    pipe.end()
    assert pipe.backlog() == 0

    by_library = WebsocketFrame(Opcode.TEXT, ordinary[0].encode()).serialize(mask=False)
    assert Frame(1, text).wire == by_library
