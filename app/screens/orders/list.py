"""The unit's list of what waits: results to see, orders to carry out."""

from __future__ import annotations

from datetime import datetime

from app.screens.orders.card import OrderView, order_view
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.ids import Actor
from journal.queries.orders.view import UnitOrder, UnitOrders


def unit_orders_page(
    waits: UnitOrders,
    *,
    unit: str,
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The page; each line leads to the patient, where the order is answered or the result seen."""
    t = texts(language)
    return render(
        "screens/orders.html",
        t=t,
        asset_version=asset_version,
        current="orders",
        unit=unit,
        unit_name=waits.unit_name,
        me=me,
        now=now,
        unseen=[_with_words(line, t) for line in waits.unseen],
        waiting=[_with_words(line, t) for line in waits.waiting],
        words=data_block(t.subset(("error.", "form."))),
    )


def _with_words(line: UnitOrder, t: Texts) -> tuple[UnitOrder, OrderView]:
    return line, order_view(line.order, [line.result] if line.result else [], t)
