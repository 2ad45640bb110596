"""Rounds of measuring in words (målinger), and what can be measured on the page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from app.screens import show
from app.screens.texts import Texts
from triage.queries.observe.view import Round
from triage.rules.observe.rounds import RoundValue
from triage.rules.vital_signs import VITAL_SIGNS

NUMBERS = ("rr", "spo2", "hr", "sbp", "dbp", "temp", "glucose")
"""Typed as numbers, in the order they are measured; awareness and oxygen are chosen."""

AWAKE = ("A", "C", "V", "P", "U")
_SHOWN = ("rr", "spo2", "air_or_oxygen", "hr", "sbp", "dbp", "temp", "avpu", "glucose", "gcs", "pain")
_PARTS = ("gcs_eye", "gcs_verbal", "gcs_motor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One number to type, with its unit."""

    code: str
    word: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    """One round as it is read; `values` is what is put into the form to correct it."""

    id: str
    clock: str
    scores: str
    words: str
    by: str
    state: str  # corrected, withdrawn, or nothing
    stands: bool
    values: str


def fields(t: Texts) -> list[Field]:
    """The numbers of the form."""
    return [
        Field(code=code, word=t(f"vitals.field_{code}"), unit=show.unit(VITAL_SIGNS[code].unit))
        for code in NUMBERS
    ]


def round_views(rounds: Iterable[Round], t: Texts) -> list[RoundView]:
    """All versions, the newest first: what was wrong stays to be read."""
    return [_view(each, t) for each in rounds]


def _view(each: Round, t: Texts) -> RoundView:
    values = {value.code: value for value in each.values}
    words = values_in_words(each.values, t)
    device = each.device or t("vitals.device") if each.source == "device" else ""
    return RoundView(
        id=each.id,
        clock=show.clock(each.measured_at),
        scores=" · ".join(f"{score.name} {score.total}" for score in each.scores if score.complete),
        words=words,
        by=" · ".join(filter(None, (each.by, device, _late(each, t)))),
        state=_state(each, t),
        stands=each.stands,
        values=json.dumps({code: _plain(value) for code, value in values.items()}),
    )


def values_in_words(values: Iterable[RoundValue], t: Texts) -> str:
    """`Resp. 22 /min · SpO₂ 93 %`, always in the same order."""
    by_code = {value.code: value for value in values}
    return " · ".join(_words(by_code[code], t) for code in _SHOWN if code in by_code)


def _words(value: RoundValue, t: Texts) -> str:
    word = t.known(
        f"chart.{value.code}",
        "parameter.other",
        word=t.known(f"parameter.{value.code}", "parameter.other", word=value.code),
    )
    if value.value is None:
        said = (
            t.known(f"option.{value.code}.{value.text}", f"vitals.answer_{value.text}") if value.text else ""
        )
        return said if value.code == "air_or_oxygen" else f"{word} {said}"
    return f"{word} {show.number(value.value, t)} {show.unit(value.unit)}".strip()


def _plain(value: RoundValue) -> str:
    return f"{value.value:f}" if value.value is not None else value.text or ""


def _late(each: Round, t: Texts) -> str:
    """When it was written down, where that is not when it was measured."""
    late = show.minutes_between(each.measured_at, each.recorded_at) > 1
    return t("vitals.recorded", clock=show.clock(each.recorded_at)) if late and each.replaces is None else ""


def _state(each: Round, t: Texts) -> str:
    if each.status == "entered-in-error":
        return t("vitals.withdrawn", reason=each.reason or "")
    if not each.stands:
        return t("vitals.replaced")
    return t("vitals.corrected", reason=each.reason or "") if each.status == "amended" else ""
