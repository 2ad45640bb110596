"""Triage (triagering): what is wrong, what was measured, and how urgent it is; points follow each key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.ids import Actor
from journal.queries.page import EncounterPage
from triage.rules.levels import Level
from triage.rules.scales.groups import choose
from triage.rules.scales.scale import Group, Option, Parameter, Scale
from triage.rules.scales.values import Findings

_ORDER = (
    "rr",
    "spo2",
    "sbp",
    "hr",
    "temp",
    "glucose",
    "avpu",
    "air_or_oxygen",
    "spo2_scale",
    "mobility",
    "trauma",
)
_WITH_ANOTHER = frozenset({"dbp"})  # stands in the same row as the systolic pressure
_CONSCIOUSNESS = "ACVPU"
_SCRIPT_TEXTS = ("error.", "time.", "triage.script.")
_CHILDBEARING_MONTHS = (10 * 12, 60 * 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One possible answer."""

    code: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One row of the form: a number or a choice, and the parameters of each scale that read it."""

    name: str
    word: str
    unit: str
    step: str
    low: str
    high: str
    decimals: bool
    answers: tuple[Answer, ...]
    main: str  # parameters of the scale that read it, by space; empty: gives no points there
    beside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign that decides by itself (faretegn)."""

    code: str
    word: str
    rank: int


def triage(
    page: EncounterPage,
    *,
    scale: Scale,
    companion: Scale | None,
    levels: Sequence[Level],
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The page for one patient: the scale's own signs and measurements for this age.

    `levels` are the unit's; `companion` is the deterioration score beside (NEWS2).
    """
    t = texts(language)
    group = choose(scale, Findings(age_months=page.patient.age_months), None).group
    beside = companion.groups[0] if companion and _applies(companion, page.patient.age_months) else None
    offered = [level for level in levels if scale.level(level.code).queue]
    return render(
        "screens/triage.html",
        t=t,
        asset_version=asset_version,
        current="triage",
        unit=page.unit,
        unit_name=page.unit_name,
        me=me,
        now=now,
        page=page,
        scale=scale,
        companion=companion if beside else None,
        group_word=_word(group, t),
        signs=_signs(scale, group, t),
        fields=_fields(scale, group, beside, t),
        levels=offered,
        may_be_pregnant=_may_be_pregnant(page),
        waited=show.duration(show.minutes_between(page.arrived_at, now), t),
        data=data_block(_script_data(page, scale, companion, offered, t)),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _word(entry: Parameter | Option | Group, t: Texts) -> str:
    # Scales carry Norwegian and English words themselves; a site's own scale brings its own.
    return entry.label or entry.nb if t.language == "en" else entry.nb or entry.label


def _applies(companion: Scale, age_months: int | None) -> bool:
    return age_months is None or age_months >= companion.applies.age_years_min * 12


def _signs(scale: Scale, group: Group, t: Texts) -> list[Sign]:
    signs = [
        Sign(
            code=sign.code,
            word=sign.label if t.language == "en" else sign.nb or sign.label,
            rank=scale.level(sign.level).rank,
        )
        for sign in scale.signs(group.id)
    ]
    return sorted(signs, key=lambda sign: sign.rank)


def _fields(scale: Scale, group: Group, beside: Group | None, t: Texts) -> list[Field]:
    others = beside.parameters if beside else ()
    parameters = [*group.parameters, *scale.recorded, *others]
    names = list(dict.fromkeys([*_ORDER, *(p.reads for p in parameters)]))
    known = {parameter.reads: parameter for parameter in reversed(parameters)}
    return [
        _field(known[name], group.parameters, others, t)
        for name in names
        if name in known and name not in _WITH_ANOTHER and not (name == "spo2_scale" and beside is None)
    ]


def _field(parameter: Parameter, main: Sequence[Parameter], beside: Sequence[Parameter], t: Texts) -> Field:
    accepted = parameter.accepted
    return Field(
        name=parameter.reads,
        word=t.known(f"parameter.{parameter.reads}", "parameter.other", word=_word(parameter, t)),
        unit=show.unit(parameter.unit),
        step=str(parameter.resolution),
        low=str(accepted.min) if accepted else "",
        high=str(accepted.max) if accepted else "",
        decimals=parameter.resolution < Decimal(1),
        answers=tuple(_answer(parameter.reads, option, t) for option in _answers(parameter)),
        main=_reading(parameter.reads, main),
        beside=_reading(parameter.reads, beside),
    )


def _answer(name: str, option: Option, t: Texts) -> Answer:
    word = t.known(f"option.{name}.{option.code}", "parameter.other", word=_word(option, t))
    return Answer(code=option.code, word=word)


def _answers(parameter: Parameter) -> list[Option]:
    if all(option.code in _CONSCIOUSNESS for option in parameter.options):
        return sorted(parameter.options, key=lambda option: _CONSCIOUSNESS.index(option.code))
    return list(parameter.options)


def _reading(name: str, parameters: Iterable[Parameter]) -> str:
    return " ".join(parameter.id for parameter in parameters if parameter.reads == name)


def _may_be_pregnant(page: EncounterPage) -> bool:
    months, (low, high) = page.patient.age_months, _CHILDBEARING_MONTHS
    return page.patient.sex != "male" and (months is None or low <= months <= high)


def _script_data(
    page: EncounterPage, scale: Scale, companion: Scale | None, levels: Sequence[Level], t: Texts
) -> dict[str, object]:
    return {
        "encounter": page.id,
        "version": page.version,
        "assessments": len(page.assessments),
        "unit": page.unit,
        "scale": scale.id,
        "score": scale.score_name,
        "age_months": page.patient.age_months,
        "due_from": None if page.assessments else page.arrived_at.isoformat(),
        "levels": [{**level.model_dump(mode="json"), "word": t(f"level.{level.rank}")} for level in levels],
        "risk": {level.code: _risk(level.nb, level.label, level.code, t) for level in companion.levels}
        if companion
        else {},
    }


def _risk(nb: str, label: str, code: str, t: Texts) -> str:
    return (label or code.replace("_", "–")) if t.language == "en" else (nb or label or code)
