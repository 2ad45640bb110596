"""Medicines given in words (utdelinger), and the standing orders that can be given by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.screens import show
from app.screens.orders.card import number
from app.screens.texts import Texts
from journal.queries.medication.view import PageAdministration, PageStandingOrder
from journal.rules.medication.standing import Contraindication

_CLASSES = {"in-progress": "new", "not-done": "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenView:
    """One dose as it stands, with the versions before it."""

    id: str
    title: str
    clock: str
    state: str
    state_class: str
    lines: tuple[str, ...]
    waits: bool  # for the second person
    by_id: str
    dose: str
    again: str  # what is sent with a correction besides what is typed


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferView:
    """One standing order as it is chosen and read before giving."""

    words: str
    code: str
    version: str
    dose: str  # "1000 mg"; by weight, when it is not known
    ask: tuple[str, ...]  # to be ruled out
    cleared: str  # their codes
    needs_weight: bool
    holds: bool
    why_not: str
    notes: tuple[str, ...]


def given_views(given: Sequence[PageAdministration], t: Texts) -> list[GivenView]:
    """What stands, latest first; what was never so is told by the course."""
    return [_given(each, given, t) for each in given if each.stands and each.status != "entered-in-error"]


def _given(each: PageAdministration, all_: Sequence[PageAdministration], t: Texts) -> GivenView:
    return GivenView(
        id=each.id,
        title=f"{each.medication}, {dose_words(each.dose, each.unit, t)}",
        clock=show.clock(each.given_at),
        state=t("given.waits") if each.status == "in-progress" else t(f"given.outcome_{each.outcome}"),
        state_class=_CLASSES.get(each.status, "ok"),
        lines=tuple(_lines(each, all_, t)),
        waits=each.status == "in-progress",
        by_id=each.by_id,
        dose=number(each.dose),
        again=json.dumps(_again(each)),
    )


def _lines(each: PageAdministration, all_: Sequence[PageAdministration], t: Texts) -> Iterable[str]:
    whose = (
        t("given.ordered_by", name=each.ordered_by)
        if each.ordered_by
        else t("given.by_order", code=each.standing_code or "", version=each.standing_version or "")
    )
    yield " · ".join((t(f"given.route_{each.route}"), whose, each.by))
    if each.checked_by and each.checked_at:
        yield t("given.checked", name=each.checked_by, clock=show.clock(each.checked_at))
    if each.remark:
        yield each.remark
    before = {one.id: one for one in all_}
    newer = each
    while newer.replaces in before:
        older = before[newer.replaces or ""]
        was = f"{t(f'given.outcome_{older.outcome}').lower()} {dose_words(older.dose, older.unit, t)}"
        yield t("orders.was", words=was, reason=newer.reason or "")
        newer = older


def _again(each: PageAdministration) -> dict[str, object]:
    weight = None if each.weight_kg is None else f"{each.weight_kg:f}"
    common: dict[str, object] = {"cleared": list(each.cleared), "weight_kg": weight}
    if each.standing_code:
        return {**common, "standing_order": each.standing_code}
    return {**common, "medication": each.medication, "unit": each.unit, "route": each.route}


def offer_views(offers: Iterable[PageStandingOrder], t: Texts) -> list[OfferView]:
    """What can be chosen; those that do not hold for the patient say why, and come last."""
    return [_offer(each, t) for each in offers]


def _offer(each: PageStandingOrder, t: Texts) -> OfferView:
    dose = dose_words(each.dose, each.unit, t) if each.dose is not None else ""
    if each.dose is None and each.dose_per_kg is not None:
        dose = t("given.per_kg", dose=dose_words(each.dose_per_kg, each.unit, t))
    ask = [_word(one, t) for one in each.contraindications]
    ask += [t("given.ask_allergy")] if "allergy" in each.to_rule_out else []
    double = t("given.double_check") if each.double_check else None
    return OfferView(
        words=f"{each.medication} {dose} · {each.indication}",
        code=each.code,
        version=each.version,
        dose=f"{dose}, {t(f'given.route_{each.route}')}",
        ask=tuple(ask),
        cleared=" ".join(each.to_rule_out),
        needs_weight=each.needs_weight,
        holds=not each.against,
        why_not=", ".join(t(f"given.why_{why}") for why in each.against),
        notes=tuple(filter(None, (double, each.remark))),
    )


def _word(each: Contraindication, t: Texts) -> str:
    return str(getattr(each, t.language) or each.nb)


def dose_words(dose: Decimal, unit: str, t: Texts) -> str:
    """`0,5 mg`; micrograms and units in full, because their signs have been misread."""
    return f"{show.number(dose, t)} {t.known(f'given.unit_{unit}', 'parameter.other', word=unit)}"
