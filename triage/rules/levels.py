"""Levels of urgency (hastegrad) as a unit uses them: code, rank and times, and when choosing needs more.

A level is a rank with a word, never a bare colour: blue is the dead in SATS and the least urgent living in
SATS Norge and Manchester, so levels of two scales are never joined on colour.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import Invalid
from core.text import Answer
from triage.rules.scales.engine import Evaluation
from triage.rules.scales.scale import Scale, ScaleLevel

REASSESS_MINUTES: Mapping[int, int | None] = {1: None, 2: 15, 3: 30, 4: 60, 5: 120}
"""New assessment by rank when neither unit nor scale says; None is without pause.

No Norwegian source gives intervals; these follow CTAS and are the unit's to change.
"""


class LevelUnknown(Invalid):
    """The scale has no such level (ukjent hastegrad)."""

    code = "level-unknown"


class ReasonMissing(Invalid):
    """Another level than suggested was chosen without saying why (begrunnelse mangler)."""

    code = "reason-missing"


class LevelMissing(Invalid):
    """Too little was measured for a suggestion, and no level was chosen (hastegrad mangler)."""

    code = "level-missing"


class Level(Answer):
    """One level at one unit (hastegrad)."""

    code: str
    rank: int  # 1 is most urgent
    target_minutes: int | None  # to the doctor; 0 at once; None: the scale sets no target
    reassess_minutes: int | None  # None when continuous
    continuous: bool  # watched without pause (løpende)


def levels(
    scale: Scale,
    *,
    targets: Mapping[str, int] | None = None,
    reassess: Mapping[str, int] | None = None,
) -> tuple[Level, ...]:
    """The unit's levels, most urgent first: the scale's times where the unit has not set its own.

    Target times differ between wards: orange is 10 minutes in SATS and 15 at Haukeland.
    """
    ranked = sorted(scale.levels, key=lambda level: level.rank)
    return tuple(_level(each, targets or {}, reassess or {}) for each in ranked)


def _level(level: ScaleLevel, targets: Mapping[str, int], reassess: Mapping[str, int]) -> Level:
    proposed = REASSESS_MINUTES.get(level.rank) if level.reassess_minutes is None else level.reassess_minutes
    minutes = reassess.get(level.code, proposed)
    return Level(
        code=level.code,
        rank=level.rank,
        target_minutes=targets.get(level.code, level.target_minutes),
        reassess_minutes=minutes or None,
        continuous=not minutes,
    )


def level_of(levels: tuple[Level, ...], code: str) -> Level:
    """The unit's level with this code, or LevelUnknown."""
    for level in levels:
        if level.code == code:
            return level
    raise LevelUnknown(level=code, levels=[level.code for level in levels])


def second_look_needed(suggested_rank: int | None, chosen_rank: int) -> bool:
    """Whether an experienced colleague should look again: the chosen level is less urgent than suggested."""
    return suggested_rank is not None and chosen_rank > suggested_rank


def reason_needed(evaluation: Evaluation, chosen_rank: int) -> bool:
    """Whether the choice must be explained.

    With a suggestion: any other level. Without one (too little measured): only the least urgent level the
    findings allow or below, for then somebody vouches for what has not been measured.
    """
    if evaluation.rank is not None:
        return chosen_rank != evaluation.rank
    return chosen_rank >= evaluation.at_least


def choose_level(
    levels: tuple[Level, ...], evaluation: Evaluation, *, chosen: str | None, reason: str | None
) -> Level:
    """The level that counts: the chosen one if any, else the suggested; refuses a choice without reason."""
    code = chosen or evaluation.level
    if code is None:
        raise LevelMissing(at_least=evaluation.at_least)
    level = level_of(levels, code)
    if reason_needed(evaluation, level.rank) and not (reason and reason.strip()):
        raise ReasonMissing(suggested=evaluation.level, chosen=code)
    return level
