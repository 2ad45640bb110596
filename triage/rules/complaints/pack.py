"""The complaint pack (kontaktårsaker) that comes with the program: words, and which signs to ask about first.

The format is `complaints/1` (docs/complaints.md). Which signs go with which complaint is our own proposal and
orders them only: every sign of the scale stays on the screen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from triage.rules.scales.scale import Scale, ScaleComplaint


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Complaint(_Entry):
    """One reason to come (kontaktårsak), in each language, and the signs of each scale that go with it."""

    code: str
    nb: str
    nn: str
    en: str
    also: tuple[str, ...] = ()  # what people write for the same, in any language
    signs: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)  # by scale id

    def word(self, language: str) -> str:
        """In the reader's language."""
        return {"nn": self.nn, "en": self.en}.get(language, self.nb)

    def phrases(self) -> Iterator[str]:
        """Everything it is known as, ready to compare."""
        return (plain(word) for word in (self.nb, self.nn, self.en, *self.also))


class Pack(_Entry):
    """All complaints, and those that stand first at a ward that has not seen anybody yet."""

    format: Literal["complaints/1"]
    id: str
    version: str
    status: str
    start_note: str = ""
    start: tuple[str, ...]
    complaints: tuple[Complaint, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _holds_together(self) -> Pack:
        codes = [complaint.code for complaint in self.complaints]
        phrases = [each for complaint in self.complaints for each in set(complaint.phrases())]
        if len(set(codes)) != len(codes) or len(set(phrases)) != len(phrases):
            raise ValueError("twice")  # one word would mean two things
        if not set(self.start) <= set(codes):
            raise ValueError("unknown-code")
        return self


@cache
def pack() -> Pack:
    """The pack that comes with the program."""
    text = (resources.files(__package__) / "complaints.json").read_text(encoding="utf-8")
    return Pack.model_validate(json.loads(text))


def complaints_of(scale: Scale | None) -> tuple[Complaint, ...]:
    """The pack's complaints; where a site's own scale says which signs belong to one, that goes before."""
    ours = pack().complaints
    if scale is None or not scale.complaints:
        return ours
    own = {each.code: each for each in scale.complaints}
    known = {each.code for each in ours}
    return (
        *(_as_scale_says(each, own[each.code], scale.id) if each.code in own else each for each in ours),
        *(_of_scale(each, scale.id) for each in scale.complaints if each.code not in known),
    )


def _as_scale_says(complaint: Complaint, own: ScaleComplaint, scale: str) -> Complaint:
    return complaint.model_copy(update={"signs": {**complaint.signs, scale: own.signs}})


def _of_scale(own: ScaleComplaint, scale: str) -> Complaint:
    word = own.nb or own.label or own.code
    return Complaint(
        code=own.code,
        nb=word,
        nn=own.nn or word,
        en=own.label or word,
        also=own.also,
        signs={scale: own.signs},
    )


def plain(text: str) -> str:
    """Small letters, single spaces, no marks: `Feber, hoste!` is `feber hoste`. The browser does the same."""
    kept = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    return " ".join(kept.split())


def complaint_in(text: str, complaints: tuple[Complaint, ...]) -> Complaint | None:
    """Which complaint is meant by what was written: the longest known phrase in it, if there is any."""
    words = f" {plain(text)} "
    found = [
        (len(phrase), complaint)
        for complaint in complaints
        for phrase in complaint.phrases()
        if f" {phrase} " in words
    ]
    return max(found, key=lambda each: each[0])[1] if found else None
