"""The words on the screens (tekster): one catalogue per language, one key per sentence.

A key that is not there raises, so a screen never shows a key to a nurse. Families of keys whose last part
comes from the record (`level.<rank>`, `error.<code>`) are named in `FAMILIES`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("nb", "nn", "en")
"""Bokmål first; nynorsk and English are complete."""

FAMILIES = (
    "arrival.",  # how the patient came
    "chart.",  # short name of a vital sign
    "critical.",  # critical information: whether anybody has asked
    "desk.filter_",  # whom the list shows
    "error.",  # refusal, by code; `.facts` when the sentence tells the facts
    "flag.",  # note on the board
    "level.",  # level by rank; 0 is not triaged
    "medicines.",  # medicines: whether anybody has asked
    "message.",  # message out, by channel and by state
    "missing.",  # what is missing before signing
    "nav.",  # name of a screen
    "note.",  # heading of a note
    "option.",  # answer of a triage scale, where the chart's own words are too long
    "outcome.",  # how the encounter ended
    "parameter.",  # vital sign or answer that a scale asks for
    "reason.",  # why a message waits or was given up
    "role.",  # what somebody is at work as
    "sex.",  # administrative sex
    "timeline.",  # line of the course tonight, by event
    "triage.script.notice.",  # what the findings call for besides the level
    "wall.column_",  # heading of a column
)

_FOLDER = Path(__file__).parent.parent / "texts"


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences of one language."""

    language: str
    entries: dict[str, str]

    def __call__(self, key: str, **facts: object) -> str:
        """The sentence with its facts filled in; a missing key or fact raises KeyError."""
        return self.entries[key].format_map(facts) if facts else self.entries[key]

    def known(self, key: str, fallback: str, **facts: object) -> str:
        """The sentence of a key made from data, or of the fallback when the data holds a new code."""
        return self(key if key in self.entries else fallback, **facts)

    def subset(self, prefixes: Iterable[str]) -> dict[str, str]:
        """The sentences a script needs, by prefix of their keys."""
        wanted = tuple(prefixes)
        return {key: text for key, text in self.entries.items() if key.startswith(wanted)}


@cache
def texts(language: str) -> Texts:
    """The catalogue of a language, read once."""
    if language not in LANGUAGES:
        raise KeyError(language)
    entries = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return Texts(language=language, entries=entries)
