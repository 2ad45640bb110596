"""A patient with the right answer (prøvetilfelle), written by whoever brings the scale."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class Expected(BaseModel):
    """The answer: only what is written is compared, and `level: null` means that nothing is settled."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: str | None = None
    total: int | None = None
    complete: bool | None = None
    level: str | None = None
    points: Mapping[str, int | None] = Field(default_factory=dict)
    notices: tuple[str, ...] = ()  # among others
    to_confirm: tuple[str, ...] = ()  # these and no others
    refused: str | None = None


class Example(BaseModel):
    """What is known of the patient, and what the scale must say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    age_months: int | None = None
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    pregnant: bool = False
    values: Mapping[str, Decimal | str] = Field(default_factory=dict)
    signs: tuple[str, ...] = ()
    expect: Expected
