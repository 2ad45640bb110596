"""What a page of the documentation names as proof: its tables, and the files and tests in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.house.source import ROOT

_NAMED = re.compile(r"`((?:app|core|triage|journal|realtime|integrations|scripts|tests|docs)/[^`\s]+)`")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table, by its headings."""

    page: str
    line: int
    cells: dict[str, str]

    @property
    def place(self) -> str:
        """For the message of a fault."""
        return f"{self.page}:{self.line}"


def rows(page: str) -> Iterator[Row]:
    """The rows of every table on the page."""
    heads: list[str] = []
    for number, line in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), start=1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells or set("".join(cells)) <= set("-: "):
            heads = heads if cells else []
        elif not heads:
            heads = cells
        else:
            yield Row(page, number, dict(zip(heads, cells, strict=True)))


def named(text: str) -> list[str]:
    """Files, and tests as `file::test`."""
    return _NAMED.findall(text)


def missing(name: str) -> bool:
    """Whether there is no such file, or no such test in it."""
    path, _, test = name.partition("::")
    return not (ROOT / path).exists() or bool(test and test not in _functions(path))


@cache
def _functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
