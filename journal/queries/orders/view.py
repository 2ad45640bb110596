"""Orders and results as the page shows them: frozen values, the same over HTTP."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from core.text import Answer
from journal.rules.orders.catalogue import Mark


class SeenBy(Answer):
    """Who has seen a result (sett av), and whether that is a doctor, and the one responsible then."""

    id: str
    name: str
    by_doctor: bool
    responsible: bool
    at: datetime


class PageResult(Answer):
    """One version of a result (svar)."""

    id: str
    order: str
    display: str
    number: int
    status: Literal["preliminary", "final", "corrected"]
    value: Decimal | None
    text: str | None
    unit: str | None  # UCUM
    low: Decimal | None
    high: Decimal | None
    mark: Mark | None  # outside the reference range
    reason: str | None
    by: str
    at: datetime
    newest: bool  # a later version has not come
    seen: tuple[SeenBy, ...]

    @property
    def unseen(self) -> bool:
        """Waits for a doctor: the newest version, and no doctor has seen it."""
        return self.newest and not any(each.by_doctor for each in self.seen)

    @property
    def words(self) -> str:
        """As it is read in Norwegian: `CRP 148`."""
        amount = "" if self.value is None else f"{self.value:f}".replace(".", ",")
        return " ".join(filter(None, (self.display, amount, self.text)))


class PageOrder(Answer):
    """One order (bestilling). `version` is its own: a result that comes does not disturb who writes."""

    id: str
    encounter: str
    version: int
    requisition: str
    category: Literal["laboratory", "imaging", "treatment"]
    code: str
    display: str
    question: str | None
    status: Literal["active", "in-progress", "on-hold", "completed", "revoked"]
    by: str
    at: datetime
    changed_by: str
    changed_at: datetime
    reason: str | None
    follow_up: Literal["doctor", "unit", "gp"] | None
    unanswered: bool


class UnitOrder(Answer):
    """A line of the unit's list: an order that waits, or a result that no doctor has seen."""

    number: str  # kontaktnummer
    patient: str
    place: str | None
    doctor: str | None
    ended: bool  # the patient has gone: somebody must act on what came
    order: PageOrder
    result: PageResult | None


class UnitOrders(Answer):
    """Everything about orders that waits for somebody in a unit, oldest first."""

    unit_name: str
    unseen: tuple[UnitOrder, ...]
    waiting: tuple[UnitOrder, ...]
