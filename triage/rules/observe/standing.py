"""How somebody stands after all that was measured: worse than at triage or not, limits passed or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from triage.rules.observe.plan import Limit, passed
from triage.rules.observe.worse import Score, is_worse


@dataclass(frozen=True, slots=True)
class Look:
    """One round that counts, or a triage assessment."""

    at: datetime
    score: Score | None
    values: Mapping[str, Decimal]


def worse_since(triage: Look | None, rounds: Sequence[Look]) -> bool | None:
    """What the newest round that can tell says; `rounds` newest first. None: no round can tell."""
    since = (each for each in rounds if triage is None or each.at >= triage.at)
    before = triage.score if triage else None
    said = (is_worse(before, each.score) for each in since)
    return next((each for each in said if each is not None), None)


def limits_passed(limits: Sequence[Limit], rounds: Sequence[Look], *, since: datetime) -> tuple[str, ...]:
    """Limits that the newest value of each measurement passes, of rounds since the plan began.

    An incomplete NEWS2 is a lower bound: it can pass a limit, and never takes back what a complete one said.
    """
    newest: dict[str, Decimal] = {}
    total, settled = None, False
    for each in rounds:
        if each.at < since:
            break
        newest = {**each.values, **newest}
        if each.score is not None and not settled:
            total = max(total or 0, each.score.total)
            settled = each.score.complete
    return passed(limits, newest if total is None else {**newest, "news2": Decimal(total)})


def last_total(looks: Sequence[Look]) -> int | None:
    """The last complete NEWS2, in triage or since."""
    complete = [(each.at, each.score.total) for each in looks if each.score and each.score.complete]
    return max(complete)[1] if complete else None
