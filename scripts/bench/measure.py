"""One measurement: so many screens on one server, changes at a rate for some seconds, and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from scripts.bench import figures, machine
from scripts.bench.child import Child, Died
from scripts.bench.contestants import Contestant

_AFTER_SECONDS = 1.5
"""What is on its way when the last change is made is still counted."""
CLIENT_IS_FULL = 0.85


@dataclass(frozen=True, slots=True)
class Measured:
    """What one measurement says."""

    name: str
    screens: int
    rate: float
    latency: figures.Spread
    per_second: float  # deliveries
    arrived: float  # share of what should have come
    server_share: float  # of one core
    cpu_per_thousand: float  # ms of server time per 1 000 deliveries, everything it did included
    client_share: float  # of one core
    answer: figures.Spread | None
    closed: int
    sample: str

    @property
    def client_is_full(self) -> bool:
        """The client had no time left; the server may be faster than this says."""
        return self.client_share > CLIENT_IS_FULL


@dataclass(frozen=True, slots=True)
class Hung:
    """Screens that are up: what they cost while nothing happens, and how long it took until all were."""

    bytes_each: float
    seconds: float


def hang_up(server: Contestant, client: Child, count: int) -> Hung:
    """Connect all screens at once; one before them, so that what is loaded once is not counted."""
    wanted = server.screens(count)
    _connect(server, client, wanted[:1])
    time.sleep(0.3)
    before = machine.memory_bytes(server.pids())
    if count == 1:
        return Hung(0.0, 0.0)
    told = _connect(server, client, wanted[1:])
    time.sleep(1.0)
    grown = machine.memory_bytes(server.pids()) - before
    return Hung(grown / (count - 1), (told["ended"] - told["began"]) / 1e9)


def _connect(server: Contestant, client: Child, wanted: list[dict[str, object]]) -> dict[str, int]:
    told = client.ask("connect", port=server.port, screens=wanted, picture=server.has_picture)
    if told["closed"]:
        raise Died(f"{server.name} closed {told['closed']} screens while they connected")
    return told


def measure(
    server: Contestant,
    client: Child,
    *,
    screens: int,
    followers: int,
    rate: float,
    seconds: float,
    folder: Path,
) -> Measured:
    """Let changes happen and count; `followers` is how many screens each change goes to."""
    file = folder / "stamps"
    pids = server.pids()
    began = time.monotonic_ns()
    client.tell("measure", seconds=seconds + _AFTER_SECONDS, file=str(file))
    before = machine.cpu_seconds(pids)
    server.begin(rate, seconds)
    committed, answer = server.end()
    told = client.hear()
    used = machine.cpu_seconds(pids) - before
    took = seconds + _AFTER_SECONDS
    late = figures.latencies(file, committed)
    changes = sum(at >= began for at in committed.values())  # the service itself may ring an alarm
    return Measured(
        name=server.name,
        screens=screens,
        rate=rate,
        latency=figures.Spread.of(late),
        per_second=len(late) / seconds,
        arrived=len(late) / max(1, changes * followers),
        server_share=used / took,
        cpu_per_thousand=used * 1e6 / max(1, len(late)),
        client_share=told["client_share"] * took / seconds,
        answer=answer,
        closed=told["closed"],
        sample=told["sample"],
    )
