"""Text and numbers from outside, guarded at the edge.

NUL breaks PostgreSQL and passes SQLite; a lone surrogate cannot be encoded; both would make a record that
can be written but not moved. Every request body is built from these types, so no route has to remember it.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from core.clock import as_utc


class Request(BaseModel):
    """What somebody sends us: unknown fields are refused, so that a misspelt one is never silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What a command or query says back; frozen, and the same when a request is repeated."""

    model_config = ConfigDict(frozen=True)


def storable(text: object) -> object:
    """The same text in NFC, or ValueError when a database could not keep it."""
    if not isinstance(text, str):
        return text
    if any(_unstorable(character) for character in text):
        raise ValueError("text-not-storable")
    return unicodedata.normalize("NFC", text)


def _unstorable(character: str) -> bool:
    # Control characters other than tab and line breaks also break XML 1.0, in which letters travel.
    number = ord(character)
    return (
        (number < 32 and character not in "\t\n\r")
        or 0xD800 <= number <= 0xDFFF
        or number in (0xFFFE, 0xFFFF)
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


_guard = BeforeValidator(storable)

ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
    _guard,
]
"""A name, a complaint, a reason: one line, whatever was pasted."""

LONGEST = 20_000
"""Letters of a heading; the pages' fields end there too."""

LongText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST), _guard]
"""A heading of a note."""

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""A code from a code system or one of our own lists."""

Measured = Annotated[Decimal, Field(ge=0, le=100_000, max_digits=8, decimal_places=3, allow_inf_nan=False)]
"""A measured value; the scale that uses it refuses what is not possible."""


def _moment(given: datetime) -> datetime:
    # At the ends of the calendar a time overflows when it is shown in another zone.
    if not 1900 <= given.year < 2200:
        raise ValueError("time-not-possible")
    return as_utc(given)


Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
"""A time with offset (RFC 3339), kept in UTC."""

__all__ = ["Answer", "Code", "LongText", "Measured", "Moment", "Request", "ShortText", "storable"]
