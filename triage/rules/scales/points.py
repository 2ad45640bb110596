"""The points of one measurement (poeng), with the band that gave them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.text import Answer
from triage.rules.scales.scale import Band, Group, Parameter
from triage.rules.scales.values import Value, Values


class PartBand(Answer):
    """The stretch of the table a value fell in, both ends included; None is an open end."""

    min: str | None
    max: str | None
    by: str | None = None  # the other answer that chose the row, e.g. `oxygen`


class Part(Answer):
    """One parameter and its points; without value it was not measured, and gives no points at all."""

    parameter: str
    input: str = ""  # the measurement it reads
    value: str | None
    unit: str | None
    points: int | None
    band: PartBand | None = None  # None: an answer or a word in place of a number


def counted(group: Group, values: Values) -> tuple[Parameter, ...]:
    """The parameters of the group that count for this patient: of the two SpO2 scales only one does."""
    return tuple(parameter for parameter in group.parameters if _counts(parameter, values))


def _counts(parameter: Parameter, values: Values) -> bool:
    if parameter.when is None:
        return True
    said = values.get(parameter.when.input)
    return parameter.when.unless_said if said is None else said == parameter.when.is_


def part(parameter: Parameter, values: Values) -> Part:
    """What this parameter gives and why; no points while what it depends on is unknown."""
    value = values.get(parameter.reads)
    band = _band(parameter, value, values) if isinstance(value, Decimal) else None
    return Part(
        parameter=parameter.id,
        input=parameter.reads,
        value=None if value is None else str(value),
        unit=parameter.unit,
        points=band.score if band else _of_answer(parameter, value),
        band=_shown(band, parameter, values) if band else None,
    )


def _of_answer(parameter: Parameter, value: Value | None) -> int | None:
    answers = (*parameter.options, *parameter.findings)
    return next((option.score for option in answers if option.code == value), None)


def _band(parameter: Parameter, value: Decimal, values: Values) -> Band | None:
    bands: Sequence[Band] = parameter.bands
    if parameter.by is not None:
        other = values.get(parameter.by)
        if other is None:
            return None
        bands = parameter.cases[str(other)]
    # The coverage check has proved that there is exactly one.
    return next(band for band in bands if band.holds(value))


def _shown(band: Band, parameter: Parameter, values: Values) -> PartBand:
    return PartBand(
        min=None if band.min is None else str(band.min),
        max=None if band.max is None else str(band.max),
        by=str(values[parameter.by]) if parameter.by else None,
    )


def point_range(parameter: Parameter, values: Mapping[str, Value]) -> tuple[int, int]:
    """The least and the most points the parameter can still give with these values."""
    known = part(parameter, values).points
    if known is not None:
        return known, known
    cases = parameter.cases
    other = values.get(parameter.by or "")
    if other is not None:
        cases = {str(other): cases[str(other)]}
    value = values.get(parameter.reads)
    bands = [band for bands in (parameter.bands, *cases.values()) for band in bands]
    if isinstance(value, Decimal):  # measured, but what it depends on is not known
        bands = [band for band in bands if band.holds(value)]
    answers = [option.score or 0 for option in (*parameter.options, *parameter.findings)]
    points = [band.score for band in bands] + ([] if value is not None else answers)
    return min(points, default=0), max(points, default=0)
