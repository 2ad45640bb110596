"""Reading the files code systems are published in (kodefiler): tables of text, and JSON.

Three forms, see `docs/codes.md`: our own JSON with the header in it; FinnKode's JSON download (`codeValue`,
`nameNorwegian`, `active`, …); and a table with tab or semicolon, with or without a first line of headings.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from core.clock import local
from journal.rules.codes.pack import (
    CodePackBroken,
    Pack,
    PackCode,
    PackFault,
    PackHeader,
    is_code,
    is_heading,
)

MOST_CODES = 200_000
_MOST_FAULTS = 50
_HEADINGS = {
    "code": "code",
    "kode": "code",
    "codevalue": "code",
    "display": "display",
    "tekst": "display",
    "navn": "display",
    "betegnelse": "display",
    "namenorwegian": "display",
    "valid_from": "valid_from",
    "gyldig_fra": "valid_from",
    "validfrom": "valid_from",
    "valid_to": "valid_to",
    "gyldig_til": "valid_to",
    "validto": "valid_to",
}
_ARRAY = re.compile(r'"(?:codes|data)"\s*:\s*\[')


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    said: Mapping[str, Any]
    heading: bool = False  # a chapter or a group, or a code that was never usable


def read_pack(text: str, given: Mapping[str, object]) -> Pack:
    """The pack in a file's text. `given` is what the person who brings it says about it, and goes first.

    Raises CodePackBroken with every fault and its line.
    """
    try:
        header, rows = _json(text) if text.lstrip()[:1] in ("{", "[") else ({}, _table(text))
        return _checked({**header, **{name: each for name, each in given.items() if each}}, list(rows))
    except (csv.Error, RecursionError) as wrong:
        raise broken([PackFault(0, "not-readable", str(wrong)[:100])]) from wrong


def broken(faults: Iterable[PackFault]) -> CodePackBroken:
    """The refusal, with no more faults than a person reads."""
    shown = [{"line": each.line, "problem": each.problem, "value": each.value} for each in faults]
    return CodePackBroken(count=len(shown), faults=shown[:_MOST_FAULTS])


def _checked(header: Mapping[str, object], rows: list[_Row]) -> Pack:
    try:
        head = PackHeader.model_validate(header)
    except ValidationError as wrong:
        raise broken(_faults(0, wrong)) from wrong
    if len(rows) > MOST_CODES:
        raise broken([PackFault(0, "too-many-codes", str(len(rows)))])
    faults: list[PackFault] = []
    kept: dict[str, PackCode] = {}
    lines: dict[str, int] = {}
    left_out = 0
    for row in rows:
        said = str(row.said.get("code", ""))
        if row.heading or is_heading(head.system, said):
            left_out += 1
            continue
        try:
            code = PackCode.model_validate(row.said)
        except ValidationError as wrong:
            faults += _faults(row.line, wrong)
            continue
        if not is_code(head.system, code.code):
            faults.append(PackFault(row.line, f"not-a-code-of-{head.system}", code.code))
            continue
        if kept.setdefault(code.code, code) != code:
            faults.append(PackFault(row.line, f"another-than-in-line-{lines[code.code]}", code.code))
        lines.setdefault(code.code, row.line)
    if not rows or (not kept and not faults):
        faults.append(PackFault(0, "no-codes"))
    if faults:
        raise broken(faults)
    return Pack(head, tuple(kept[code] for code in sorted(kept)), left_out)


def _faults(line: int, wrong: ValidationError) -> Iterator[PackFault]:
    for error in wrong.errors(include_url=False):
        place = ".".join(str(part) for part in error["loc"])
        said = str(error.get("ctx", {}).get("error", error["type"]))
        yield PackFault(line, f"{place}: {said}" if place else said, _short(error.get("input")))


def _short(value: object) -> str:
    return value[:60] if isinstance(value, str) else ""


def _table(text: str) -> Iterator[_Row]:
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    mark = "\t" if "\t" in first else ";"
    names: list[str] | None = None
    reader = csv.reader(lines, delimiter=mark, quotechar='"')
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if names is None:
            known = [_HEADINGS.get(cell.strip().lower().replace(" ", "_"), "") for cell in cells]
            names = known if "code" in known else ["code", "display", "valid_from", "valid_to"]
            if "code" in known:
                continue
        said = {name: _cell(name, cell) for name, cell in zip(names, cells, strict=False) if name}
        yield _Row(reader.line_num, {name: value for name, value in said.items() if value})


def _cell(name: str, cell: str) -> object:
    told = cell.strip()
    norwegian = re.fullmatch(r"(\d\d)\.(\d\d)\.(\d{4})", told) if name.startswith("valid") else None
    return "-".join(reversed(norwegian.groups())) if norwegian else told


def _json(text: str) -> tuple[Mapping[str, object], Iterator[_Row]]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise broken([PackFault(wrong.lineno, wrong.msg)]) from wrong
    if isinstance(whole, list):
        return {}, _rows(text, text.index("["))
    start = _ARRAY.search(text)
    if start is None or not isinstance(whole.get("codes", whole.get("data")), list):
        raise broken([PackFault(0, "no-codes")])
    known = {name: whole[name] for name in PackHeader.model_fields if name in whole}
    return known, _rows(text, start.end() - 1)


def _rows(text: str, bracket: int) -> Iterator[_Row]:
    parents: set[str] = set()
    found: list[tuple[int, Mapping[str, Any]]] = []
    for line, each in _elements(text, bracket):
        if not isinstance(each, dict):
            raise broken([PackFault(line, "not-a-code")])
        found.append((line, each))
        parents.add(str(each.get("parentCode", "")))
    for line, each in found:
        yield _finnkode(line, each, parents) if "codeValue" in each else _Row(line, each)


def _elements(text: str, bracket: int) -> Iterator[tuple[int, object]]:
    """Each element of the array that begins at `bracket`, with its line."""
    decoder, place, line, counted = json.JSONDecoder(), bracket + 1, 1, 0
    while True:
        while text[place] in " \t\r\n,":
            place += 1
        line, counted = line + text.count("\n", counted, place), place
        if text[place] == "]":
            return
        each, place = decoder.raw_decode(text, place)
        yield line, each


def _finnkode(line: int, each: Mapping[str, Any], parents: set[str]) -> _Row:
    code = str(each["codeValue"])
    dead = each.get("active") is False
    try:
        begins, ends = _day(each.get("validFrom")), _day(each.get("validTo"))
        changed = _day(each.get("statusChangedDate") or each.get("statusChangeDate")) if dead else None
        ends = ends or (changed - timedelta(days=1) if changed else None)  # it went out on that day
    except ValueError:
        raise broken([PackFault(line, "day-not-readable", code)]) from None
    said = {"code": code, "display": each.get("nameNorwegian"), "valid_from": begins, "valid_to": ends}
    never = dead and ends is None
    return _Row(line, said, heading=each.get("isLeafNode") is False or code in parents or never)


def _day(told: object) -> date | None:
    """A day as it is written, or the Norwegian day of a moment in UTC: 22:00 in June is the day after."""
    if not told:
        return None
    moment = datetime.fromisoformat(str(told))
    if len(str(told)) <= len("2026-01-01"):
        return moment.date()
    return local(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).date()
