"""Standing orders (stående ordinasjoner): what a nurse may give without asking, to whom, and how much.

A unit's own, by version, each with the days it holds. One can be used only when a doctor of the ward has
approved that very version. Nothing here is medical advice: the set beside this file is an example to write
one's own from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from core.errors import Conflict, Invalid
from core.text import Code, Request, ShortText

Route = Literal[
    "oral",
    "sublingual",
    "buccal",
    "inhaled",
    "nebulised",
    "nasal",
    "rectal",
    "intramuscular",
    "intravenous",
    "subcutaneous",
    "topical",
]
"""How it is given (administrasjonsmåte)."""

Amount = Annotated[Decimal, Field(gt=0, le=100_000, max_digits=9, decimal_places=3, allow_inf_nan=False)]
Weight = Annotated[
    Decimal, Field(ge=Decimal("0.3"), le=400, max_digits=6, decimal_places=2, allow_inf_nan=False)
]
DoseUnit = Literal["mg", "g", "ug", "mL", "[iU]", "mmol", "1"]
"""UCUM; `1` is a piece, such as a tablet or a puff."""

ALLERGY = "allergy"
"""Where one is known, whoever gives says that it has been held against this medicine."""


class StandingOrderBroken(Invalid):
    """The file cannot be used (ugyldig fil); says where."""

    code = "standing-order-broken"


class StandingOrderUnknown(Invalid):
    """The unit has no such standing order in use now (ukjent, ikke godkjent eller utløpt)."""

    code = "standing-order-unknown"


class StandingOrderVersionTaken(Conflict):
    """The same version is here with other contents: what is changed has a new version."""

    code = "standing-order-version-taken"


class OutsideStandingOrder(Conflict):
    """The order does not hold for this patient or dose (utenfor ordinasjonen): a doctor must be asked."""

    code = "outside-standing-order"


class Contraindication(Request):
    """Something to ask about and rule out before it is given."""

    code: Code
    nb: ShortText
    nn: ShortText | None = None
    en: ShortText | None = None


class Ceiling(Request):
    """The most within so many hours, of this medicine, by whatever order it was given."""

    dose: Amount
    hours: Annotated[int, Field(ge=1, le=168)]


class StandingOrderText(Request):
    """One standing order as it is written in a file."""

    code: Code
    version: Code
    medication: ShortText  # as it stands in the record: name and strength
    substance: ShortText  # what ceilings are counted over, whatever the product
    indication: ShortText
    route: Route
    unit: DoseUnit
    dose: Amount | None = None
    dose_per_kg: Amount | None = None
    largest_dose: Amount | None = None  # of a dose by weight
    age_months_min: Annotated[int, Field(ge=0, le=1500)] | None = None
    age_months_max: Annotated[int, Field(ge=0, le=1500)] | None = None
    weight_min: Weight | None = None
    weight_max: Weight | None = None
    contraindications: Annotated[tuple[Contraindication, ...], Field(max_length=20)] = ()
    ceiling: Ceiling | None = None
    minutes_between: Annotated[int, Field(ge=1, le=10_080)] | None = None
    double_check: bool = False
    remark: ShortText | None = None
    valid_from: date
    valid_to: date
    written_by: ShortText  # who in the ward wrote it; who approved it is a decision of its own

    @model_validator(mode="after")
    def _holds_together(self) -> StandingOrderText:
        if (self.dose is None) == (self.dose_per_kg is None):
            raise ValueError("one-of-dose-and-dose-per-kg")
        if self.dose_per_kg is not None and self.largest_dose is None:
            raise ValueError("largest-dose-missing")
        if self.valid_to < self.valid_from:
            raise ValueError("validity-backwards")
        if len({each.code for each in self.contraindications}) != len(self.contraindications):
            raise ValueError("named-twice")
        for low, high in ((self.age_months_min, self.age_months_max), (self.weight_min, self.weight_max)):
            if low is not None and high is not None and low > high:
                raise ValueError("limits-crossed")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of what it says."""
        return hashlib.sha256(
            json.dumps(self.model_dump(mode="json"), sort_keys=True, ensure_ascii=False).encode()
        ).hexdigest()

    def needs_weight(self) -> bool:
        """Whether nobody can give it without knowing how heavy the patient is."""
        return self.dose_per_kg is not None or self.weight_min is not None or self.weight_max is not None

    def dose_for(self, weight_kg: Decimal | None) -> Decimal | None:
        """What is given at once; by weight rounded down to the step, never above the largest dose."""
        if self.dose is not None:
            return self.dose
        if weight_kg is None or self.dose_per_kg is None or self.largest_dose is None:
            return None
        exact = min(self.dose_per_kg * weight_kg, self.largest_dose)
        step = Decimal(1) if exact >= _WHOLE else Decimal("0.1")
        return max((exact // step) * step, Decimal("0.1"))


_WHOLE = 10
"""From here on a dose by weight is whole; below it has one decimal."""


class _File(Request):
    format: Literal["legevakt-standing-orders-1"]
    note: str = ""
    orders: Annotated[tuple[StandingOrderText, ...], Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody has had already, as far as ceilings count it."""

    substance: str
    dose: Decimal
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who is to have it."""

    age_months: int | None
    weight_kg: Decimal | None
    allergy_known: bool = False


def read_file(text: str) -> tuple[StandingOrderText, ...]:
    """All orders of a file, or StandingOrderBroken with each fault and its place."""
    try:
        orders = _File.model_validate_json(text).orders
    except ValidationError as wrong:
        faults = [
            {"place": ".".join(map(str, each["loc"])) or "file", "problem": each["msg"]}
            for each in wrong.errors(include_url=False, include_input=False)
        ]
        raise StandingOrderBroken(faults=faults) from wrong
    if len({(each.code, each.version) for each in orders}) != len(orders):
        raise StandingOrderBroken(faults=[{"place": "orders", "problem": "named-twice"}])
    return orders


def to_rule_out(order: StandingOrderText, receiver: Receiver) -> tuple[str, ...]:
    """What must be asked about: the order's own, and an allergy where one is known."""
    noted = (ALLERGY,) if receiver.allergy_known else ()
    return (*(each.code for each in order.contraindications), *noted)


def require_within(
    order: StandingOrderText,
    receiver: Receiver,
    *,
    dose: Decimal,
    cleared: Iterable[str],
    before: Sequence[Given],
    at: datetime,
) -> None:
    """Refuse with all that stands against it."""
    why = against(order, receiver, dose=dose, cleared=cleared, before=before, at=at)
    if why:
        raise OutsideStandingOrder(why=why)


def against(
    order: StandingOrderText,
    receiver: Receiver,
    *,
    dose: Decimal,
    cleared: Iterable[str],
    before: Sequence[Given],
    at: datetime,
) -> list[str]:
    """What stands against giving it: who, how much, how soon, and what was not ruled out."""
    ruled_out = set(cleared)
    asked = all(code in ruled_out for code in to_rule_out(order, receiver))
    return [
        *_who(order, receiver),
        *_how_much(order, receiver, dose, before, at),
        *(() if asked else ("not-ruled-out",)),
    ]


def _who(order: StandingOrderText, receiver: Receiver) -> Iterable[str]:
    age, weight = receiver.age_months, receiver.weight_kg
    if age is None and (order.age_months_min is not None or order.age_months_max is not None):
        yield "age-unknown"
    if age is not None and order.age_months_min is not None and age < order.age_months_min:
        yield "too-young"
    if age is not None and order.age_months_max is not None and age > order.age_months_max:
        yield "too-old"
    if weight is None and order.needs_weight():
        yield "weight-unknown"
    if weight is not None and order.weight_min is not None and weight < order.weight_min:
        yield "too-light"
    if weight is not None and order.weight_max is not None and weight > order.weight_max:
        yield "too-heavy"


def _how_much(
    order: StandingOrderText, receiver: Receiver, dose: Decimal, before: Sequence[Given], at: datetime
) -> Iterable[str]:
    most = order.dose_for(receiver.weight_kg)
    if most is not None and dose > most:
        yield "dose-too-large"
    # What a doctor ordered in words has the product's name, which says the substance or is counted by itself.
    same = [each for each in before if order.substance.casefold() in each.substance.casefold()]
    between = timedelta(minutes=order.minutes_between or 0)
    if any(abs(at - each.at) < between for each in same):
        yield "too-soon"
    if order.ceiling is None:
        return
    window = [each for each in same if abs(at - each.at) < timedelta(hours=order.ceiling.hours)]
    amounts = [in_unit(each.dose, each.unit, order.unit) for each in window]
    if None in amounts:
        yield "ceiling-unknown"  # given in another kind of unit: nobody can add it up
    elif sum(filter(None, amounts), dose) > order.ceiling.dose:
        yield "ceiling-passed"


_OF_A_MG = {"mg": Decimal(1), "g": Decimal(1000), "ug": Decimal("0.001")}


def in_unit(dose: Decimal, unit: str, wanted: str) -> Decimal | None:
    """The dose in another unit of mass; None where one cannot be made into the other."""
    if unit == wanted:
        return dose
    if unit in _OF_A_MG and wanted in _OF_A_MG:
        return dose * _OF_A_MG[unit] / _OF_A_MG[wanted]
    return None
