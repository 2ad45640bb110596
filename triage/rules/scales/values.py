"""Findings as written down at the bedside, made ready for the table: known, possible and rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from triage.rules.scales.refusals import OptionUnknown, ParameterUnknown, SignUnknown, ValueNotPossible
from triage.rules.scales.scale import Group, Parameter, Scale, When

Value = Decimal | str
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is known of the patient at an assessment (funn). What is not here has not been measured."""

    age_months: int | None = None
    height_cm: Decimal | None = None
    pregnant: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)
    discriminators: frozenset[str] = frozenset()


def read(scale: Scale, group: Group, findings: Findings) -> Values:
    """The values by the name of the measurement; refuses what the group does not know or cannot be."""
    known = {**{p.reads: p for p in scale.recorded}, **{p.reads: p for p in group.parameters}}
    choices = {p.when.input: p.when for p in group.parameters if p.when}
    taken: dict[str, Value] = {}
    for name, value in _by_measurement(group, findings.values).items():
        if name in known:
            taken[name] = rounded(known[name], value)
        elif name in choices:
            taken[name] = _choice(group, choices[name], value)
        else:
            raise ParameterUnknown(parameter=name)
    return taken


def check_signs(scale: Scale, group: Group, findings: Findings) -> None:
    """Refuse a sign the group does not have: misspelt, it would silently not raise the level.

    A scale without any signs (NEWS2) is asked beside one that has them, and passes over them.
    """
    if not scale.discriminators:
        return
    unknown = findings.discriminators - {sign.code for sign in scale.signs(group.id)}
    if unknown:
        raise SignUnknown(sign=min(unknown), group=group.id)


def rounded(parameter: Parameter, value: Value | int) -> Value:
    """The value at the parameter's resolution, halves upward (38.45 is 38.5), or a refusal."""
    if parameter.kind == "categorical":
        return _option(parameter, value)
    if isinstance(value, str):
        if value not in {finding.code for finding in parameter.findings}:
            raise _not_possible(parameter)
        return value
    return to_resolution(parameter, Decimal(value))


def to_resolution(parameter: Parameter, value: Decimal) -> Decimal:
    """A number at the parameter's resolution, halves upward; refused when outside what is possible."""
    accepted = parameter.accepted
    if accepted is None or not value.is_finite() or not accepted.min <= value <= accepted.max:
        raise _not_possible(parameter)
    steps = (value / parameter.resolution).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return steps * parameter.resolution + 0  # + 0: no negative zero


def _by_measurement(group: Group, values: Mapping[str, Value]) -> dict[str, Value]:
    # A chart's own name (`acvpu`, `spo2_scale2`) may be sent in place of the measurement's.
    found = dict(values)
    for parameter in group.parameters:
        if parameter.id != parameter.reads and parameter.id in found:
            found.setdefault(parameter.reads, found.pop(parameter.id))
            if parameter.when:
                found.setdefault(parameter.when.input, parameter.when.is_)
    return found


def _option(parameter: Parameter, value: Value | int) -> str:
    codes = [option.code for option in parameter.options]
    if str(value) not in codes:
        raise OptionUnknown(parameter=parameter.reads, options=codes)
    return str(value)


def _choice(group: Group, when: When, value: Value) -> str:
    codes = sorted({p.when.is_ for p in group.parameters if p.when and p.when.input == when.input})
    if str(value) not in codes:
        raise OptionUnknown(parameter=when.input, options=codes)
    return str(value)


def _not_possible(parameter: Parameter) -> ValueNotPossible:
    low, high = (parameter.accepted.min, parameter.accepted.max) if parameter.accepted else (None, None)
    return ValueNotPossible(parameter=parameter.reads, min=str(low), max=str(high))
