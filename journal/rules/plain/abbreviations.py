"""Abbreviations (forkortelser): which ones a GP may misread, and what they mean to the patient.

Seven of ten letters to GPs hold abbreviations nobody explains; the same two letters mean different things in
different houses. The list is data, `abbreviations.json`; what is not on it and looks like one is flagged too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_WORD = re.compile(r"[A-Za-zÆØÅæøå][A-Za-zÆØÅæøå0-9₂.-]*")
_LOOKS_LIKE_ONE = re.compile(r"[A-ZÆØÅ]{2,5}")
_EXPLAINED = re.compile(r"\s*\(")


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One that stands in a text. `means` None: nobody here has said what it means."""

    short: str
    means: str | None
    gp: bool  # a GP can be expected to know it
    instead: bool = False  # the words take its place in plain text, as `på grunn av` does


@dataclass(frozen=True, slots=True)
class _Found:
    at: int
    end: int
    what: Abbreviation


def unexplained(*texts: str | None) -> tuple[Abbreviation, ...]:
    """Those a GP may not know or may read as something else, once each, in the order they come.

    One whose meaning stands in brackets behind it is explained.
    """
    named: dict[str, Abbreviation] = {}
    for text in texts:
        for found in _first_of_each(text or ""):
            if not found.what.gp and not _EXPLAINED.match(text or "", found.end):
                named.setdefault(found.what.short, found.what)
    return tuple(named.values())


def explained(*texts: str | None) -> tuple[Abbreviation, ...]:
    """Those whose meaning we know, once each, by letter: for a list beside words that are not touched."""
    known = {found.what.short: found.what for text in texts for found in _all(text or "") if found.what.means}
    return tuple(known[short] for short in sorted(known, key=str.casefold))


def in_plain_words(text: str) -> str:
    """The text with the meaning behind the first of each abbreviation we know; nothing else is touched.

    Those that stand for everyday words give way to them, each time.
    """
    parts, end, seen = list[str](), 0, set[str]()
    for found in _all(text):
        what = found.what
        if not what.means or _EXPLAINED.match(text, found.end) or (what.short in seen and not what.instead):
            continue
        seen.add(what.short)
        parts += [text[end : found.at], what.means if what.instead else f"{what.short} ({what.means})"]
        end = found.end
    return "".join((*parts, text[end:]))


def _first_of_each(text: str) -> Iterator[_Found]:
    seen = set[str]()
    for found in _all(text):
        if found.what.short not in seen:
            seen.add(found.what.short)
            yield found


def _all(text: str) -> Iterator[_Found]:
    for word in _WORD.finditer(text):
        what = _known(word.group())
        if what:
            yield _Found(word.start(), word.start() + len(what.short), what)


def _known(word: str) -> Abbreviation | None:
    known = _listed()
    for said in (word, word.rstrip(".-")):
        if said in known:
            return known[said]
    bare = word.rstrip(".-")
    if _LOOKS_LIKE_ONE.fullmatch(bare) and bare not in _not_any():
        return Abbreviation(bare, None, gp=False)
    return None


@cache
def _listed() -> Mapping[str, Abbreviation]:
    given: Iterable[dict[str, str | bool]] = _file()["abbreviations"]  # type: ignore[assignment]
    return {
        str(each["short"]): Abbreviation(
            str(each["short"]), str(each["means"]), bool(each["gp"]), bool(each.get("instead"))
        )
        for each in given
    }


@cache
def _not_any() -> frozenset[str]:
    return frozenset(map(str, _file()["no_abbreviations"]))  # type: ignore[call-overload]


@cache
def _file() -> Mapping[str, object]:
    read: Mapping[str, object] = json.loads(
        resources.files(__package__).joinpath("abbreviations.json").read_text(encoding="utf-8")
    )
    return read
