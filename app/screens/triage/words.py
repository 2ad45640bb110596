"""Words of a scale in the reader's language; a site's own scale brings its own."""

from __future__ import annotations

from collections.abc import Sequence

from triage.rules.scales.scale import Group, Option, Parameter, ScaleLevel
from triage.rules.scales.scale import Sign as ScaleSign


def word_of(entry: Parameter | Option | Group | ScaleSign | ScaleLevel, language: str) -> str:
    """The word, or what stands nearest to it."""
    if language == "en":
        return entry.label or entry.nb or entry.nn
    return (entry.nn if language == "nn" else "") or entry.nb or entry.nn or entry.label


def keys_of(words: Sequence[tuple[str, str]]) -> list[str]:
    """One key for each (code, word), that one press chooses: ACVPU, else a letter that is free."""
    taken: list[str] = []
    for code, word in words:
        said = (code + word if len(code) == 1 else word + code).lower()
        offered = [letter for letter in said if letter.isalnum() and letter.isascii()]
        taken.append(next((letter for letter in offered if letter not in taken), ""))
    return taken
