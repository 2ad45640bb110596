"""Whether somebody has got worse since triage (forverring), by NEWS2.

The bands are those of the chart (Royal College of Physicians, National Early Warning Score 2, 2017, chart
2): 5 asks for urgent, 7 for emergency response, and 3 in one measurement for urgent assessment by a doctor. A
rise of two points within a band counts too, which is our own proposal. One point up and down is what
measuring gives; it is seen in the chart and does not ring: wards that ring for everything teach people not to
hear.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

RISE = 2
_SINGLE, _URGENT, _EMERGENCY = 3, 5, 7


@dataclass(frozen=True, slots=True)
class Score:
    """A NEWS2 total; incomplete, it is a lower bound."""

    total: int
    complete: bool
    highest: int  # points of the one measurement that has most

    @property
    def band(self) -> int:
        """0 to 3, after what the chart asks for."""
        if self.total >= _EMERGENCY:
            return 3
        return 2 if self.total >= _URGENT else int(self.highest >= _SINGLE)


def score_in(kept: Iterable[Mapping[str, Any]]) -> Score | None:
    """The NEWS2 among the scores that were kept; None where it is not for this patient."""
    for each in kept:
        if each["scale"] == "news2" and each.get("role") != "trial":
            points = [part["points"] or 0 for part in each["parts"]]
            return Score(each["total"], each["complete"], max(points, default=0))
    return None


def is_worse(before: Score | None, now: Score | None) -> bool | None:
    """Whether somebody must look; None when what was measured cannot tell.

    Without a score before, a score that the chart asks to act on is worse than nothing known.
    """
    if now is None:
        return None
    if now.band > (before.band if before else 0):
        return True
    if before is not None and before.complete and now.total - before.total >= RISE:
        return True
    return False if now.complete else None
