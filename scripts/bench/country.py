"""Every legevakt in Norway on one process, at ten times New Year's Eve; doubled until something gives.

170 wards with 12 walls and 10 desks each are 3 740 screens; each gets its own ward's frames and beats.
The rate:

* 50 377 consultations and home visits on eleven New Year's Eves, 2008-18: about 4 580 a day
  (Sandvik, Tidsskr Nor Legeforen 2019, from all electronic bills).
* All contacts, telephone included, are 2.0 million a year to 1.4 million consultations (yearly statistics
  of the national centre for emergency primary health care, 2019): 6 550 contacts that day.
* Assumed: the busiest hour takes 12 % of the day, and a contact leaves ten lines in the log (arrival,
  assessments, room, seen to, doctor, diagnosis, notes, finished): 7 860 changes in that hour, 2.2 a second.

Ten times that is 22 changes a second. What is played are the commonest changes: seen to, and placed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.bench import machine
from scripts.bench.child import Child
from scripts.bench.contestants import Ours
from scripts.bench.databases import KINDS, database
from scripts.bench.figures import table
from scripts.bench.measure import Measured, hang_up, measure
from scripts.bench.ward import furnish

NEW_YEARS_EVE = 2.2
"""Changes per second in the whole country, in the busiest hour."""

_PROMISED_MS, _PATIENCE_MS = 250.0, 1000.0
_HEADS = (
    *("changes/s", "x New Year", "p50 ms", "p99 ms", "worst", "deliveries/s", "arrived", "POST p50", "p99"),
    *("server", "client", "MiB"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table per database; there is no pass or fail."""
    given = _parser().parse_args(arguments)
    if given.quick:
        given.wards, given.walls, given.desks, given.patients = 3, 2, 2, 3
        given.seconds, given.most, given.database = 1.0, given.rate, given.database or ["sqlite"]
    machine.raise_file_limit()
    for kind in given.database or KINDS:
        with tempfile.TemporaryDirectory(prefix="lvbench") as name, database(kind, Path(name)) as url:
            print(f"{kind}: {machine.describe()}")
            _play(given, Path(name), url)
    print(f"at the end: {machine.describe()}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/bench_country", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--wards", type=int, default=170)
    parser.add_argument("--walls", type=int, default=12, help="in each ward")
    parser.add_argument("--desks", type=int, default=10, help="in each ward")
    parser.add_argument("--patients", type=int, default=15, help="in each ward")
    parser.add_argument(
        "--rate", type=float, default=10 * NEW_YEARS_EVE, help="changes per second to begin with"
    )
    parser.add_argument("--most", type=float, default=1500.0, help="changes per second to stop at")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each measurement")
    parser.add_argument("--database", choices=KINDS, action="append", help="may be repeated; both")
    parser.add_argument("--quick", action="store_true", help="a few seconds and few screens: does it run")
    return parser


def _play(given: argparse.Namespace, folder: Path, url: str) -> None:
    wards = furnish(url, units=given.wards, walls=given.walls, desks=given.desks, patients=given.patients)
    client, nurses = (Child(folder / f"{n}.log", f"scripts.bench.{n}") for n in ("screens", "nurses"))
    server = Ours(folder, url, wards, nurses)
    count = given.wards * (given.walls + given.desks)
    try:
        server.start()
        hung = hang_up(server, client, count)
        print(f"{count} screens of {given.wards} wards had their picture after {hung.seconds:.1f} s")
        rows, gave = [], ""
        for rate in _doubling(given.rate, given.most):
            followers = given.walls + given.desks
            how = {"screens": count, "followers": followers, "rate": rate, "seconds": given.seconds}
            found = measure(server, client, folder=folder, **how)
            rows.append(_row(found, machine.memory_bytes(server.pids())))
            if gave := _gave(found):
                break
            time.sleep(0.5)
        print(table(_HEADS, rows))
        print(f"gave first, at {rate:.0f} changes/s: {gave}\n" if gave else "nothing gave\n")
    finally:
        client.stop()
        server.stop()
        nurses.stop()


def _doubling(rate: float, most: float) -> Iterator[float]:
    while rate <= most:
        yield rate
        rate *= 2


def _gave(found: Measured) -> str:
    """What is not as promised any more, in the order in which a ward would feel it, and why."""
    assert found.answer is not None
    if found.closed:
        felt = f"{found.closed} screens were cut"
    elif found.answer.p99 > _PATIENCE_MS:
        felt = f"the nurses' saves (p99 {found.answer.p99:.0f} ms)"
    elif found.latency.p99 > _PROMISED_MS:
        felt = f"commit to screen (p99 {found.latency.p99:.0f} ms)"
    elif found.arrived < 0.999:
        felt = f"{1 - found.arrived:.1%} of the frames were not there in time"
    else:
        return ""
    if found.client_is_full:
        return felt + "; the load client had no time left, so the server may bear more"
    full = found.server_share > 0.9
    return felt + (
        "; the server's core is full" if full else "; the server waits for the disk or the database"
    )


def _row(found: Measured, memory: int) -> list[object]:
    assert found.answer is not None
    return [
        *(f"{found.rate:.0f}", f"{found.rate / NEW_YEARS_EVE:.0f}"),
        *(f"{value:.1f}" for value in (found.latency.p50, found.latency.p99, found.latency.most)),
        *(f"{found.per_second:.0f}", f"{found.arrived:.1%}"),
        *(f"{found.answer.p50:.1f}", f"{found.answer.p99:.1f}"),
        *(f"{found.server_share:.0%}", f"{found.client_share:.0%}", f"{memory / 2**20:.0f}"),
    ]


if __name__ == "__main__":
    sys.exit(main())
