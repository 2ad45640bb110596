"""Whether a rule of a scale holds for findings (regel): yes, no, or it depends on what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from triage.rules.scales.points import point_range
from triage.rules.scales.scale import Parameter, Rule
from triage.rules.scales.values import Findings, Value, Values


@dataclass(frozen=True, slots=True)
class Bedside:
    """What rules look at: the patient, what was measured, and which parameters the score counts."""

    group: str
    findings: Findings
    values: Values
    counted: Mapping[str, Parameter]  # by id

    def open(self, name: str) -> Parameter | None:
        """The parameter of the score that still waits for this measurement."""
        waiting = (p for p in self.counted.values() if p.reads == name and name not in self.values)
        return next(waiting, None)


def holds(rule: Rule, seen: Bedside) -> bool:
    """Everything the rule names holds now."""
    return all(condition is True for condition in _conditions(rule, seen))


def may_hold(rule: Rule, seen: Bedside) -> bool:
    """Nothing the rule names is against it, whatever the score still waits for."""
    return all(condition is not False for condition in _conditions(rule, seen))


def _conditions(rule: Rule, seen: Bedside) -> Iterator[bool | None]:
    yield not rule.groups or seen.group in rule.groups
    yield rule.missing is None or rule.missing not in seen.values
    for name, answer in rule.unless.items():
        yield None if seen.open(name) else seen.values.get(name) != answer
    ticked = seen.findings.discriminators
    yield not rule.signs or len(ticked.intersection(rule.signs)) >= rule.signs_at_least
    yield ticked.issuperset(rule.all_signs)
    if rule.scores is not None:
        yield _scores(rule.scores, seen)
    if rule.input is not None:
        yield _reads(rule, rule.input, seen)


def _scores(parameter: str, seen: Bedside) -> bool | None:
    if parameter not in seen.counted:
        return False
    least, most = point_range(seen.counted[parameter], seen.values)
    return None if least == 0 < most else most > 0


def _reads(rule: Rule, name: str, seen: Bedside) -> bool | None:
    value = _value(name, seen)
    if value is not None:
        return _measured(rule, value)
    waiting = seen.open(name)
    return None if waiting and any(_measured(rule, each) for each in _extremes(waiting)) else False


def _value(name: str, seen: Bedside) -> Value | None:
    if name == "age_months":
        return None if seen.findings.age_months is None else Decimal(seen.findings.age_months)
    return seen.values.get(name)


def _measured(rule: Rule, value: Value) -> bool:
    if isinstance(value, str):
        return value in rule.any_of
    below, over = rule.below is not None and value < rule.below, rule.over is not None and value > rule.over
    return below or over


def _extremes(parameter: Parameter) -> Iterator[Value]:
    if parameter.accepted:
        yield from (parameter.accepted.min, parameter.accepted.max)
    yield from (option.code for option in (*parameter.options, *parameter.findings))
