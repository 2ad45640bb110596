"""The vital signs we record (vitale mål): unit, steps, what is possible, and the code others know them by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from triage.rules.scales.packs import scale
from triage.rules.scales.refusals import ParameterUnknown
from triage.rules.scales.scale import Parameter
from triage.rules.scales.values import to_resolution

_LOINC: Mapping[str, tuple[str, ...]] = {
    # FHIR R4 vital signs profiles; oxygen saturation carries both codes, the first is the required one.
    "rr": ("9279-1",),
    "spo2": ("2708-6", "59408-5"),
    "hr": ("8867-4",),
    "sbp": ("8480-6",),
    "dbp": ("8462-4",),
    "temp": ("8310-5",),
    "glucose": ("15074-8",),  # Glucose [Moles/volume] in Blood
}

BLOOD_PRESSURE_PANEL = "85354-9"
"""LOINC for systolic and diastolic pressure as one observation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalSign:
    """One kind of measurement. `usual_low` to `usual_high` is the NEWS2 band without points, for adults."""

    code: str
    unit: str  # UCUM
    resolution: Decimal
    accepted_min: Decimal
    accepted_max: Decimal
    loinc: tuple[str, ...]
    usual_low: Decimal | None  # None: NEWS2 does not score it, or has no lower end
    usual_high: Decimal | None


def _parameter(code: str) -> Parameter:
    news2, sats = scale("news2"), scale("sats")
    scored = {p.reads: p for p in reversed(news2.groups[0].parameters) if p.bands}
    recorded = {p.reads: p for p in (*sats.recorded, *sats.groups[-1].parameters)}
    return scored.get(code) or recorded[code]


def _sign(code: str, parameter: Parameter) -> VitalSign:
    assert parameter.accepted is not None, "checked when the file was read"
    low, high = _without_points(parameter)
    return VitalSign(
        code=code,
        unit=parameter.unit or "",
        resolution=parameter.resolution,
        accepted_min=parameter.accepted.min,
        accepted_max=parameter.accepted.max,
        loinc=_LOINC[code],
        usual_low=low,
        usual_high=high,
    )


def _without_points(parameter: Parameter) -> tuple[Decimal | None, Decimal | None]:
    band = next((band for band in parameter.bands if band.score == 0), None)
    return (band.min, band.max) if band else (None, None)


_PARAMETERS = {code: _parameter(code) for code in _LOINC}

VITAL_SIGNS: Mapping[str, VitalSign] = MappingProxyType(
    {code: _sign(code, parameter) for code, parameter in _PARAMETERS.items()}
)
"""By code, in the order they are measured and shown."""


def rounded(code: str, value: Decimal) -> Decimal:
    """The value in the steps it is recorded in, halves upward; refused when it cannot be measured."""
    if code not in _PARAMETERS:
        raise ParameterUnknown(parameter=code)
    return to_resolution(_PARAMETERS[code], value)
