"""Every change of a single cell of a scale file: one number, level, code or yes/no at a time."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from triage.rules.scales.scale import REMARKS

OUT = "(taken out)"
Path = tuple[str | int, ...]

# For people; nothing is decided by them. The pack's own test cases are tests, not cells of the table.
WORDS = {"label", "nb", "nn", "note", "source", "disputed", "status", "warning", "name", "score_name", "if"}
NOT_CELLS = REMARKS | WORDS | {"licence", "test_cases", "table_version", "valid_from", "format"}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell, changed."""

    path: Path
    before: object
    after: object

    @property
    def where(self) -> str:
        """The cell's place in the file."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path]
        return "".join(steps).removeprefix(".")

    def __str__(self) -> str:
        return f"{self.where}: {self.before} -> {self.after}"


def read(text: str) -> dict[str, Any]:
    """The file, decimals by their digits."""
    data: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return data


def changes(data: Mapping[str, Any]) -> Iterator[Change]:
    """All changes of all cells, in the order of the file; and each row taken out, one at a time."""
    levels = [level["code"] for level in data["levels"]]
    for path, value in _cells(data, ()):
        for after in _others(path, value, levels, data):
            yield Change(path, value, after)
    for path, row in _rows(data, ()):
        yield Change(path, _short(row), OUT)


def apply(data: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """A copy of the file with the change in it."""
    changed: dict[str, Any] = copy.deepcopy(dict(data))
    place: Any = changed
    for step in change.path[:-1]:
        place = place[step]
    if change.after == OUT:
        del place[change.path[-1]]
    else:
        place[change.path[-1]] = change.after
    return changed


def _cells(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key not in NOT_CELLS:
                yield from _cells(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _cells(each, (*path, number))
    else:
        yield path, value


def _rows(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    # A row, or a part of a row that may be left out: the reader must not fall back to something silently.
    for step, each in _steps(value):
        place = (*path, step)
        if step not in NOT_CELLS:
            if path:
                yield place, each
            yield from _rows(each, place)


def _steps(value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _others(path: Path, value: object, levels: Sequence[str], data: Mapping[str, Any]) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | Decimal):
        step = _step(path, data)
        yield value + step
        yield value - step
    elif value is None:
        yield from _instead_of_open_end(path, data)
    elif path[-1] == "level" or path[-2:-1] == ("levels",):
        yield from (level for level in levels if level != value)
    else:
        yield f"{value}-x"


def _step(path: Path, data: Mapping[str, Any]) -> int | Decimal:
    if path[-1] in ("score", "resolution", "rank", "age_years_min", "minutes", "target_minutes"):
        return Decimal("0.05") if path[-1] == "resolution" else 1
    return _parameter(path, data).get("resolution", 1) if _parameter(path, data) else _rule_step(path, data)


def _rule_step(path: Path, data: Mapping[str, Any]) -> int | Decimal:
    # A rule's limit moves by one step of what it reads.
    if path[0] != "rules":
        return 1
    reads = data["rules"][path[1]].get("input")
    steps = [p.get("resolution", 1) for g in data["groups"] for p in g["parameters"] if p["id"] == reads]
    steps += [p.get("resolution", 1) for p in data.get("recorded", ()) if p["id"] == reads]
    return min(steps, default=1)


def _parameter(path: Path, data: Mapping[str, Any]) -> Mapping[str, Any]:
    if path[0] == "recorded":
        return data["recorded"][path[1]]  # type: ignore[no-any-return]
    if path[0] == "groups" and path[2] == "parameters":
        return data["groups"][path[1]]["parameters"][path[3]]  # type: ignore[no-any-return]
    return {}


def _instead_of_open_end(path: Path, data: Mapping[str, Any]) -> Iterator[object]:
    accepted = _parameter(path, data).get("accepted")
    if path[-1] in ("min", "max") and accepted:
        step = _step(path, data)
        yield accepted["min"] + step if path[-1] == "min" else accepted["max"] - step
    elif path[-1] == "max":
        # Totals and ages: some way up, but below the highest that occurs.
        yield 1000 if "age_months" in path else 8


def _short(row: object) -> str:
    text = json.dumps(row, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"
