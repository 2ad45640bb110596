"""How far two scales agree, against figures worked out by hand."""

from __future__ import annotations

import pytest

from triage.rules.scale_use.agreement import Pair, agreement, weighted_kappa


def test_full_agreement_is_one_and_chance_is_nought() -> None:
    assert weighted_kappa({(1, 1): 3, (3, 3): 5}) == 1
    assert weighted_kappa({(1, 1): 1, (1, 2): 1, (2, 1): 1, (2, 2): 1}) == 0
    assert weighted_kappa({(1, 2): 4, (2, 1): 4}) == -1


def test_kappa_is_what_the_formula_gives_by_hand() -> None:
    # One pair two ranks apart: 4. By chance: rows 1:4 2:6, columns 1:3 2:6 3:1, so
    # (4*6*1 + 4*1*4 + 6*3*1 + 6*1*1) / 10 = 64 / 10.
    counts = {(1, 1): 3, (2, 2): 6, (1, 3): 1}
    by_hand = 1 - 4 / 6.4

    assert weighted_kappa(counts) == pytest.approx(by_hand)


@pytest.mark.parametrize("counts", [{}, {(2, 2): 7}])
def test_where_everybody_is_alike_kappa_is_not_defined(counts: dict[tuple[int, int], int]) -> None:
    assert weighted_kappa(counts) is None


def test_what_was_not_settled_is_counted_apart_and_the_worst_come_first() -> None:
    pairs = [
        Pair("same", 3, 3),
        Pair("raised", 4, 2),
        Pair("lowered", 2, 4),
        Pair("far", 4, 1),
        Pair("near", 3, 4),
        Pair("a", None, 3),
        Pair("b", 3, None),
        Pair("c", None, None),
    ]

    said = agreement(pairs)

    assert (said.compared, said.same, said.over, said.under) == (5, 1, 2, 2)
    assert (said.unsettled_used, said.unsettled_other, said.unsettled_both) == (1, 1, 1)
    assert [each.id for each in said.worst] == ["far", "lowered", "raised"]
