"""What it costs to send one frame to one screen, by server, websocket protocol and event loop.

The same app, the same ward and the same nurses each time. A change itself costs the same everywhere, so it is
measured with one screen first and taken off: what is left is the price of telling the others.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.bench import machine
from scripts.bench.child import Child, Died
from scripts.bench.contestants import Ours
from scripts.bench.databases import database
from scripts.bench.figures import table
from scripts.bench.measure import Measured, hang_up, measure
from scripts.bench.other_servers import WAYS
from scripts.bench.ward import Ward, furnish

_HEADS = ("way", "CPU ms/1000 sends", "p50 ms", "p99 ms", "KiB each", "arrived", "client", "POST p50", "p99")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; there is no pass or fail."""
    given = _parser().parse_args(arguments)
    if given.quick:
        given.screens, given.seconds, given.ways = 10, 1.0, given.ways or ["serve", "sansio"]
    machine.raise_file_limit()
    print(
        f"{machine.describe()}; {given.screens} screens, {given.rate:.0f} changes/s, {given.seconds:.0f} s\n"
    )
    with tempfile.TemporaryDirectory(prefix="lvbench") as name, database("sqlite", Path(name)) as url:
        folder, half = Path(name), given.screens // 2
        wards = furnish(url, units=1, walls=given.screens - half, desks=half, patients=40)
        rows = [_row(given, way, folder, url, wards) for way in given.ways or WAYS]
    print("\n" + table(_HEADS, rows))
    print(f"at the end: {machine.describe()}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench_servers", description=__doc__)
    parser.add_argument("--screens", type=int, default=500)
    parser.add_argument("--rate", type=float, default=10.0, help="changes per second")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of each measurement")
    parser.add_argument("--ways", action="append", choices=list(WAYS), help="may be repeated; all")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has the other servers")
    parser.add_argument("--quick", action="store_true", help="a few seconds and few screens: does it run")
    return parser


def _row(given: argparse.Namespace, way: str, folder: Path, url: str, wards: list[Ward]) -> list[object]:
    # The service is served by our own interpreter; only what that lacks by the other one.
    python = sys.executable if _has(sys.executable, way) else given.python
    if not _has(python, way):
        return [way, "not installed", *["-"] * (len(_HEADS) - 2)]
    client, nurses = (Child(folder / f"{n}.log", f"scripts.bench.{n}") for n in ("screens", "nurses"))
    server = Ours(folder, url, wards, nurses, way=way, python=python)
    try:
        server.start()
        alone = _measure(given, server, client, 1, folder)
        client.ask("close")
        hung = hang_up(server, client, given.screens)
        many = _measure(given, server, client, given.screens, folder, connected=True)
    except Died as fault:
        return [way, str(fault).strip().splitlines()[-1][:40], *["-"] * (len(_HEADS) - 2)]
    finally:
        client.stop()
        server.stop()
        nurses.stop()
    print(".", end="", flush=True)
    sends = many.per_second * given.seconds
    extra = many.cpu_per_thousand * sends - alone.cpu_per_thousand * alone.per_second * given.seconds
    assert many.answer is not None
    return [
        *(way, f"{extra / sends:.1f}", f"{many.latency.p50:.1f}", f"{many.latency.p99:.1f}"),
        *(f"{hung.bytes_each / 1024:.0f}", f"{many.arrived:.1%}", f"{many.client_share:.0%}"),
        *(f"{many.answer.p50:.1f}", f"{many.answer.p99:.1f}"),
    ]


def _measure(
    given: argparse.Namespace,
    server: Ours,
    client: Child,
    screens: int,
    folder: Path,
    *,
    connected: bool = False,
) -> Measured:
    if not connected:
        hang_up(server, client, screens)
    how = {"screens": screens, "followers": screens, "rate": given.rate, "seconds": given.seconds}
    return measure(server, client, folder=folder, **how)


def _has(python: str, way: str) -> bool:
    asked = "\n".join(f"import {name}" for name in WAYS[way])
    return subprocess.run([python, "-c", asked], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
