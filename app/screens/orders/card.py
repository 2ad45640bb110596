"""Orders in words (bestillinger): what was asked for, what came, who has seen it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.screens import show
from app.screens.texts import Texts
from journal.queries.orders.view import PageOrder, PageResult
from journal.rules.orders.catalogue import catalogue

_UNITS = {"10*9/L": "10⁹/L", "1": ""}
_CLASSES = {"in-progress": "ok", "revoked": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """One line of the card."""

    order: PageOrder
    result: PageResult | None  # the newest version
    value: str
    unit: str
    mark: str
    state: str
    state_class: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One thing or set to order; `codes` are sent."""

    words: str
    codes: str


def order_views(orders: Iterable[PageOrder], results: Iterable[PageResult], t: Texts) -> list[OrderView]:
    """Each order with its newest result; the newest order first, as on the mock-up of the page."""
    came: dict[str, list[PageResult]] = {}
    for each in results:
        came.setdefault(each.order, []).append(each)
    views = [order_view(order, came.get(order.id, []), t) for order in orders]
    return sorted(views, key=lambda view: not (view.result and view.result.unseen))


def order_view(order: PageOrder, versions: list[PageResult], t: Texts) -> OrderView:
    """One order with all that came of it, oldest first."""
    newest = versions[-1] if versions else None
    state, state_class = _state(order, newest, t)
    return OrderView(
        order=order,
        result=newest,
        value=number(newest.value) if newest and newest.value is not None else "",
        unit=_UNITS.get(newest.unit or "", newest.unit or "") if newest else "",
        mark=t(f"orders.{newest.mark}") if newest and newest.mark else "",
        state=state,
        state_class=state_class,
        lines=tuple(_lines(order, versions, t)),
    )


def _state(order: PageOrder, newest: PageResult | None, t: Texts) -> tuple[str, str]:
    if newest and newest.unseen:
        return t("orders.new"), "new"
    if newest:
        return t(f"orders.result.{newest.status}"), ""
    clock = f" {show.clock(order.at)}" if order.status == "active" else ""
    return t(f"orders.status.{order.status}") + clock, _CLASSES.get(order.status, "")


def _lines(order: PageOrder, versions: list[PageResult], t: Texts) -> Iterable[str]:
    if order.question:
        yield order.question
    if order.reason:
        yield f"{t(f'orders.status.{order.status}')}: {order.reason}"
    if not versions:
        return
    newest = versions[-1]
    if newest.low is not None or newest.high is not None:
        yield t("orders.range", range=_range(newest.low, newest.high))
    yield t("orders.by", name=newest.by, clock=show.clock(newest.at))
    for before, after in pairwise(versions):
        if after.status == "corrected":
            yield t("orders.was", words=before.words, reason=after.reason or "")
    for look in newest.seen:
        said = t("orders.seen_by", name=look.name, clock=show.clock(look.at))
        yield f"{said} ({t('orders.responsible')})" if look.responsible else said


def _range(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return f"≤ {number(high or Decimal(0))}"
    return f"≥ {number(low)}" if high is None else f"{number(low)}–{number(high)}"


def number(value: Decimal) -> str:
    """With a comma, as it is written in Norway."""
    return f"{value:f}".replace(".", ",")


def choices(language: str) -> list[Choice]:
    """Sets first, then single things, in the reader's language."""
    names = {item.code: str(getattr(item, language)) for item in catalogue().items}
    sets = [
        Choice(
            words=f"{getattr(each, language)}: {', '.join(names[code] for code in each.items)}",
            codes=" ".join(each.items),
        )
        for each in catalogue().sets
    ]
    return sets + [Choice(words=name, codes=code) for code, name in names.items()]
