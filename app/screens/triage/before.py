"""Earlier values beside the new ones (tidligere mål): what, when, and from which contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.screens import show
from app.screens.texts import Texts
from triage.queries.intake import Earlier


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierView:
    """One earlier assessment: when and where from, its sums, and its values by measurement."""

    source: str
    scores: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The last value of one measurement, and where it is from."""

    value: str
    source: str


def earlier_views(earlier: Sequence[Earlier], t: Texts) -> list[EarlierView]:
    """As they are read, newest first."""
    return [
        EarlierView(
            source=_source(each, t),
            scores=" · ".join(
                f"{score.name} {score.total}" if score.complete else f"{score.name} ≥ {score.total}"
                for score in each.scores
            ),
            values={code: show.number(value, t) for code, value in each.values.items()},
        )
        for each in earlier
    ]


def last_values(views: Sequence[EarlierView]) -> dict[str, Before]:
    """The newest value of each measurement."""
    found: dict[str, Before] = {}
    for view in views:
        for code, value in view.values.items():
            found.setdefault(code, Before(value=value, source=view.source))
    return found


def _source(each: Earlier, t: Texts) -> str:
    if each.here:
        return t("triage.earlier_here", clock=show.clock(each.at))
    return t("triage.earlier_contact", date=show.day(each.at), complaint=each.complaint)
