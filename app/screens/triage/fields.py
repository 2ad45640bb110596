"""The rows of the form (felt): what is measured or chosen, and which scale reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.screens import show
from app.screens.texts import Texts
from app.screens.triage.before import Before
from app.screens.triage.which_table import Tables
from app.screens.triage.words import keys_of, word_of
from triage.rules.scales.packs import scale
from triage.rules.scales.scale import Group, Parameter

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


def fields(tables: Tables, t: Texts, before: Mapping[str, Before]) -> list[Field]:
    """Everything the scales ask of this patient, in the order it is measured; each thing once."""
    main = tables.group.parameters
    beside = tables.beside.parameters if tables.beside else ()
    asked = [*main, *tables.scale.recorded, *_of_the_trial(tables), *beside]
    asked += _choices(tables.beside)
    known = {parameter.reads: parameter for parameter in reversed(asked)}
    names = list(dict.fromkeys([*_ORDER, *(parameter.reads for parameter in asked)]))
    return [
        _field(known[name], main, beside, t, before=before.get(name))
        for name in names
        if name in known
        and name not in _WITH_ANOTHER
        and not (name == "spo2_scale" and tables.beside is None)
    ]


def sizes(tables: Tables, t: Texts) -> list[Field]:
    """Length and weight, where they choose the table: before the rest, and no stop on the way through it."""
    return [_field(each, (), (), t, before=None) for each in tables.sizes]


def _of_the_trial(tables: Tables) -> Iterator[Parameter]:
    # Asked without points: a scale on trial decides nothing, but is compared on what it asks for itself.
    if tables.trial is not None:
        trial, group = tables.trial
        yield from (*group.parameters, *trial.recorded)


def _choices(beside: Group | None) -> Iterator[Parameter]:
    """Which SpO2 scale is a doctor's decision, whatever scale the ward triages by."""
    if beside and any(parameter.when for parameter in beside.parameters):
        yield from (each for each in scale("sats").recorded if each.id == "spo2_scale")


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
