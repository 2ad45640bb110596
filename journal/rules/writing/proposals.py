"""What a template proposes stands between marks until somebody makes it their own. Pure.

A template (mal) is put in the note as proposals: `⟦Almenntilstand upåvirket⟧`, or a field in a line such as
`Svelg: ⟦funn⟧`. Writing over it, or accepting it, takes the marks away. What still stands between marks at
signing was looked at by nobody: the words a template or phrase proposed are taken out, and a line of which
nothing was touched goes whole. Nothing else is ever removed. Words somebody wrote inside the marks are not
what any template proposed, so they stay and only the marks go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MARKS = ("⟦", "⟧")
"""No keyboard has them and no record uses them."""

_FIELD = re.compile(r"⟦([^⟦⟧\n]*)⟧")
_WRITTEN = re.compile(r"\[\[([^\[\]\n]*)\]\]")


def with_marks(text: str) -> str:
    """A template as its author writes it, `[[funn]]`, with the marks that are kept."""
    return _WRITTEN.sub(r"⟦\1⟧", text)


def as_written(text: str) -> str:
    """The other way, for the form where templates are changed."""
    return _FIELD.sub(r"[[\1]]", text)


def as_inserted(text: str) -> str:
    """A template's text as it is put in a note: each line that has no field is one proposal."""
    return "\n".join(_proposed(line) for line in text.split("\n"))


def proposals(text: str) -> Iterable[str]:
    """The lines with marks that this text can have put in a note, as a template or as a phrase."""
    for line in text.split("\n"):
        yield _proposed(line).strip()


def settle(text: str, known: frozenset[str]) -> str:
    """The text without what `known` lines proposed and nobody touched; every word written stays."""
    if not any(mark in text for mark in MARKS):
        return text
    fields = {field for line in known for field in _FIELD.findall(line)}
    kept = []
    for line in text.split("\n"):
        if not any(mark in line for mark in MARKS):
            kept.append(line)
        elif line.strip() not in known and (rest := _without(line, fields)).strip():
            kept.append(rest.rstrip())
    return "\n".join(kept)


def settled(texts: Mapping[str, str], known: frozenset[str]) -> dict[str, str]:
    """The same for several headings."""
    return {name: settle(text, known).strip() for name, text in texts.items()}


def _proposed(line: str) -> str:
    if not line.strip() or MARKS[0] in line:
        return line
    return f"{MARKS[0]}{line.strip()}{MARKS[1]}"


def _without(line: str, fields: set[str]) -> str:
    left = _FIELD.sub(lambda field: "" if field[1] in fields else field[1], line)
    return left.replace(MARKS[0], "").replace(MARKS[1], "")
