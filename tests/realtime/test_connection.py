"""A screen's queue: never waits, never sends a step twice, and lets go of a screen that cannot keep up."""

from __future__ import annotations

import asyncio

import pytest

from realtime import connection
from realtime.connection import QUEUE, Connection
from realtime.protocol import Close, Frame


def step(seq: int) -> Frame:
    return Frame(seq, f"step {seq}")


async def sent_by(screen: Connection, sent: list[str], many: int) -> None:
    """Let the sender work until so many frames are out."""
    sending = asyncio.create_task(screen.send_all())
    async with asyncio.timeout(5):
        while True:
            if len(sent) >= many:
                break
            await asyncio.sleep(0)
    sending.cancel()


async def test_frames_go_out_in_the_order_they_were_offered() -> None:
    sent: list[str] = []
    screen = Connection(collect_in(sent))

    for frame in (Frame(0, "hello"), step(1), step(2), Frame(0, "beat"), step(3)):
        screen.offer(frame)
    await sent_by(screen, sent, 5)

    assert sent == ["hello", "step 1", "step 2", "beat", "step 3"]
    assert (screen.seq, screen.closed.done()) == (3, False)


async def test_a_step_the_screen_has_already_is_left_out() -> None:
    sent: list[str] = []
    screen = Connection(collect_in(sent))

    for seq in (5, 4, 5, 6):
        screen.offer(step(seq))
    await sent_by(screen, sent, 2)

    assert sent == ["step 5", "step 6"]


async def test_a_screen_with_a_full_queue_is_cut_and_offering_never_waits() -> None:
    screen = Connection(never)

    for seq in range(1, QUEUE + 1):
        screen.offer(step(seq))
    assert not screen.closed.done()
    screen.offer(step(QUEUE + 1))

    assert screen.closed.result() is Close.TOO_SLOW
    assert screen.seq == QUEUE


async def test_a_sending_that_takes_too_long_ends_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SEND_SECONDS", 0.01)
    screen = Connection(never)
    screen.offer(step(1))

    await screen.send_all()

    assert screen.closed.result() is Close.TOO_SLOW


async def test_the_first_reason_for_closing_stands() -> None:
    screen = Connection(never)

    screen.close(Close.NOT_ALLOWED)
    screen.close(Close.TOO_SLOW)

    assert screen.closed.result() is Close.NOT_ALLOWED


def collect_in(sent: list[str]) -> connection.Send:
    async def send(text: str) -> None:
        sent.append(text)

    return send


async def never(_text: str) -> None:
    await asyncio.Event().wait()
