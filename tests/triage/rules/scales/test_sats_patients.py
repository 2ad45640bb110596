"""Whole patients by TEWS; the edges of the tables are in `typed/sats.py`."""

from decimal import Decimal

import pytest

from triage.rules.scales.engine import evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings, Value


@pytest.mark.parametrize(
    ("total", "rr", "hr", "mobility", "trauma", "level"),
    [
        (0, 12, 80, "walking", "no", "green"),
        (2, 15, 80, "with_help", "no", "green"),
        (3, 15, 80, "with_help", "yes", "yellow"),
        (4, 22, 101, "with_help", "no", "yellow"),
        (5, 22, 111, "with_help", "no", "orange"),
        (6, 22, 111, "stretcher", "no", "orange"),
        (7, 30, 111, "stretcher", "no", "red"),
        (9, 30, 130, "stretcher", "yes", "red"),
    ],
)
def test_a_complete_total_gives_the_level_of_its_row(
    total: int, rr: int, hr: int, mobility: str, trauma: str, level: str
) -> None:
    measured: dict[str, Value] = {
        "rr": Decimal(rr),
        "hr": Decimal(hr),
        "sbp": Decimal(120),
        "temp": Decimal("37.0"),
        "avpu": "A",
        "mobility": mobility,
        "trauma": trauma,
    }

    said = evaluate(scale("sats"), Findings(age_months=600, values=measured))

    assert (said.total, said.complete, said.level) == (total, True, level)


def test_the_targets_of_the_chart_are_0_10_60_240_and_120_minutes() -> None:
    targets = {level.code: level.target_minutes for level in scale("sats").levels}

    assert targets == {"red": 0, "orange": 10, "yellow": 60, "green": 240, "blue": 120}
