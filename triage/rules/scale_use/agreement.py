"""How far two scales agree on the same patients (samsvar): before a change-over, and during it.

Levels are compared by rank. Weighted kappa is Cohen's with quadratic weights: a disagreement by two ranks
counts four times one by a single rank, and what chance gives is taken out; 1 is full agreement, 0 is chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from core.text import Answer

WORST_AT_MOST = 20


class Pair(NamedTuple):
    """One patient by two scales; rank None: not settled."""

    id: str
    used: int | None
    other: int | None


class LevelPair(Answer):
    """How many patients got this rank by the scale in use and that one by the other."""

    used: int
    other: int
    count: int


class Worst(Answer):
    """A patient on whom the scales differ much: somebody should read this one."""

    id: str
    used: int
    other: int


class Agreement(Answer):
    """The report. Over-triage: the other scale is more urgent than the one in use; under-triage: less."""

    compared: int  # both settled
    unsettled_used: int  # only the scale in use could not settle, and so on
    unsettled_other: int
    unsettled_both: int
    pairs: tuple[LevelPair, ...]
    same: int
    over: int
    under: int
    kappa: float | None  # None: nothing to compare, or every patient has one and the same level
    worst: tuple[Worst, ...]  # by two ranks or more, most first


def agreement(pairs: Sequence[Pair]) -> Agreement:
    """The report of these patients."""
    both = [(each.used, each.other) for each in pairs if each.used is not None and each.other is not None]
    counts = Counter(both)
    return Agreement(
        compared=len(both),
        unsettled_used=sum(each.used is None and each.other is not None for each in pairs),
        unsettled_other=sum(each.used is not None and each.other is None for each in pairs),
        unsettled_both=sum(each.used is None and each.other is None for each in pairs),
        pairs=tuple(LevelPair(used=u, other=o, count=n) for (u, o), n in sorted(counts.items())),
        same=sum(used == other for used, other in both),
        over=sum(other < used for used, other in both),
        under=sum(other > used for used, other in both),
        kappa=weighted_kappa(counts),
        worst=_worst(pairs),
    )


def weighted_kappa(counts: Mapping[tuple[int, int], int]) -> float | None:
    """Cohen's kappa with quadratic weights; None where it is not defined."""
    total = sum(counts.values())
    used, other = Counter[int](), Counter[int]()
    for (row, column), count in counts.items():
        used[row] += count
        other[column] += count
    observed = sum((row - column) ** 2 * count for (row, column), count in counts.items())
    by_chance = sum((row - column) ** 2 * n * m for row, n in used.items() for column, m in other.items())
    return None if by_chance == 0 else 1 - observed * total / by_chance


def _worst(pairs: Sequence[Pair]) -> tuple[Worst, ...]:
    far = [
        Worst(id=each.id, used=each.used, other=each.other)
        for each in pairs
        if each.used is not None and each.other is not None and abs(each.used - each.other) >= 2
    ]
    # Of equally far ones first those the other scale finds less urgent: they would have waited longer.
    far.sort(key=lambda each: (-abs(each.used - each.other), each.used - each.other, each.id))
    return tuple(far[:WORST_AT_MOST])
