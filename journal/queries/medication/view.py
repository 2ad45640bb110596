"""Medicines given and standing orders as screens and the API show them: frozen values."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from core.text import Answer
from journal.rules.medication.standing import Contraindication, StandingOrderText


class PageAdministration(Answer):
    """One version of an administration (utdeling). `in-progress` waits for the second person."""

    id: str
    status: Literal["completed", "not-done", "entered-in-error", "in-progress"]
    outcome: Literal["given", "vomited", "refused", "not-given"]
    medication: str
    dose: Decimal
    unit: str  # UCUM
    route: str
    given_at: datetime
    recorded_at: datetime
    by: str
    by_id: str
    ordered_by: str | None
    standing_code: str | None
    standing_version: str | None
    weight_kg: Decimal | None
    cleared: tuple[str, ...]
    checked_by: str | None
    checked_at: datetime | None
    remark: str | None
    reason: str | None
    replaces: str | None
    stands: bool  # not corrected since

    @property
    def words(self) -> str:
        """As it is read in Norwegian: `Paracetamol 500 mg tablett, 1 g`."""
        return f"{self.medication}, {amount(self.dose, self.unit)}"


class PageStandingOrder(Answer):
    """A standing order that can be given from now, and what stands against it for this patient."""

    code: str
    version: str
    medication: str
    indication: str
    route: str
    unit: str
    dose: Decimal | None  # None: by weight, which is not known
    dose_per_kg: Decimal | None
    needs_weight: bool
    contraindications: tuple[Contraindication, ...]
    to_rule_out: tuple[str, ...]
    double_check: bool
    remark: str | None
    against: tuple[str, ...]  # why it cannot be given as it stands; what is asked about not counted


class UnitStandingOrder(Answer):
    """One version of a unit's standing order, and what was last decided about it."""

    order: StandingOrderText
    brought_at: datetime
    brought_by: str
    approved: bool
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None
    in_use: bool
    today: date


class UnitStandingOrders(Answer):
    """All versions a unit has, those in use first."""

    unit_name: str
    orders: tuple[UnitStandingOrder, ...]


UNITS = {"ug": "mikrogram", "[iU]": "IE", "1": "stk."}


def amount(dose: Decimal, unit: str) -> str:
    """The dose as it is written in Norway, e.g. `0,5 mg`; micrograms and units are never shortened."""
    return f"{dose:f}".replace(".", ",") + f" {UNITS.get(unit, unit)}"
