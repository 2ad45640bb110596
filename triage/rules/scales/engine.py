"""The one engine for all scales: findings in; points, total and suggested level out (forslag til hastegrad).

The level is the most urgent of the signs ticked, the score, and what single measurements call for. Nothing
is recorded here, and nothing is decided: a person chooses the level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from core.text import Answer
from triage.rules.scales import possible
from triage.rules.scales.groups import choose
from triage.rules.scales.points import Part, counted, part
from triage.rules.scales.possible import Span
from triage.rules.scales.rule_holds import Bedside, holds
from triage.rules.scales.scale import Rule, Scale
from triage.rules.scales.values import Findings, Odd, check_signs, known_to, odd, read

__all__ = ["Evaluation", "Part", "Possible", "Reason", "evaluate"]


class Reason(Answer):
    """What decided the level: a sign ticked, a measurement by itself, the score, or one parameter of it."""

    kind: Literal["sign", "measurement", "score", "parameter"]
    code: str
    points: int | None = None  # of the parameter, or the total
    min: str | None = None  # score: the row of levels it fell in; measurement: the limit passed
    max: str | None = None


class PossibleLevel(Answer):
    """A level by code and rank."""

    code: str
    rank: int


class Possible(Answer):
    """What the findings so far allow, when what is missing gets measured; one and the same when complete."""

    total_min: int
    total_max: int
    least_urgent: PossibleLevel
    most_urgent: PossibleLevel


class Evaluation(Answer):
    """What a scale says about findings. Incomplete totals are lower bounds."""

    scale: str
    version: str
    digest: str
    group: str
    group_assumed: bool  # neither age nor size was known: the adult table was used
    parts: tuple[Part, ...]
    total: int
    complete: bool
    missing: tuple[str, ...] = ()  # measurements the score waits for
    possible: Possible
    level: str | None  # None: not settled, because what is missing could make it more urgent
    rank: int | None
    at_least: int  # rank of the least urgent level the findings so far allow
    deciding: tuple[Reason, ...]
    notices: tuple[str, ...]
    to_confirm: tuple[Odd, ...] = ()  # possible but odd: recorded only when somebody says it is so
    monitor_minutes: int | None  # measure again within; 0 is continuously; None: the scale does not say


class _Vote(NamedTuple):
    rank: int
    reason: Reason


def evaluate(scale: Scale, findings: Findings, *, group: str | None = None) -> Evaluation:
    """What the scale says about these findings; `group` overrides the choice by length, weight and age."""
    chosen = choose(scale, findings, group)
    values = read(scale, chosen.group, findings)
    check_signs(scale, chosen.group, findings)
    parameters = counted(chosen.group, values)
    parts = tuple(part(parameter, values) for parameter in parameters)
    complete = all(each.points is not None for each in parts)
    total = sum(each.points or 0 for each in parts)
    span = possible.totals(parameters, values)
    seen = Bedside(chosen.group.id, findings, values, {each.id: each for each in parameters})
    rules = [rule for rule in scale.rules if holds(rule, seen)]
    votes = [*_votes(scale, seen, parts, rules), *_score_votes(scale, total, span, parts)]
    at_least = min(vote.rank for vote in votes)
    settled = complete or at_least < max(scale.level(row.level).rank for row in scale.score_to_level)
    notices = [rule.code for rule in rules if rule.level is None]
    notices += [*["group-assumed"] * chosen.assumed, *chosen.notices]
    notices += ["incomplete"] * (not complete) + ["not-settled"] * (not settled)
    return Evaluation(
        scale=scale.id,
        version=scale.table_version,
        digest=scale.digest,
        group=chosen.group.id,
        group_assumed=chosen.assumed,
        parts=parts,
        total=total,
        complete=complete,
        missing=possible.missing(parameters, values),
        possible=_possible(scale, span, at_least, seen),
        level=scale.ranked(at_least).code if settled else None,
        rank=at_least if settled else None,
        at_least=at_least,
        deciding=tuple(vote.reason for vote in votes if vote.rank == at_least) if settled else (),
        notices=tuple(dict.fromkeys(notices)),
        to_confirm=tuple(odd(known_to(scale, chosen.group).values(), values)),
        monitor_minutes=_monitor_minutes(scale, total, parts),
    )


def _possible(scale: Scale, span: Span, at_least: int, seen: Bedside) -> Possible:
    most = min(at_least, possible.most_urgent(scale, span, seen))
    ends = [PossibleLevel(code=scale.ranked(rank).code, rank=rank) for rank in (at_least, most)]
    return Possible(total_min=span.least, total_max=span.most, least_urgent=ends[0], most_urgent=ends[1])


def _votes(scale: Scale, seen: Bedside, parts: Sequence[Part], rules: Sequence[Rule]) -> Iterator[_Vote]:
    for sign in scale.signs(seen.group):
        if sign.level is not None and sign.code in seen.findings.discriminators:
            yield _Vote(scale.level(sign.level).rank, Reason(kind="sign", code=sign.code))
    for rule in rules:
        if rule.level is not None:
            yield _Vote(scale.level(rule.level).rank, _measurement(rule))
    single = scale.single_parameter_rule
    for each in parts if single else ():
        if single and each.points is not None and each.points >= single.score:
            yield _Vote(scale.level(single.level).rank, _parameter(each))


def _measurement(rule: Rule) -> Reason:
    # It holds below `below` or over `over`: what is between decides nothing.
    low, high = (None if limit is None else str(limit) for limit in (rule.below, rule.over))
    return Reason(kind="measurement", code=rule.code, min=low, max=high)


def _parameter(each: Part) -> Reason:
    return Reason(kind="parameter", code=each.parameter, points=each.points)


def _score_votes(scale: Scale, total: int, span: Span, parts: Sequence[Part]) -> Iterator[_Vote]:
    row = max(possible.rows(scale, span), key=lambda row: scale.level(row.level).rank)
    rank = scale.level(row.level).rank
    ends = (None if end is None else str(end) for end in (row.min, row.max))
    yield _Vote(
        rank, Reason(kind="score", code="total", points=total, **dict(zip(("min", "max"), ends, strict=True)))
    )
    for each in sorted(parts, key=lambda each: -(each.points or 0)):
        if each.points:
            yield _Vote(rank, _parameter(each))


def _monitor_minutes(scale: Scale, total: int, parts: Sequence[Part]) -> int | None:
    every = [row.minutes for row in scale.monitor if row.holds(total)]
    single = scale.single_parameter_rule
    if single and single.monitor_minutes is not None:
        every += [single.monitor_minutes for each in parts if (each.points or 0) >= single.score]
    return min(every, default=None)
