"""A triage scale as a frozen value: groups of patients, bands of points, levels and signs (triageskala).

This is the file format `triage-scale/1` (docs/scales.md): what a site brings with it, and what we carry
ourselves. A misspelt key is refused; only the keys in `REMARKS` are for people and carry no rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from triage.rules.scales.example import Example

REMARKS = frozenset(
    {
        "additional_investigations",
        "choose",
        "choose_note",
        "companion_scores",
        "confirm_note",
        "evaluate",
        "group_notes",
        "group_selection",
        "known_wrong_elsewhere",
        "levels_source",
        "monitor_source",
        "monitoring",
        "monitoring_source",
        "process",
        "process_status",
        "score_to_level_source",
        "target_variants",
    }
)
"""Keys of the file that explain and bind nothing."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Range(_Entry):
    """From and to, both included; None is an open end."""

    min: Decimal | None = None
    max: Decimal | None = None

    def holds(self, value: Decimal | int) -> bool:
        """Whether the value lies in the range."""
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)


class Accepted(_Entry):
    """What can be measured at all (mulig verdi), or without surprise. Both are our choice."""

    min: Decimal
    max: Decimal

    def holds(self, value: Decimal) -> bool:
        """Whether the value lies in the range."""
        return self.min <= value <= self.max


class Band(Range):
    """A stretch of values and the points it gives (poeng)."""

    score: int = Field(ge=0, le=20)


class Option(_Entry):
    """One answer of a parameter, e.g. AVPU `V`; without points when it is recorded only."""

    code: str
    label: str = ""
    nb: str = ""
    nn: str = ""
    score: int | None = Field(default=None, ge=0, le=20)


class When(_Entry):
    """The parameter counts only when another answer says so, e.g. SpO2 scale 2."""

    input: str
    is_: str = Field(alias="is")
    unless_said: bool = False  # counts also when nothing was answered


class Parameter(_Entry):
    """One measurement or observation and its points (parameter)."""

    id: str
    label: str = ""
    nb: str = ""  # the words on a Norwegian screen
    nn: str = ""  # in nynorsk, where they differ
    kind: Literal["numeric", "numeric_by", "categorical"]
    input: str = ""  # the measurement it reads, when not named as itself
    when: When | None = None
    unit: str | None = None  # UCUM
    resolution: Decimal = Field(default=Decimal(1), gt=0)
    accepted: Accepted | None = None
    confirm_outside: Accepted | None = None  # possible but odd: somebody must say that it is so
    bands: tuple[Band, ...] = ()
    by: str | None = None
    cases: Mapping[str, tuple[Band, ...]] = Field(default_factory=dict)
    options: tuple[Option, ...] = ()
    findings: tuple[Option, ...] = ()  # words in place of a number: "feels cold"
    note: object = None
    disputed: object = None
    source: object = None

    @property
    def reads(self) -> str:
        """The name of the measurement this parameter reads."""
        return self.input or self.id


class Select(_Entry):
    """Who belongs to a group: body length decides when measured, then weight, otherwise age.

    A group with `pregnant` takes every pregnant patient, whatever her age and size.
    """

    age_months: Range | None = None
    height_cm: Range | None = None
    weight_kg: Range | None = None
    pregnant: bool = False


class Group(_Entry):
    """Patients who share a table (aldersgruppe)."""

    id: str
    label: str = ""
    nb: str = ""
    nn: str = ""
    select: Select
    parameters: tuple[Parameter, ...]


class ScaleLevel(_Entry):
    """A level of the scale (hastegrad); rank 1 is most urgent. Times are the scale's own proposals.

    Ranks are what scales have in common: a scale with four levels may leave one of the five out anywhere.
    """

    code: str
    rank: int = Field(ge=1, le=5)
    label: str = ""
    nb: str = ""
    nn: str = ""
    target_minutes: int | None = Field(default=None, ge=0)
    reassess_minutes: int | None = Field(default=None, ge=0)
    queue: bool = True  # False: nobody waits for a doctor at this level
    warning: str | None = None


class ScoreLevel(Range):
    """Which level a total gives."""

    level: str


class SingleParameterRule(_Entry):
    """One parameter with this score gives at least this level (enkeltparameter)."""

    score: int = 3
    level: str
    monitor_minutes: int | None = None
    if_: str | None = Field(default=None, alias="if")
    source: object = None


class Monitor(Range):
    """How often to measure again, at least, by total."""

    minutes: int = Field(ge=0)  # 0: continuously


class Sign(_Entry):
    """A sign that gives a level whatever the score (diskriminator, faretegn).

    Without a level it is only part of a rule, as in "cold hands, and two of three others".
    """

    code: str
    label: str = ""
    nb: str = ""
    nn: str = ""
    level: str | None = None
    status: str = ""


class ScaleComplaint(_Entry):
    """Which signs the scale asks about first when somebody comes with this (kontaktårsak); none is hidden."""

    code: str  # one of the pack's, or the scale's own with words
    label: str = ""
    nb: str = ""
    nn: str = ""
    also: tuple[str, ...] = ()
    signs: tuple[str, ...]


class Rule(_Entry):
    """What findings call for besides the score: a level, or a notice when `level` is None.

    It holds when everything it names holds.
    """

    code: str
    level: str | None = None
    groups: tuple[str, ...] = ()  # empty: all
    input: str | None = None
    below: Decimal | None = None
    over: Decimal | None = None
    any_of: tuple[str, ...] = ()
    scores: str | None = None  # a parameter that gave points
    signs: tuple[str, ...] = ()  # any of them, or as many as `signs_at_least`
    signs_at_least: int = Field(default=1, ge=1)
    all_signs: tuple[str, ...] = ()  # every one of them
    missing: str | None = None
    unless: Mapping[str, str] = Field(default_factory=dict)
    source: object = None


class Applies(_Entry):
    """Whom the scale is for at all."""

    age_years_min: int = 0
    not_when: tuple[Literal["pregnant"], ...] = ()
    note: str = ""


class Scale(_Entry):
    """A triage scale (triageskala), with where its numbers come from and on what terms they are used."""

    format: Literal["triage-scale/1"]
    id: str
    name: str
    score_name: str  # what the sum of points is called on screens: TEWS, NEWS2; the name if not said
    table_version: str
    valid_from: str | None = None
    status: str
    helper: bool = False  # scored beside a triage scale (GCS, qSOFA), never used as one
    higher_is: Literal["worse", "better"] = (
        "worse"  # which way the total points; GCS is the only known "better"
    )
    licence: Mapping[str, str]
    source: tuple[str, ...]
    applies: Applies = Applies()
    assumed_group: str = ""
    groups: tuple[Group, ...] = Field(min_length=1)
    score_to_level: tuple[ScoreLevel, ...] = Field(min_length=1)
    single_parameter_rule: SingleParameterRule | None = None
    levels: tuple[ScaleLevel, ...] = Field(min_length=1)
    monitor: tuple[Monitor, ...] = ()
    discriminators: Mapping[str, tuple[Sign, ...]] = Field(default_factory=dict)
    complaints: tuple[ScaleComplaint, ...] = ()
    rules: tuple[Rule, ...] = ()
    recorded: tuple[Parameter, ...] = ()  # accepted with the rest, but gives no points
    test_cases: tuple[Example, ...] = ()  # run before a site's scale is taken in
    digest: str = ""  # SHA-256 of the file, kept with every assessment

    @model_validator(mode="before")
    @classmethod
    def _without_remarks(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        binding = {key: value for key, value in data.items() if key not in REMARKS}
        return {"score_name": binding.get("name"), **binding}

    def group(self, id: str) -> Group | None:
        """The group with this id, if the scale has it."""
        return next((group for group in self.groups if group.id == id), None)

    def level(self, code: str) -> ScaleLevel:
        """The level with this code; the coverage check has made sure that those of the file exist."""
        return next(level for level in self.levels if level.code == code)

    def ranked(self, rank: int) -> ScaleLevel:
        """The level with this rank, which some rule of the scale has named."""
        return next(level for level in self.levels if level.rank == rank)

    def signs(self, group: str) -> tuple[Sign, ...]:
        """The signs asked for in this group, most urgent first as in the file."""
        return self.discriminators.get(group, ())

    def sections(self) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with the place it stands in: a group's id, or `recorded`."""
        for group in self.groups:
            for parameter in group.parameters:
                yield group.id, parameter
        for parameter in self.recorded:
            yield "recorded", parameter
