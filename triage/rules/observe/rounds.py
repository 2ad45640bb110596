"""One round of measuring (målerunde): which scales read it, and what of the triage still holds for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from core.errors import Conflict, Invalid
from core.text import Answer, Code, Moment, Request, ShortText
from triage.rules.scale_use.asked import SignInput, asked_again
from triage.rules.scales.beside import BESIDE, evaluate_all, evaluate_beside
from triage.rules.scales.engine import Evaluation
from triage.rules.scales.refusals import ParameterUnknown, ScaleNotForPatient
from triage.rules.scales.scale import Scale
from triage.rules.scales.values import Findings
from triage.rules.vital_signs import VITAL_SIGNS, rounded

_STILL_HOLDS = ("trauma", "spo2_scale")
"""Answers of triage that are not asked for each time; the rest is measured anew or not at all."""

_ANSWERS = ("avpu", "air_or_oxygen", "mobility", *_STILL_HOLDS)
OTHER_NAMES = {"acvpu": "avpu", "spo2_scale1": "spo2", "spo2_scale2": "spo2"}
"""A chart's own names for the same measurement."""


class NothingMeasured(Invalid):
    """A round without a single value."""

    code = "nothing-measured"


class MeasuredTimeNotPossible(Invalid):
    """In the future, or so long ago that it says nothing about now."""

    code = "measured-time-not-possible"


class CorrectedAlready(Conflict):
    """A colleague has corrected this round meanwhile; the new version is the one to correct."""

    code = "measurement-corrected-already"


class Gcs(Request):
    """Glasgow Coma Scale by its three parts; where one cannot be tried, it is all left out: it is no 1."""

    eye: Annotated[int, Field(ge=1, le=4)]
    verbal: Annotated[int, Field(ge=1, le=5)]
    motor: Annotated[int, Field(ge=1, le=6)]

    @property
    def total(self) -> int:
        """3 to 15."""
        return self.eye + self.verbal + self.motor


class NewMeasurement(SignInput):
    """What was measured, by what, and when. Odd values are recorded when they are `confirmed`."""

    pain: Annotated[int, Field(ge=0, le=10)] | None = None  # as the patient says
    gcs: Gcs | None = None
    source: Literal["manual", "device"] = "manual"
    device: ShortText | None = None
    measured_at: Moment | None = None  # None: now
    confirmed: Annotated[frozenset[Code], Field(max_length=40)] = frozenset()

    def require_something(self) -> None:
        """Refuse an empty round."""
        if not self.vital_signs and self.pain is None and self.gcs is None:
            raise NothingMeasured


class RoundValue(Answer):
    """One value: a number with its UCUM unit, or an answer such as `A`."""

    code: str
    value: Decimal | None = None
    text: str | None = None
    unit: str | None = None


def carried(findings: Findings, before: Mapping[str, Any] | None) -> Findings:
    """The findings with what triage said and nobody measures again: trauma, SpO2 scale, size, pregnancy."""
    if before is None:
        return findings
    then = asked_again(before)
    kept = {name: then.values[name] for name in _STILL_HOLDS if name in then.values}
    return replace(
        findings,
        values={**kept, **findings.values},
        height_cm=findings.height_cm if findings.height_cm is not None else then.height_cm,
        weight_kg=findings.weight_kg if findings.weight_kg is not None else then.weight_kg,
        pregnant=findings.pregnant or then.pregnant,
    )


def evaluate_round(main: Scale, findings: Findings) -> tuple[Evaluation, ...]:
    """What the scale in use and NEWS2 say; refuses what cannot be.

    Nobody is left unmeasured because no table fits: a child is measured also where the unit uses NEWS2.
    """
    try:
        return evaluate_all(main, None, findings)
    except ScaleNotForPatient:
        for name, value in findings.values.items():
            if isinstance(value, Decimal):
                rounded(OTHER_NAMES.get(name, name), value)
            elif name not in _ANSWERS and name not in OTHER_NAMES:
                raise ParameterUnknown(parameter=name) from None
        return evaluate_beside(main.id, findings) if main.id != BESIDE else ()


def values_of(given: NewMeasurement, findings: Findings) -> tuple[RoundValue, ...]:
    """What is kept of a round: as it was measured, in the steps the record keeps."""
    read = {OTHER_NAMES.get(name, name): findings.values[name] for name in given.vital_signs}
    found = [_value(code, value) for code, value in read.items()]
    if given.pain is not None:
        found.append(RoundValue(code="pain", value=Decimal(given.pain)))
    if given.gcs is not None:
        parts = {"gcs": given.gcs.total, "gcs_eye": given.gcs.eye, "gcs_verbal": given.gcs.verbal}
        parts["gcs_motor"] = given.gcs.motor
        found += [RoundValue(code=code, value=Decimal(points)) for code, points in parts.items()]
    return tuple(found)


def _value(code: str, value: Decimal | str) -> RoundValue:
    if isinstance(value, str):
        return RoundValue(code=code, text=value)
    if code not in VITAL_SIGNS:  # a site's own scale may measure more
        return RoundValue(code=code, value=value)
    return RoundValue(code=code, value=rounded(code, value), unit=VITAL_SIGNS[code].unit)
