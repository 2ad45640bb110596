"""Ordering (bestille): single things from the catalogue, a set of them, or something in one's own words."""

from __future__ import annotations

from pydantic import Field, model_validator
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict
from core.ids import new_id
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer, Code, Request, ShortText
from journal.events import OrderPlaced
from journal.order_tables import ServiceRequest
from journal.rules.orders.catalogue import CatalogueItem, Category, catalogue
from journal.rules.orders.course import UNANSWERED, OrderStatus


class OrderedAlready(Conflict):
    """The same is ordered and not answered yet: one sample is enough."""

    code = "ordered-already"


class Wanted(Request):
    """One thing: a `code` of the catalogue, or `display` with its `category` in one's own words."""

    code: Code | None = None
    display: ShortText | None = None
    category: Category | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Wanted:
        if self.code is None and (self.display is None or self.category is None):
            raise ValueError("code-or-words")
        return self


class Ordering(Request):
    """What is ordered at once, and what it is to answer (klinisk problemstilling)."""

    items: tuple[Wanted, ...] = Field(min_length=1, max_length=20)
    question: ShortText | None = None


class Ordered(Answer):
    """The orders that were made, in the order they were asked for."""

    id: str
    requisition: str
    orders: tuple[str, ...]
    version: int


async def place_orders(work: Work, encounter_id: str, ordering: Ordering, expected: int | None) -> Ordered:
    """Order for a patient who is here. Nurses order tests and care; imaging takes a doctor (strålevern)."""
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    named = [_named(wanted) for wanted in ordering.items]
    if any(category == "imaging" for category, _, _ in named):
        require(work.actor, Permission.WRITE_NOTE)
    await _require_new(work, encounter_id, named)
    requisition = new_id()
    rows = [
        ServiceRequest(
            id=new_id(),
            encounter_id=encounter.id,
            unit_id=encounter.unit_id,
            requisition=requisition,
            position=position,
            category=category,
            code=code,
            display=display,
            question=ordering.question,
            status=OrderStatus.ACTIVE.value,
            version=1,
            ordered_by=work.actor.id,
            ordered_at=work.now,
            changed_by=work.actor.id,
            changed_at=work.now,
        )
        for position, (category, code, display) in enumerate(named)
    ]
    work.session.add_all(rows)
    await work.record(OrderPlaced(encounter_id=encounter.id, happened_at=work.now, requisition=requisition))
    return Ordered(
        id=encounter.id,
        requisition=requisition,
        orders=tuple(row.id for row in rows),
        version=encounter.version,
    )


def _named(wanted: Wanted) -> tuple[str, str, str]:
    """Category, code and words. Records are written in Norwegian, whatever the screen's language."""
    if wanted.code is not None:
        item: CatalogueItem = catalogue().item(wanted.code)
        return item.category, item.code, item.nb
    assert wanted.category
    assert wanted.display
    return wanted.category, "", wanted.display


async def _require_new(work: Work, encounter_id: str, named: list[tuple[str, str, str]]) -> None:
    waiting = await work.session.execute(
        select(ServiceRequest.display).where(
            ServiceRequest.encounter_id == encounter_id, ServiceRequest.status.in_(UNANSWERED)
        )
    )
    taken = set(waiting.scalars())
    for _, _, display in named:
        if display in taken:
            raise OrderedAlready(value=display)
        taken.add(display)
