"""What an incomplete assessment may still turn out to be (mulig hastegrad), from least to most urgent.

Both ends can be reached by some patient with these findings, so a nurse sees what a missing value may hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from triage.rules.scales.points import point_range
from triage.rules.scales.rule_holds import Bedside, may_hold
from triage.rules.scales.scale import Parameter, Scale, ScoreLevel
from triage.rules.scales.values import Values


class Span(NamedTuple):
    """From the least to the most, both included."""

    least: int
    most: int


def missing(counted: Sequence[Parameter], values: Values) -> tuple[str, ...]:
    """The measurements the score still waits for, in the order of the table."""
    return tuple(dict.fromkeys(p.reads for p in counted if p.reads not in values))


def totals(counted: Sequence[Parameter], values: Values) -> Span:
    """What the total can still become, whatever is measured of what is missing."""
    sums = [_sums(counted, answered) for answered in _answered(counted, values)]
    return Span(min(span.least for span in sums), max(span.most for span in sums))


def _answered(counted: Sequence[Parameter], values: Values) -> Iterator[Values]:
    # What another parameter depends on (air or oxygen) is tried with each of its answers.
    on = {parameter.by for parameter in counted}
    asked = [parameter for parameter in counted if parameter.id in on and parameter.reads not in values]
    for answers in product(*(parameter.options for parameter in asked)):
        yield {**values, **{p.reads: answer.code for p, answer in zip(asked, answers, strict=True)}}


def _sums(counted: Sequence[Parameter], values: Values) -> Span:
    ranges = [point_range(parameter, values) for parameter in counted]
    return Span(sum(least for least, _ in ranges), sum(most for _, most in ranges))


def rows(scale: Scale, total: Span) -> list[ScoreLevel]:
    """The rows of the table of levels that the total can still fall in."""
    within = range(total.least, total.most + 1)
    return [row for row in scale.score_to_level if any(row.holds(each) for each in within)]


def most_urgent(scale: Scale, total: Span, seen: Bedside) -> int:
    """The rank of the most urgent level that what is missing can lead to."""
    levels = [row.level for row in rows(scale, total)]
    levels += [rule.level for rule in scale.rules if rule.level and may_hold(rule, seen)]
    single = scale.single_parameter_rule
    if single:
        most = [point_range(parameter, seen.values)[1] for parameter in seen.counted.values()]
        levels += [single.level] * any(points >= single.score for points in most)
    return min(scale.level(level).rank for level in levels)
