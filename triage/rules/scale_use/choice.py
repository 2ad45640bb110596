"""Which scale a unit triages by (skalavalg), and which one is tried beside it during a change-over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.text import Answer

_VERSION, _TRIAL, _TRIAL_VERSION = "scale_version", "scale_beside", "scale_beside_version"
_TIMES = ("targets", "reassess")
_KEPT = "times_of_scale"


class ScaleChoice(Answer):
    """The scale that decides, and the one on trial; without version it is the one the program carries."""

    scale: str
    version: str | None = None
    beside: str | None = None
    beside_version: str | None = None


class Times(Answer):
    """The unit's own minutes per level of a scale: to the doctor, and to the next assessment."""

    targets: Mapping[str, int]
    reassess: Mapping[str, int]


def chosen(scale: str, choices: Mapping[str, Any]) -> ScaleChoice:
    """What the unit has chosen; `scale` is the unit's column, the rest stands in its choices."""
    return ScaleChoice(
        scale=scale,
        version=choices.get(_VERSION),
        beside=choices.get(_TRIAL),
        beside_version=choices.get(_TRIAL_VERSION),
    )


def times(scale: str, choices: Mapping[str, Any], *, of: str) -> Times:
    """The unit's minutes for the scale `of`: one scale's green must not get the minutes of another's."""
    found = choices if of == scale else choices.get(_KEPT, {}).get(of, {})
    targets, reassess = (found.get(name) or {} for name in _TIMES)
    return Times(targets=targets, reassess=reassess)


def as_choices(choice: ScaleChoice, before: ScaleChoice, choices: Mapping[str, Any]) -> dict[str, Any]:
    """The unit's choices with the scale in them; minutes set for another scale are kept until it is back."""
    kept = {**choices.get(_KEPT, {})}
    after = {name: value for name, value in choices.items() if name not in (*_TIMES, _KEPT)}
    present: Mapping[str, Any] = {name: choices[name] for name in _TIMES if name in choices}
    if choice.scale != before.scale:
        kept[before.scale], present = dict(present), kept.pop(choice.scale, {})
    named = {_VERSION: choice.version, _TRIAL: choice.beside, _TRIAL_VERSION: choice.beside_version}
    after = {name: value for name, value in after.items() if name not in named}
    after |= {name: value for name, value in named.items() if value is not None}
    return {**after, **present, **({_KEPT: kept} if any(kept.values()) else {})}
