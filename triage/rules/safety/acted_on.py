"""Whether an alarm is worth its sound (andel fulgt opp): one that nobody acts on makes all be ignored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Outcome = Literal["acted", "again", "left", "grew"]
"""How one ring ended: somebody did what it was about; it rang once more, since nothing was done; the patient
went unseen, which nobody did anything about; or it went on as another ring, with one more reason."""

ENOUGH = 10
"""Alarms after which a share says something; fewer are chance."""

_ONE_IN = 5


class Ended(NamedTuple):
    """One ring that is over: the reasons it ended with, and those that were seen to before."""

    rules: Sequence[str]
    mended: Sequence[str]
    outcome: str | None


def counted(rings: Iterable[Ended]) -> tuple[Counter[str], Counter[str]]:
    """How often each rule rang, and how often somebody did something about it; each rule for itself."""
    rang, acted = Counter[str](), Counter[str]()
    for ring in rings:
        seen_to = (*ring.mended, *(ring.rules if ring.outcome == "acted" else ()))
        acted.update(seen_to)
        rang.update(seen_to if ring.outcome in ("acted", "grew") else (*ring.mended, *ring.rules))
    return rang, acted


def is_noise(rang: int, acted: int) -> bool:
    """A rule acted on less than one time in five: to be changed or removed."""
    return rang >= ENOUGH and acted * _ONE_IN < rang
