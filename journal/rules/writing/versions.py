"""Older versions of a draft (kladdens versjoner): which to show, what differs, what can be fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, Literal

from journal.rules.merging import TEXTS

_PAUSE = timedelta(minutes=1)
_TAKEN_AWAY = 20
"""Letters. A word typed wrong is fewer; who takes away more may want them back."""

_COMPARED = 2000
_WORD = re.compile(r"\s+|\S+")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft as it was saved once."""

    number: int
    kind: str
    by: str
    saved_at: datetime
    text: Mapping[str, Any]

    def words(self, field: str) -> str:
        """What stood under one heading."""
        return str(self.text.get(field) or "")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text beside the one before it."""

    kind: Literal["same", "added", "taken"]
    words: str


def worth_showing(saved: Sequence[Saved]) -> tuple[Saved, ...]:
    """Of what was saved each second, oldest first: what stood before a pause, another pen, or words went."""
    shown: list[Saved] = []
    fullest: Saved | None = None  # since the last one shown
    for at, each in enumerate(saved):
        if fullest is not None and _went(fullest, each):
            if not shown or shown[-1] is not fullest:
                shown.append(fullest)
            fullest = each
        elif fullest is None or _size(each) >= _size(fullest):
            fullest = each
        after = saved[at + 1] if at + 1 < len(saved) else None
        if after is None or after.by != each.by or after.saved_at - each.saved_at >= _PAUSE:
            shown.append(each)
            fullest = None if after is not None and after.by != each.by else each
    return tuple(shown)


def _size(saved: Saved) -> int:
    return sum(len(saved.words(field)) for field in TEXTS)


def _went(before: Saved, after: Saved) -> bool:
    return any(_gone(before.words(field), after.words(field)) >= _TAKEN_AWAY for field in TEXTS)


def _gone(before: str, after: str) -> int:
    start, end = _common(before, after)
    return len(before) - start - end


def _common(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """How much both begin with, and end with."""
    most = min(len(before), len(after))
    start = next((at for at in range(most) if before[at] != after[at]), most)
    most -= start
    end = next((at for at in range(most) if before[-1 - at] != after[-1 - at]), most)
    return start, end


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """The later text word by word, with what was taken away in its place."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    start, end = _common(old, new)
    middle = _compared(old[start : len(old) - end], new[start : len(new) - end])
    pieces = [Piece("same", "".join(old[:start])), *middle, Piece("same", "".join(old[len(old) - end :]))]
    return tuple(each for each in pieces if each.words)


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    if max(len(old), len(new)) > _COMPARED:  # as good as another text, and long to compare
        yield from (Piece("taken", "".join(old)), Piece("added", "".join(new)))
        return
    taken, added = "", ""
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same = "".join(old[a:b]) if what == "equal" else ""
        if same.strip():
            yield from (Piece("taken", taken), Piece("added", added), Piece("same", same))
            taken = added = ""
        else:  # a space between two other words is no word they share: such a text cannot be read
            taken, added = taken + "".join(old[a:b]), added + "".join(new[c:d])
    yield from (Piece("taken", taken), Piece("added", added))


def missing(now: str, older: str) -> str:
    """What the older text says that does not stand there now: whole sentences, in their paragraphs."""
    stands = {sentence for line in now.split("\n") for sentence in _sentences(line)}
    lines = (" ".join(each for each in _sentences(line) if each not in stands) for line in older.split("\n"))
    return "\n".join(line for line in lines if line)


def _sentences(line: str) -> list[str]:
    return [each for each in _SENTENCE.split(line.strip()) if each]
