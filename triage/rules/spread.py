"""Figures that say how it goes (nøkkeltall): middle and nine of ten, and what is usual on such a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

USUAL_WEEKS = 8
"""So many weeks back a usual day is looked for: long enough to be calm, short enough to be this season."""
FEWEST_DAYS = 3
"""Fewer days than this are no custom."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Minutes: the median, and what nine of ten were within. Never a mean, which one long wait pulls away."""

    median: int
    ninety: int
    counted: int


def spread(minutes: Sequence[float]) -> Spread | None:
    """Of some waits; None when there are none."""
    if not minutes:
        return None
    ninety = quantiles(minutes, n=10, method="inclusive")[-1] if len(minutes) > 1 else minutes[0]
    return Spread(round(median(minutes)), round(ninety), len(minutes))


def usual(counts: Sequence[int]) -> int | None:
    """How many there usually are on such a day; None before the ward has been open for some of them."""
    return round(median(counts)) if len(counts) >= FEWEST_DAYS else None


def usual_by_hour(days: Sequence[Sequence[int]]) -> tuple[float, ...]:
    """The same for each hour of the day; empty before there is a custom."""
    if len(days) < FEWEST_DAYS:
        return ()
    return tuple(sum(hour) / len(days) for hour in zip(*days, strict=True))
