"""What a scale is asked about (funn): as it is sent, as the rules see it, and as it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from core.text import Code, Request
from triage.rules.scales.values import Findings, Value

# Wide on purpose: what cannot be is refused by the scale, which says what can.
Number = Annotated[
    Decimal, Field(ge=-100_000, le=100_000, max_digits=12, decimal_places=6, allow_inf_nan=False)
]
Months = Annotated[int, Field(ge=-100_000, le=100_000)]


class Quantity(Request):
    """A measured value with its unit said (UCUM); in another unit than the table's it is refused."""

    value: Number
    unit: Annotated[str, Field(min_length=1, max_length=20)]


SignValue = Annotated[Number | Code | Quantity, Field(union_mode="left_to_right")]


class SignInput(Request):
    """What was measured (mål). What is not given has not been measured.

    A number without a unit is in the table's own, which every answer names.
    """

    vital_signs: Annotated[Mapping[Code, SignValue], Field(max_length=40)] = {}
    height_cm: Number | None = None
    weight_kg: Number | None = None
    pregnant: bool = False

    def findings(self, months: int | None) -> Findings:
        """As the rules see it."""
        said = {name: each for name, each in self.vital_signs.items() if isinstance(each, Quantity)}
        bare = {name: each for name, each in self.vital_signs.items() if not isinstance(each, Quantity)}
        return Findings(
            age_months=months,
            height_cm=self.height_cm,
            weight_kg=self.weight_kg,
            pregnant=self.pregnant,
            values={**bare, **{name: each.value for name, each in said.items()}},
            units={name: each.unit for name, each in said.items()},
        )


class ScaleInput(SignInput):
    """What a scale is asked about (funn): measurements and signs that decide."""

    discriminators: Annotated[frozenset[Code], Field(max_length=40)] = frozenset()

    def findings(self, months: int | None) -> Findings:
        """As the rules see it."""
        return replace(super().findings(months), discriminators=self.discriminators)


def kept(findings: Findings) -> dict[str, Any]:
    """What was asked, digit by digit: a scale of next year can then be tried on the patients of this one."""
    return {
        "age_months": findings.age_months,
        "height_cm": _digits(findings.height_cm),
        "weight_kg": _digits(findings.weight_kg),
        "pregnant": findings.pregnant,
        "values": {name: _kept_value(value) for name, value in findings.values.items()},
        "units": dict(findings.units),
        "discriminators": sorted(findings.discriminators),
    }


def asked_again(inputs: Mapping[str, Any]) -> Findings:
    """The findings that were kept."""
    return Findings(
        age_months=inputs["age_months"],
        height_cm=_number(inputs["height_cm"]),
        weight_kg=_number(inputs["weight_kg"]),
        pregnant=inputs["pregnant"],
        values={name: _value(each) for name, each in inputs["values"].items()},
        units=inputs["units"],
        discriminators=frozenset(inputs["discriminators"]),
    )


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _kept_value(value: Value) -> str | dict[str, str]:
    # A number is marked as one: SpO2 scale "2" is an answer.
    return value if isinstance(value, str) else {"number": format(value, "f")}


def _value(stored: str | Mapping[str, str]) -> Value:
    return stored if isinstance(stored, str) else Decimal(stored["number"])
