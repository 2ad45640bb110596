"""The form of a scale file against its JSON Schema: every fault with its place in the file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from core.text import Answer
from triage.rules.scales.packs import load_scale, read_json, schema_text
from triage.rules.scales.refusals import ScaleBroken
from triage.rules.scales.scale import Scale

_MOST = 20
_LONGEST = 80


class Fault(Answer):
    """One thing wrong in a file: where, what kind, and what was wanted there."""

    place: str  # e.g. groups[1].parameters[0].bands[2].max
    problem: str  # e.g. missing-key, unknown-key, wrong-value
    wanted: str


def load_brought(text: str) -> Scale:
    """A scale from a site's file: its form first, then that it holds together. ScaleBroken says where not."""
    found = faults(read_json(text))
    if found:
        first = found[0]
        raise ScaleBroken(
            scale="",
            place=first.place,
            value="",
            problem=first.problem,
            faults=[fault.model_dump() for fault in found],
        )
    return load_scale(text)


def faults(data: object) -> list[Fault]:
    """What the schema finds wrong, in the order of the file; at most twenty."""
    errors = sorted(
        _validator().iter_errors(data), key=lambda error: [str(step) for step in error.absolute_path]
    )
    return [fault for error in errors for fault in _faults(error)][:_MOST]


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_text()))


def _faults(error: ValidationError) -> Iterator[Fault]:
    path = list(error.absolute_path)
    wanted: Any = error.validator_value
    if error.validator == "required":
        for key in (key for key in wanted if key not in error.instance):
            yield Fault(place=_place([*path, key]), problem="missing-key", wanted="")
    elif error.validator == "additionalProperties" and wanted is False:
        known = error.schema.get("properties", {})
        for key in (key for key in error.instance if key not in known):
            yield Fault(place=_place([*path, key]), problem="unknown-key", wanted="")
    elif error.validator in ("const", "enum", "type", "pattern"):
        yield Fault(place=_place(path), problem="wrong-value", wanted=_short(wanted))
    else:
        yield Fault(place=_place(path), problem=f"{error.validator}", wanted=_short(wanted))


def _place(path: Sequence[str | int]) -> str:
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).removeprefix(".")[:200]


def _short(wanted: object) -> str:
    text = wanted if isinstance(wanted, str) else json.dumps(wanted, default=str)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
