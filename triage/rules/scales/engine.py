"""The one engine for all scales: findings in; points, total and suggested level out (forslag til hastegrad).

The level is the most urgent of the signs ticked, the score, and what single measurements call for. Nothing
is recorded here, and nothing is decided: a person chooses the level.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple

from core.text import Answer
from triage.rules.scales.groups import choose
from triage.rules.scales.scale import Band, Group, Parameter, Rule, Scale
from triage.rules.scales.values import Findings, Value, Values, check_signs, read


class Part(Answer):
    """One parameter and its points; without value it was not measured, and gives no points at all."""

    parameter: str
    value: str | None
    unit: str | None
    points: int | None


class Reason(Answer):
    """What decided the level: a sign ticked, a measurement by itself, the score, or one parameter of it."""

    kind: Literal["sign", "measurement", "score", "parameter"]
    code: str


class Evaluation(Answer):
    """What a scale says about findings. Incomplete totals are lower bounds."""

    scale: str
    version: str
    digest: str
    group: str
    group_assumed: bool  # neither age nor length was known: the adult table was used
    parts: tuple[Part, ...]
    total: int
    complete: bool
    level: str | None  # None: not settled, because what is missing could make it more urgent
    rank: int | None
    at_least: int  # rank of the least urgent level the findings so far allow
    deciding: tuple[Reason, ...]
    notices: tuple[str, ...]
    monitor_minutes: int | None  # measure again within; 0 is continuously; None: the scale does not say


class _Vote(NamedTuple):
    rank: int
    reason: Reason


def evaluate(scale: Scale, findings: Findings, *, group: str | None = None) -> Evaluation:
    """What the scale says about these findings; `group` overrides the choice by length and age."""
    chosen = choose(scale, findings, group)
    values = read(scale, chosen.group, findings)
    check_signs(scale, chosen.group, findings)
    parts = tuple(_part(p, values) for p in chosen.group.parameters if _counts(p, values))
    complete = all(part.points is not None for part in parts)
    total = sum(part.points or 0 for part in parts)
    rules = [r for r in scale.rules if _holds(r, chosen.group, findings, values, parts)]
    votes = [*_votes(scale, chosen.group, findings, parts, rules), *_score_votes(scale, total, parts)]
    at_least = min(vote.rank for vote in votes)
    settled = complete or at_least < max(scale.level(row.level).rank for row in scale.score_to_level)
    notices = [rule.code for rule in rules if rule.level is None]
    notices += ["group-assumed"] * chosen.assumed + ["length-and-age-disagree"] * chosen.disagree
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
        level=next(x.code for x in scale.levels if x.rank == at_least) if settled else None,
        rank=at_least if settled else None,
        at_least=at_least,
        deciding=tuple(vote.reason for vote in votes if vote.rank == at_least) if settled else (),
        notices=tuple(dict.fromkeys(notices)),
        monitor_minutes=_monitor_minutes(scale, total, parts),
    )


def _counts(parameter: Parameter, values: Values) -> bool:
    if parameter.when is None:
        return True
    said = values.get(parameter.when.input)
    return parameter.when.unless_said if said is None else said == parameter.when.is_


def _part(parameter: Parameter, values: Values) -> Part:
    value = values.get(parameter.reads)
    points = None if value is None else _points(parameter, value, values)
    text = None if value is None else str(value)
    return Part(parameter=parameter.id, value=text, unit=parameter.unit, points=points)


def _points(parameter: Parameter, value: Value, values: Values) -> int | None:
    if isinstance(value, str):
        answers = (*parameter.options, *parameter.findings)
        return next(option.score for option in answers if option.code == value)
    if parameter.by is None:
        return _band(parameter.bands, value)
    other = values.get(parameter.by)
    return None if other is None else _band(parameter.cases[str(other)], value)


def _band(bands: tuple[Band, ...], value: Decimal) -> int:
    # The coverage check has proved that there is exactly one.
    return next(band.score for band in bands if band.holds(value))


def _votes(
    scale: Scale, group: Group, findings: Findings, parts: tuple[Part, ...], rules: list[Rule]
) -> Iterator[_Vote]:
    for sign in scale.signs(group.id):
        if sign.code in findings.discriminators:
            yield _Vote(scale.level(sign.level).rank, Reason(kind="sign", code=sign.code))
    for rule in rules:
        if rule.level is not None:
            yield _Vote(scale.level(rule.level).rank, Reason(kind="measurement", code=rule.code))
    single = scale.single_parameter_rule
    for part in parts if single else ():
        if single and part.points is not None and part.points >= single.score:
            yield _Vote(scale.level(single.level).rank, Reason(kind="parameter", code=part.parameter))


def _score_votes(scale: Scale, total: int, parts: tuple[Part, ...]) -> Iterator[_Vote]:
    row = next(row for row in scale.score_to_level if row.holds(total))
    rank = scale.level(row.level).rank
    yield _Vote(rank, Reason(kind="score", code="total"))
    for part in sorted(parts, key=lambda part: -(part.points or 0)):
        if part.points:
            yield _Vote(rank, Reason(kind="parameter", code=part.parameter))


def _holds(rule: Rule, group: Group, findings: Findings, values: Values, parts: tuple[Part, ...]) -> bool:
    if rule.groups and group.id not in rule.groups:
        return False
    if rule.missing is not None and rule.missing in values:
        return False
    if any(values.get(name) == answer for name, answer in rule.unless.items()):
        return False
    if rule.signs and not findings.discriminators.intersection(rule.signs):
        return False
    if rule.scores and not any(part.points for part in parts if part.parameter == rule.scores):
        return False
    return rule.input is None or _measured(rule, _value(rule.input, findings, values))


def _value(name: str, findings: Findings, values: Values) -> Value | None:
    if name == "age_months":
        return None if findings.age_months is None else Decimal(findings.age_months)
    return values.get(name)


def _measured(rule: Rule, value: Value | None) -> bool:
    if value is None:
        return False
    if isinstance(value, str):
        return value in rule.any_of
    below, over = rule.below is not None and value < rule.below, rule.over is not None and value > rule.over
    return below or over


def _monitor_minutes(scale: Scale, total: int, parts: tuple[Part, ...]) -> int | None:
    every = [row.minutes for row in scale.monitor if row.holds(total)]
    single = scale.single_parameter_rule
    if single and single.monitor_minutes is not None:
        every += [single.monitor_minutes for part in parts if (part.points or 0) >= single.score]
    return min(every, default=None)
