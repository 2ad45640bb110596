"""The service as users run it, and beside it a note of each commit: when, and in which unit.

`serve` is the ordinary way; the other words are ways that `bench_servers` compares it with.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from fastapi import FastAPI

from app.main import create_app
from app.serving.server import serve
from core.settings import Settings
from core.store.event_log import Event
from core.store.work import Work
from scripts.bench import other_servers


def noted(commits: Path) -> FastAPI:
    """The app; the first thing after each commit is a line in the file, before any screen is told."""
    app = create_app(Settings())
    out = os.open(commits, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    latest = _listen_in()

    def note(unit: str) -> None:
        os.write(out, f"{time.monotonic_ns()} {unit} {latest[unit]}\n".encode())

    app.state.store.on_commit(note)
    return app


def _listen_in() -> dict[str, int]:
    """The number of the last event recorded in each unit, as it happens."""
    latest: dict[str, int] = {}
    ordinary = Work.record

    async def record(work: Work, event: Event) -> int:
        seq = await ordinary(work, event)
        latest[work.unit] = max(seq, latest.get(work.unit, 0))  # its reactions may have recorded more
        return seq

    Work.record = record  # type: ignore[method-assign]
    return latest


def main() -> None:
    """`served FILE [WAY]`."""
    commits, way = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "serve"
    os.environ["BENCH_COMMITS"] = str(commits)
    if way == "serve":
        serve(app(), Settings())
    else:
        other_servers.run(way, app, Settings())


def app() -> FastAPI:
    """The app; some servers want to build it themselves, in a process of theirs."""
    return noted(Path(os.environ["BENCH_COMMITS"]))


if __name__ == "__main__":
    main()
