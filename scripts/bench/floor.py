"""The floor (gulvet): a bare `websockets.broadcast()` of frames that are there; no database, no check.

`floor PORT`; asked over standard input to send at a rate, it notes when each frame was handed over.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main() -> None:
    """Serve until standard input ends."""
    screens: set[ServerConnection] = set()

    async def follow(screen: ServerConnection) -> None:
        screens.add(screen)
        try:
            await screen.wait_closed()
        finally:
            screens.discard(screen)

    async with serve(follow, "127.0.0.1", int(sys.argv[1]), compression=None, backlog=4096):
        print(json.dumps({"ready": True}), flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            await _send(screens, **json.loads(line))


async def _send(screens: set[ServerConnection], do: str, rate: float, frames: list[str], file: str) -> None:
    began, noted = time.monotonic(), list[int]()
    for number, frame in enumerate(frames):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        noted.append(time.monotonic_ns())
        broadcast(screens, frame)
    await asyncio.to_thread(Path(file).write_text, json.dumps(noted))
    print(json.dumps({"sent": len(noted)}), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
