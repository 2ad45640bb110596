from decimal import Decimal

import pytest

from triage.rules.levels import (
    LevelMissing,
    LevelUnknown,
    ReasonMissing,
    choose_level,
    level_of,
    levels,
    second_look_needed,
)
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings, Value

SATS = levels(scale("sats"))
WELL: dict[str, Value] = {
    "rr": Decimal(12),
    "hr": Decimal(72),
    "sbp": Decimal(128),
    "temp": Decimal("36.8"),
    "avpu": "A",
    "mobility": "walking",
    "trauma": "no",
}


def suggested(level: str | None) -> Evaluation:
    """What the scale says of a patient whose suggestion is this level; None: nothing was measured."""
    sign = {"red": "cardiac_arrest", "orange": "chest_pain", "yellow": "abdominal_pain"}.get(level or "")
    signs = frozenset({sign} if sign else ())
    values = WELL if level else {}
    said = evaluate(scale("sats"), Findings(age_months=600, values=values, discriminators=signs))
    assert said.level == level
    return said


def test_the_suggested_level_is_taken_when_nobody_chooses_another() -> None:
    level = choose_level(SATS, suggested("orange"), chosen=None, reason=None)

    assert (level.code, level.rank, level.target_minutes) == ("orange", 2, 10)


def test_levels_have_the_scales_targets_and_the_wards_own_intervals() -> None:
    rows = [
        (each.code, each.rank, each.target_minutes, each.reassess_minutes, each.continuous) for each in SATS
    ]

    assert rows == [
        ("red", 1, 0, None, True),
        ("orange", 2, 10, 15, False),
        ("yellow", 3, 60, 30, False),
        ("green", 4, 240, 60, False),
        ("blue", 5, 120, 120, False),
    ]


def test_a_unit_sets_its_own_times_for_some_levels_only() -> None:
    ours = levels(scale("sats"), targets={"orange": 15}, reassess={"orange": 10, "yellow": 0})

    assert level_of(ours, "orange").target_minutes == 15
    assert level_of(ours, "orange").reassess_minutes == 10
    assert level_of(ours, "yellow").continuous
    assert level_of(ours, "green").target_minutes == 240


@pytest.mark.parametrize(
    ("suggestion", "chosen"),
    [
        ("orange", "orange"),
        ("green", "green"),
        (None, "red"),
        (None, "orange"),
        (None, "yellow"),
    ],
)
def test_no_reason_is_asked_for_following_or_for_urgency_before_measuring(
    suggestion: str | None, chosen: str
) -> None:
    level = choose_level(SATS, suggested(suggestion), chosen=chosen, reason=None)

    assert level.code == chosen


@pytest.mark.parametrize(
    ("suggestion", "chosen"),
    [
        ("orange", "red"),
        ("orange", "yellow"),
        ("green", "yellow"),
        ("green", "blue"),
        (None, "green"),
        (None, "blue"),
    ],
)
@pytest.mark.parametrize("empty", [None, "", "  "])
def test_another_level_than_suggested_needs_a_reason(
    suggestion: str | None, chosen: str, empty: str | None
) -> None:
    said = suggested(suggestion)

    with pytest.raises(ReasonMissing) as refused:
        choose_level(SATS, said, chosen=chosen, reason=empty)

    assert refused.value.code == "reason-missing"
    assert refused.value.facts == {"suggested": suggestion, "chosen": chosen}
    assert choose_level(SATS, said, chosen=chosen, reason="Blek og klam").code == chosen


def test_nothing_measured_and_nothing_chosen_gives_no_level() -> None:
    with pytest.raises(LevelMissing):
        choose_level(SATS, suggested(None), chosen=None, reason=None)


def test_a_level_the_scale_does_not_have_is_refused() -> None:
    with pytest.raises(LevelUnknown) as refused:
        choose_level(SATS, suggested("green"), chosen="purple", reason="?")

    assert refused.value.facts["level"] == "purple"


@pytest.mark.parametrize(
    ("suggestion", "chosen", "needed"),
    [(2, 3, True), (1, 2, True), (2, 2, False), (3, 2, False), (None, 4, False)],
)
def test_a_colleague_looks_again_when_the_level_is_lowered(
    suggestion: int | None, chosen: int, needed: bool
) -> None:
    assert second_look_needed(suggestion, chosen) is needed
