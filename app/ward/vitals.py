"""Measurements (vitale mål) a patient with a case would show, by age."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from app.ward.complaints import Case
from triage.rules.scales.values import Value
from triage.rules.vital_signs import rounded

# Middle and half width of what is usual, by group of the scale.
_USUAL: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "adult": {"rr": (13, 2), "spo2": (98, 1), "hr": (74, 10), "sbp": (130, 14), "temp": (36.8, 0.3)},
    "older_child": {"rr": (19, 2), "spo2": (98, 1), "hr": (90, 8), "temp": (36.9, 0.3)},
    "younger_child": {"rr": (31, 4), "spo2": (98, 1), "hr": (110, 12), "temp": (37.0, 0.3)},
}
_MOBILITY = {
    "adult": {},
    "older_child": {"walking": "normal_for_age", "with_help": "unable_to_walk_as_normal"},
    "younger_child": {"walking": "normal_for_age", "with_help": "unable_to_move_as_normal"},
}


def measured(case: Case, group: str, random: Random, *, worse: float = 0.0) -> dict[str, Value]:
    """What the nurse reads off; `worse` adds to how far it is from usual, 0.5 is half as much again."""
    values: dict[str, Value] = {}
    for code, (middle, spread) in _USUAL[group].items():
        off = case.shift.get(code, 0.0) * (1 + worse)
        read = middle + off + random.uniform(-spread, spread)
        values[code] = rounded(code, Decimal(str(round(min(read, 100) if code == "spo2" else read, 2))))
    values["avpu"] = case.avpu
    values["mobility"] = _MOBILITY[group].get(case.mobility, case.mobility)
    values["trauma"] = "yes" if case.trauma else "no"
    values["air_or_oxygen"] = "air"
    return values


def as_words(values: Mapping[str, Value]) -> str:
    """As a doctor writes them in a note: `Puls 92, BT 130, temp 37,9, RF 18, SpO₂ 97 %`."""
    pieces = (
        ("hr", "Puls {}"),
        ("sbp", "BT systolisk {}"),
        ("temp", "temp {}"),
        ("rr", "RF {}"),
        ("spo2", "SpO₂ {} %"),
    )
    written = [words.format(values[code]) for code, words in pieces if code in values]
    return ", ".join(written).replace(".", ",")
