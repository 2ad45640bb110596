"""The scales we carry (skalaer som følger med), read once from the package."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import NoReturn

from pydantic import ValidationError

from triage.rules.scales.coverage import check
from triage.rules.scales.refusals import ScaleBroken, ScaleUnknown
from triage.rules.scales.scale import Scale

_FILES = ("sats_tews.json", "news2.json", "qsofa.json", "gcs.json")


def load_scale(text: str) -> Scale:
    """A scale from the text of its file, checked from end to end; ScaleBroken says where it fails."""
    try:
        scale = Scale.model_validate(read_json(text))
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ScaleBroken(scale="", place=place, value="", problem=first["type"]) from fault
    check(scale)
    return scale.model_copy(update={"digest": hashlib.sha256(text.encode()).hexdigest()})


def read_json(text: str) -> object:
    """The file's data; decimals from the digits as written: 0.1 must never have been a binary float."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as fault:
        raise ScaleBroken(scale="", place="", value="", problem=_problem(fault)) from fault


class _KeyTwice(ValueError):
    pass


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # Of a key given twice the first would be lost unseen.
    data = dict(pairs)
    if len(data) != len(pairs):
        raise _KeyTwice
    return data


def _no_number(_name: str) -> NoReturn:
    raise ValueError


def _problem(fault: Exception) -> str:
    if isinstance(fault, _KeyTwice):
        return "key-twice"
    return f"not-json-at-line-{fault.lineno}" if isinstance(fault, json.JSONDecodeError) else "not-json"


def schema_text() -> str:
    """The JSON Schema of the file format, as text."""
    return (resources.files(__package__) / "triage-scale.schema.json").read_text(encoding="utf-8")


def text_of(id: str) -> str:
    """The file of a scale that comes with the program."""
    return _read()[id][1]


@cache
def _read() -> Mapping[str, tuple[Scale, str]]:
    folder = resources.files(__package__)
    texts = [(folder / name).read_text(encoding="utf-8") for name in _FILES]
    return {scale.id: (scale, text) for scale, text in ((load_scale(text), text) for text in texts)}


@cache
def scales() -> Mapping[str, Scale]:
    """The scales that come with the program, by id: `sats`, `news2`, and the helpers `qsofa` and `gcs`."""
    return MappingProxyType({id: scale for id, (scale, _) in _read().items()})


def scale(id: str) -> Scale:
    """One of the scales that come with the program; ScaleUnknown when there is none with this id."""
    try:
        return scales()[id]
    except KeyError:
        raise ScaleUnknown(scale=id) from None
