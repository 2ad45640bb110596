"""Triage (triagering): what is wrong, what was measured, and how urgent it is; points follow each key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from app.screens.triage.before import Before, earlier_views, last_values
from app.screens.triage.signs import for_script, sign_lists
from app.screens.triage.words import keys_of, word_of
from core.ids import Actor
from journal.queries.page import EncounterPage
from triage.queries.intake import Intake
from triage.rules.complaints.pack import complaints_of
from triage.rules.levels import Level
from triage.rules.scales.groups import choose
from triage.rules.scales.scale import Group, Parameter, Scale
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
_SCRIPT_TEXTS = ("complaint.", "error.", "place.waiting_room", "time.", "triage.script.")
MARKS = ("infection", "fall", "interpreter", "allergy")
REASONS = ("clinical-look", "known-before", "values-misleading", "risk", "other")
_CHILDBEARING_MONTHS = (10 * 12, 60 * 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One possible answer, and the key that chooses it, which is marked in the word where it stands in it."""

    code: str
    word: str
    key: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """The word before the key's letter, the letter, and the rest."""
        at = self.word.lower().find(self.key) if self.key else -1
        return (self.word, "", "") if at < 0 else (self.word[:at], self.word[at], self.word[at + 1 :])


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
    before: Before | None  # the last value, from this contact or an earlier one


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
    intake: Intake = Intake(),
) -> str:
    """The page for one patient: the scale's own signs and measurements for this age.

    `levels` are the unit's; `companion` is the deterioration score beside (NEWS2); `intake` is what is known
    besides the record: common complaints, earlier values, drafts.
    """
    t = texts(language)
    group = choose(scale, Findings(age_months=page.patient.age_months), None).group
    beside = companion.groups[0] if companion and _applies(companion, page.patient.age_months) else None
    earlier = earlier_views(intake.earlier, t)
    complaints = complaints_of(scale)
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
        group_word=word_of(group, language),
        signs=sign_lists(scale, group, page.complaint, complaints=complaints, language=language),
        fields=_fields(scale, group, beside, t, last_values(earlier)),
        earlier=earlier,
        intake=intake,
        marks=MARKS,
        reasons=REASONS,
        levels=offered,
        may_be_pregnant=_may_be_pregnant(page),
        waited=show.duration(show.minutes_between(page.arrived_at, now), t),
        data=data_block(
            {
                **_script_data(page, scale, companion, offered, t),
                "me": me.id,
                "order": [sign.code for sign in scale.signs(group.id)],
                "complaints": for_script(complaints, scale, language),
                "common": [each.model_dump(mode="json") for each in intake.common],
                "draft": intake.draft.model_dump(mode="json") if intake.draft else None,
            }
        ),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def _applies(companion: Scale, age_months: int | None) -> bool:
    return age_months is None or age_months >= companion.applies.age_years_min * 12


def _fields(
    scale: Scale, group: Group, beside: Group | None, t: Texts, before: Mapping[str, Before]
) -> list[Field]:
    others = beside.parameters if beside else ()
    parameters = [*group.parameters, *scale.recorded, *others]
    names = list(dict.fromkeys([*_ORDER, *(p.reads for p in parameters)]))
    known = {parameter.reads: parameter for parameter in reversed(parameters)}
    return [
        _field(known[name], group.parameters, others, t, before=before.get(name))
        for name in names
        if name in known and name not in _WITH_ANOTHER and not (name == "spo2_scale" and beside is None)
    ]


def _field(
    parameter: Parameter,
    main: Sequence[Parameter],
    beside: Sequence[Parameter],
    t: Texts,
    *,
    before: Before | None,
) -> Field:
    accepted = parameter.accepted
    return Field(
        name=parameter.reads,
        word=t.known(f"parameter.{parameter.reads}", "parameter.other", word=word_of(parameter, t.language)),
        unit=show.unit(parameter.unit),
        step=str(parameter.resolution),
        low=str(accepted.min) if accepted else "",
        high=str(accepted.max) if accepted else "",
        decimals=parameter.resolution < Decimal(1),
        answers=_answers(parameter, t),
        main=_reading(parameter.reads, main),
        beside=_reading(parameter.reads, beside),
        before=before,
    )


def _answers(parameter: Parameter, t: Texts) -> tuple[Answer, ...]:
    options = list(parameter.options)
    if all(option.code in _CONSCIOUSNESS for option in options):
        options.sort(key=lambda option: _CONSCIOUSNESS.index(option.code))
    words = {
        option.code: t.known(
            f"option.{parameter.reads}.{option.code}", "parameter.other", word=word_of(option, t.language)
        )
        for option in options
    }
    keys = keys_of(list(words.items()))
    return tuple(
        Answer(code=code, word=word, key=key) for (code, word), key in zip(words.items(), keys, strict=True)
    )


def _reading(name: str, parameters: Iterable[Parameter]) -> str:
    return " ".join(parameter.id for parameter in parameters if parameter.reads == name)


def _may_be_pregnant(page: EncounterPage) -> bool:
    months, (low, high) = page.patient.age_months, _CHILDBEARING_MONTHS
    return page.patient.sex != "male" and (months is None or low <= months <= high)


def _whole(total: Decimal | None) -> int | None:
    return None if total is None else int(total)


def _level_word(scale: Scale, code: str, t: Texts) -> str:
    return t(f"level.{scale.level(code).rank}").lower()


def _script_data(
    page: EncounterPage, scale: Scale, companion: Scale | None, levels: Sequence[Level], t: Texts
) -> dict[str, object]:
    return {
        "encounter": page.id,
        "version": page.version,
        "assessments": len(page.assessments),
        "latest": page.assessments[0].id if page.assessments else None,
        "complaint": page.complaint,
        "flags": list(page.flags),
        "place": page.place,
        "unit": page.unit,
        "scale": scale.id,
        "score": scale.score_name,
        "age_months": page.patient.age_months,
        "due_from": None if page.assessments else page.arrived_at.isoformat(),
        "levels": [{**level.model_dump(mode="json"), "word": t(f"level.{level.rank}")} for level in levels],
        "gives": [
            {"min": _whole(each.min), "max": _whole(each.max), "word": _level_word(scale, each.level, t)}
            for each in scale.score_to_level
        ],
        "risk": {
            level.code: word_of(level, t.language) or level.code.replace("_", "–")
            for level in (companion.levels if companion else ())
        },
    }
