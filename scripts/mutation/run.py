"""Runs the typed charts against every changed scale, in this process, and lists what nobody noticed."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from core.errors import Refused
from scripts.mutation.changes import Change, apply, changes, read
from scripts.mutation.equivalent import why_equivalent
from tests.triage.rules.scales.typed.charts import CHARTS, differences
from triage.rules.scales.coverage import check
from triage.rules.scales.packs import text_of
from triage.rules.scales.scale import Scale


def survivors(id: str, *, every: int = 1, count: Counter[str] | None = None) -> Iterator[Change]:
    """The changes of this scale's file that neither the check at load nor the typed charts notice."""
    data = read(text_of(id))
    for number, change in enumerate(changes(data)):
        if number % every:
            continue
        outcome = _noticed(id, apply(data, change))
        if outcome == "survived" and why_equivalent(id, change):
            outcome = "equivalent"
        if count is not None:
            count[outcome] += 1
        if outcome == "survived":
            yield change


def _noticed(id: str, data: dict[str, Any]) -> str:
    try:
        scale = Scale.model_validate(data)
        check(scale)
    except (ValidationError, Refused):
        return "refused at load"
    try:
        return "noticed by a chart" if next(differences(id, scale), None) else "survived"
    except Exception:
        return "noticed by a chart"  # a scale the charts cannot even ask


def main(arguments: Sequence[str]) -> int:
    """Report per file; 1 when a change survived."""
    parser = argparse.ArgumentParser(prog="mutate_scales")
    parser.add_argument("--scale", choices=sorted(CHARTS))
    parser.add_argument("--sample", type=int, default=1, metavar="N")
    given = parser.parse_args(arguments)
    left = 0
    for id in [given.scale] if given.scale else CHARTS:
        began, count = time.monotonic(), Counter[str]()
        for change in survivors(id, every=given.sample, count=count):
            left += 1
            print(f"  SURVIVED {id} {change}")
        figures = ", ".join(f"{number} {outcome}" for outcome, number in sorted(count.items()))
        print(f"{id}: {count.total()} changes; {figures} ({time.monotonic() - began:.0f} s)")
        sys.stdout.flush()
    return 1 if left else 0
