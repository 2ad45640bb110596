"""A unit's standing orders (delegeringer) as its doctors read and approve them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from app.screens.vitals.given import dose_words
from core.ids import Actor
from journal.queries.medication.view import UnitStandingOrder, UnitStandingOrders
from journal.rules.medication.standing import StandingOrderText

_IN_MONTHS = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingView:
    """One version in words: everything a doctor answers for by approving it."""

    code: str
    version: str
    title: str
    lines: tuple[str, ...]
    state: str
    state_class: str
    approved: bool


def standing_orders_page(
    listed: UnitStandingOrders, *, unit: str, me: Actor, now: datetime, language: str, asset_version: str
) -> str:
    """The page; who may not decide reads what may be given."""
    t = texts(language)
    return render(
        "screens/standing_orders.html",
        t=t,
        asset_version=asset_version,
        current="standing-orders",
        unit=unit,
        unit_name=listed.unit_name,
        me=me,
        now=now,
        orders=[_view(each, t) for each in listed.orders],
        words=data_block(t.subset(("error.", "form."))),
    )


def _view(each: UnitStandingOrder, t: Texts) -> StandingView:
    order = each.order
    state = "in_use" if each.in_use else "not_now" if each.approved else "waits"
    return StandingView(
        code=order.code,
        version=order.version,
        title=f"{order.medication}: {_dose(order, t)}, {t(f'given.route_{order.route}')}",
        lines=tuple(filter(None, (*_lines(order, t), _decided(each, t)))),
        state=t(f"standing.{state}"),
        state_class={"in_use": "ok", "waits": "new"}.get(state, ""),
        approved=each.approved,
    )


def _dose(order: StandingOrderText, t: Texts) -> str:
    if order.dose is not None:
        return dose_words(order.dose, order.unit, t)
    assert order.dose_per_kg is not None
    assert order.largest_dose is not None
    per = t("given.per_kg", dose=dose_words(order.dose_per_kg, order.unit, t))
    return f"{per}, ≤ {dose_words(order.largest_dose, order.unit, t)}"


def _lines(order: StandingOrderText, t: Texts) -> tuple[str, ...]:
    ask = "; ".join(str(getattr(each, t.language) or each.nb) for each in order.contraindications)
    ceiling = order.ceiling
    return (
        order.indication,
        _between(t("standing.age"), _age(order.age_months_min, t), _age(order.age_months_max, t)),
        _between(t("standing.weight"), _kilos(order.weight_min, t), _kilos(order.weight_max, t)),
        f"{t('given.rule_out')} {ask}" if ask else "",
        t("standing.ceiling", dose=dose_words(ceiling.dose, order.unit, t), hours=ceiling.hours)
        if ceiling
        else "",
        t("standing.between", minutes=order.minutes_between) if order.minutes_between else "",
        t("given.double_check") if order.double_check else "",
        order.remark or "",
        t(
            "standing.valid",
            first=show.day(order.valid_from),
            last=show.day(order.valid_to),
            code=order.code,
            version=order.version,
            name=order.written_by,
        ),
    )


def _between(word: str, low: str, high: str) -> str:
    if not low and not high:
        return ""
    return f"{word} {low} – {high}" if low and high else f"{word} {'≥' if low else '≤'} {low or high}"


def _age(months: int | None, t: Texts) -> str:
    """Whole years from three on, as age is said."""
    if months is None:
        return ""
    if months < _IN_MONTHS:
        return t("standing.months", number=months)
    return t("standing.years", number=months // 12)


def _kilos(weight: Decimal | None, t: Texts) -> str:
    return "" if weight is None else f"{show.number(weight, t)} kg"


def _decided(each: UnitStandingOrder, t: Texts) -> str:
    if each.decided_at is None:
        return ""
    key = "standing.approved_by" if each.approved else "standing.withdrawn_by"
    said = t(key, name=each.decided_by or "", at=show.day_and_clock(each.decided_at))
    return f"{said}: {each.reason}" if each.reason else said
