"""The scales we carry (skalaer som følger med), read once from the package."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from types import MappingProxyType

from pydantic import ValidationError

from triage.rules.scales.coverage import check
from triage.rules.scales.refusals import ScaleBroken, ScaleUnknown
from triage.rules.scales.scale import Scale

_FILES = ("sats_tews.json", "news2.json")


def load_scale(text: str) -> Scale:
    """A scale from the text of its file, checked from end to end; ScaleBroken says where it fails."""
    try:
        # Decimals from the digits as written: 0.1 must never have been a binary float.
        data = json.loads(text, parse_float=Decimal)
        scale = Scale.model_validate(data)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ScaleBroken(scale="", place=place, value="", problem=first["type"]) from fault
    except (ValueError, RecursionError) as fault:
        raise ScaleBroken(scale="", place="", value="", problem="not-json") from fault
    check(scale)
    return scale.model_copy(update={"digest": hashlib.sha256(text.encode()).hexdigest()})


@cache
def scales() -> Mapping[str, Scale]:
    """The scales that come with the program, by id: `sats` and `news2`."""
    folder = resources.files(__package__)
    loaded = [load_scale((folder / name).read_text(encoding="utf-8")) for name in _FILES]
    return MappingProxyType({scale.id: scale for scale in loaded})


def scale(id: str) -> Scale:
    """One of the scales that come with the program; ScaleUnknown when there is none with this id."""
    try:
        return scales()[id]
    except KeyError:
        raise ScaleUnknown(scale=id) from None
