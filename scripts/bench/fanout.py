"""Commit-to-screen on one busy ward: ours beside the bare broadcast and nginx with Nchan, in one run.

A nurse's change is a real POST to `legevakt serve` on a real database, and a stamp is taken when its commit
is done, before any screen is told. The two others send the same bytes at the same rate and keep no record at
all: they are the floor, not rivals. Latency ends when the load client has the bytes.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.bench import machine, nchan
from scripts.bench.child import Child
from scripts.bench.contestants import Contestant, Floor, Nchan, Ours
from scripts.bench.databases import KINDS, database
from scripts.bench.figures import table
from scripts.bench.measure import Hung, Measured, hang_up, measure
from scripts.bench.storm import storm
from scripts.bench.ward import furnish

_HEADS = (
    *(
        "server",
        "screens",
        "changes/s",
        "p50 ms",
        "p99 ms",
        "worst",
        "p99 x floor",
        "deliveries/s",
        "arrived",
    ),
    *("CPU ms/1000", "KiB each", "up in s", "client", "POST p50", "p99"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables; there is no pass or fail."""
    given = _parser().parse_args(arguments)
    if given.quick:
        given.screens, given.rates, given.seconds = given.screens or [20], given.rates or [10.0], 1.0
    given.screens, given.rates = given.screens or [100, 1000, 4000], given.rates or [10.0, 20.0]
    limit = machine.raise_file_limit()
    print(f"{machine.describe()}, {limit} files, database {given.database}, {given.seconds:.0f} s each\n")
    with tempfile.TemporaryDirectory(prefix="lvbench") as name, database(given.database, Path(name)) as url:
        _run(given, Path(name), url)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench_fanout", description=__doc__)
    parser.add_argument("--screens", type=int, action="append", help="may be repeated; 100, 1000 and 4000")
    parser.add_argument("--rates", type=float, action="append", help="changes per second; 10 and 20")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each measurement")
    parser.add_argument("--database", choices=KINDS, default="sqlite")
    parser.add_argument("--ours-only", action="store_true", help="nothing beside it")
    parser.add_argument("--quick", action="store_true", help="a few seconds and few screens: does it run")
    return parser


def _run(given: argparse.Namespace, folder: Path, url: str) -> None:
    most = max(given.screens)
    wards = furnish(url, units=1, walls=most - most // 2, desks=most // 2, patients=40)
    client, nurses = (
        Child(folder / f"{name}.log", f"scripts.bench.{name}") for name in ("screens", "nurses")
    )
    ours = Ours(folder, url, wards, nurses)
    try:
        sample = ""
        for count in given.screens:
            rows, sample = _contest(given, ours, client, count, folder, sample)
            for other in () if given.ours_only else _others(folder, sample, nurses):
                rows += _contest(given, other, client, count, folder, sample)[0]
            _print(rows)
        print("CPU: all that the server did, nurses' changes too. KiB each: resident memory per idle screen.")
        if not given.ours_only and not nchan.is_installed():
            print("\nnginx + Nchan: not installed (packages nginx and libnginx-mod-nchan)")
        print(f"\n{storm(ours, client, most, rate=10.0, lead=0.5 if given.quick else 2.0)}")
        print(f"at the end: {machine.describe()}")
    finally:
        client.stop()
        nurses.stop()


def _others(folder: Path, sample: str, nurses: Child) -> list[Contestant]:
    floor: list[Contestant] = [Floor(folder, sample)]
    return [*floor, Nchan(folder, sample, nurses)] if nchan.is_installed() else floor


def _contest(
    given: argparse.Namespace, server: Contestant, client: Child, count: int, folder: Path, sample: str
) -> tuple[list[tuple[Measured, Hung]], str]:
    server.start()
    try:
        hung = hang_up(server, client, count)
        found = []
        for rate in given.rates:
            how = {"screens": count, "followers": count, "rate": rate, "seconds": given.seconds}
            found.append((measure(server, client, folder=folder, **how), hung))
            print(".", end="", flush=True)
        return found, found[-1][0].sample or sample
    finally:
        try:
            client.ask("close")
        finally:
            server.stop()


def _print(rows: list[tuple[Measured, Hung]]) -> None:
    floor = {(each.screens, each.rate): each for each, _ in rows if each.name == Floor.name}
    print("\n" + table(_HEADS, [_row(each, hung, floor) for each, hung in rows]))
    if any(each.client_is_full for each, _ in rows):
        print("client above 85 %: it is at its limit there, and the server may be faster than it looks")


def _row(each: Measured, hung: Hung, floor: dict[tuple[int, float], Measured]) -> list[object]:
    beside = floor.get((each.screens, each.rate))
    return [
        *(each.name, each.screens, f"{each.rate:.0f}"),
        *(f"{value:.1f}" for value in (each.latency.p50, each.latency.p99, each.latency.most)),
        f"{each.latency.p99 / beside.latency.p99:.1f}" if beside else "-",
        *(f"{each.per_second:.0f}", f"{each.arrived:.1%}", f"{each.cpu_per_thousand:.1f}"),
        *(f"{hung.bytes_each / 1024:.0f}", f"{hung.seconds:.1f}", f"{each.client_share:.0%}"),
        *((f"{each.answer.p50:.1f}", f"{each.answer.p99:.1f}") if each.answer else ("-", "-")),
    ]


if __name__ == "__main__":
    sys.exit(main())
