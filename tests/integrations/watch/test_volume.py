"""A receiver that hears much less than it usually does is found; chance is not taken for a fault."""

from __future__ import annotations

import pytest

from integrations.watch.volume import unusually_few


@pytest.mark.parametrize(
    ("today", "before", "told"),
    [
        (0, [10, 12, 9, 11], True),
        (1, [40, 38, 44, 41], True),
        (20, [40, 38, 44, 41], True),
        (26, [40, 38, 44, 41], False),  # few, but so few come by chance once in a while
        (0, [1, 0, 2, 1], False),  # a GP who hears seldom is not silent
        (0, [6, 6, 6], False),  # once in four hundred such days: not seldom enough
        (0, [30, 30], False),  # two days are no custom
        (0, [], False),
        (60, [40, 38, 44, 41], False),
    ],
)
def test_so_few_are_hardly_chance(today: int, before: list[int], *, told: bool) -> None:
    assert unusually_few(today, before) is told
