"""Findings as written down at the bedside, made ready for the table: known, possible and rounded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from core.text import Answer
from triage.rules.scales.refusals import (
    OptionUnknown,
    ParameterUnknown,
    SignUnknown,
    UnitNotUnderstood,
    ValueNotPossible,
)
from triage.rules.scales.scale import Group, Parameter, Scale, When

Value = Decimal | str
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What is known of the patient at an assessment (funn). What is not here has not been measured."""

    age_months: int | None = None
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    pregnant: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)  # UCUM, where the sender said which
    discriminators: frozenset[str] = frozenset()


class Odd(Answer):
    """A value that can be, but seldom is (uvanlig verdi): somebody confirms it before it is recorded."""

    parameter: str
    value: str
    unit: str | None
    min: str  # what is seen without surprise, both included
    max: str


def known_to(scale: Scale, group: Group) -> dict[str, Parameter]:
    """What may be measured of a patient in this group, by the name of the measurement."""
    return {**{p.reads: p for p in scale.recorded}, **{p.reads: p for p in group.parameters}}


def choices_of(group: Group) -> dict[str, When]:
    """What may be chosen besides, e.g. which SpO2 scale."""
    return {p.when.input: p.when for p in group.parameters if p.when}


def read(scale: Scale, group: Group, findings: Findings) -> Values:
    """The values by the name of the measurement; refuses what the group does not know or cannot be."""
    known, choices = known_to(scale, group), choices_of(group)
    units = by_measurement(group, findings.units)
    taken: dict[str, Value] = {}
    for name, value in by_measurement(group, findings.values).items():
        if name in known:
            _check_unit(known[name], units.get(name))
            taken[name] = rounded(known[name], value)
        elif name in choices:
            taken[name] = _choice(group, choices[name], value)
        else:
            raise ParameterUnknown(parameter=name)
    return taken


def odd(parameters: Iterable[Parameter], values: Values) -> Iterator[Odd]:
    """The values outside what is seen without surprise. They count as they are; nothing is pulled in."""
    for parameter in parameters:
        value, usual = values.get(parameter.reads), parameter.confirm_outside
        if usual is not None and isinstance(value, Decimal) and not usual.holds(value):
            yield Odd(
                parameter=parameter.reads,
                value=str(value),
                unit=parameter.unit,
                min=str(usual.min),
                max=str(usual.max),
            )


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
    if accepted is None or not value.is_finite() or not accepted.holds(value):
        raise _not_possible(parameter)
    steps = (value / parameter.resolution).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return steps * parameter.resolution + 0  # + 0: no negative zero


def by_measurement(group: Group, given: Mapping[str, Value]) -> dict[str, Value]:
    """The same by the name of the measurement: a chart's own (`acvpu`, `spo2_scale2`) may be sent."""
    found = dict(given)
    for parameter in group.parameters:
        if parameter.id != parameter.reads and parameter.id in found:
            found.setdefault(parameter.reads, found.pop(parameter.id))
            if parameter.when:
                found.setdefault(parameter.when.input, parameter.when.is_)
    return found


def _check_unit(parameter: Parameter, said: Value | None) -> None:
    # A value is never converted: who measured in another unit must see the number that is recorded.
    if said is not None and _plain_unit(str(said)) != parameter.unit:
        raise UnitNotUnderstood(parameter=parameter.reads, expected=parameter.unit)


def _plain_unit(ucum: str) -> str:
    # In UCUM `{beats}/min`, `1/min` and `/min` are the same.
    bare = re.sub(r"\{[^{}]*\}", "", ucum)
    return bare[1:] if bare.startswith("1/") else bare


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
