"""From stamps to figures: latency from commit to screen, and tables that can be read in a terminal."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle and the bad end of many times, in milliseconds."""

    p50: float
    p99: float
    most: float

    @classmethod
    def of(cls, nanoseconds: Sequence[int]) -> Spread:
        """Nothing measured is not zero."""
        if not nanoseconds:
            return cls(float("nan"), float("nan"), float("nan"))
        ordered = sorted(nanoseconds)
        last = len(ordered) - 1
        return cls(ordered[last // 2] / 1e6, ordered[round(0.99 * last)] / 1e6, ordered[-1] / 1e6)


def stamps(file: Path) -> tuple[array[int], array[int], array[int]]:
    """When, which number and in which unit each patch came, as the load client wrote it down."""
    columns = array("q", file.read_bytes())
    third = len(columns) // 3
    return columns[:third], columns[third : 2 * third], columns[2 * third :]


def commits(file: Path, units: Sequence[str]) -> dict[tuple[int, int], int]:
    """When each number of each unit (by its place in `units`) was committed; one commit may hold several."""
    place = {unit: number for number, unit in enumerate(units)}
    at, found = dict[str, int](), dict[tuple[int, int], int]()
    for line in file.read_text().splitlines():
        moment, unit, seq = line.split()
        for number in range(at.get(unit, int(seq) - 1) + 1, int(seq) + 1):
            found[place[unit], number] = int(moment)
        at[unit] = int(seq)
    return found


def latencies(file: Path, committed: dict[tuple[int, int], int]) -> list[int]:
    """From commit to screen, of every patch that came and whose commit was noted by then."""
    came = zip(*stamps(file), strict=True)
    known = ((now, committed.get((where, number))) for now, number, where in came)
    return [now - then for now, then in known if then is not None]


def answers(file: Path, since: int = 0, until: int = 1 << 62) -> list[int]:
    """How long nurses waited, from when the change was due, of those due between two moments."""
    noted = json.loads(file.read_text())
    return [done - due for due, _sent, done, _status in noted if since <= due <= until]


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Markdown that is also straight in a terminal."""
    texts = [list(heads), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    lines = [
        "| " + " | ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in texts
    ]
    rule = "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])
