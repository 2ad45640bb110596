"""Has a receiver fallen silent? Letters of a day beside the receiver's own usual (volumalarm). Pure.

In a known go-live thousands of letters never left while every single one looked sent. What nobody sees in one
letter is seen in the count: a receiver that usually gets ten and has got none.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from statistics import mean

FEWEST_DAYS = 3
CHANCE = 0.001
"""As seldom as this may a count be by chance alone; then somebody is told."""


def unusually_few(today: int, before: Sequence[int]) -> bool:
    """Whether so few are hardly chance, by the counts of the same weekday up to the same hour.

    Letters come independently of each other: their number is taken as Poisson about the receiver's mean.
    """
    if len(before) < FEWEST_DAYS:
        return False
    expected = mean(before)
    term = total = exp(-expected)
    for number in range(1, today + 1):
        term *= expected / number
        total += term
    return total < CHANCE
