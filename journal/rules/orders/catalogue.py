"""What can be ordered (katalog), and which values are outside the reference range (referanseområde).

The small set beside this file is for demonstration: reference ranges differ between methods, and a ward sets
its own. Units are UCUM. Ranges are for adults (18 years) unless the item says `all_ages`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from core.errors import Invalid
from core.text import Answer

Category = Literal["laboratory", "imaging", "treatment"]
Mark = Literal["low", "high"]
_ADULT_MONTHS = 18 * 12


class OrderUnknown(Invalid):
    """The code is not in the catalogue."""

    code = "order-code-unknown"


class CatalogueItem(Answer):
    """One thing that can be ordered. Without `unit` the result is words."""

    code: str
    category: Category
    nb: str
    nn: str
    en: str
    unit: str | None = None
    low: Mapping[str, Decimal] = Field(default_factory=dict)  # by sex, or `any`
    high: Mapping[str, Decimal] = Field(default_factory=dict)
    all_ages: bool = False

    def range_for(self, sex: str, months: int | None) -> tuple[Decimal | None, Decimal | None]:
        """The reference range of this patient; none where age or sex that it hangs on is not known."""
        if not self.all_ages and (months is None or months < _ADULT_MONTHS):
            return None, None
        low, high = (each.get(sex, each.get("any")) for each in (self.low, self.high))
        return low, high


class OrderSet(Answer):
    """Several that are ordered at once (pakke)."""

    code: str
    nb: str
    nn: str
    en: str
    items: tuple[str, ...]


class Catalogue(Answer):
    """All of it."""

    items: tuple[CatalogueItem, ...]
    sets: tuple[OrderSet, ...]

    def item(self, code: str) -> CatalogueItem:
        """The item, or OrderUnknown."""
        for each in self.items:
            if each.code == code:
                return each
        raise OrderUnknown(value=code)


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with the program."""
    text = resources.files(__package__).joinpath("catalogue.json").read_text(encoding="utf-8")
    return Catalogue.model_validate(json.loads(text))


def mark(value: Decimal | None, low: Decimal | None, high: Decimal | None) -> Mark | None:
    """Outside the reference range, and on which side. The limits themselves are inside."""
    if value is None:
        return None
    if low is not None and value < low:
        return "low"
    return "high" if high is not None and value > high else None
