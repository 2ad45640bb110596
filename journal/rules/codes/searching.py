"""How codes are found as they are typed: words in any order, each by its beginning, in Norwegian letters.

From four letters on also from inside a word: `infarkt` finds hjerteinfarkt, because Norwegian writes in one.

`fold` makes both the text of a code and what is typed comparable: upper and lower case, composed and
decomposed letters, accents and punctuation count for nothing; æ, ø and å are letters of their own, and ä and
ö (another keyboard) are read as æ and ø.
"""

from __future__ import annotations

import re
import unicodedata

_OURS = {"ä": "æ", "ö": "ø"}
_KEPT = "æøå"
INSIDE_FROM = 4
MOST_WORDS = 8
"""More than anybody types; the rest is left out of account."""


def fold(text: str) -> str:
    """Words in small letters with one space between; nothing else."""
    small = unicodedata.normalize("NFC", text).casefold()
    plain = "".join(_letter(each) for each in small)
    return " ".join(re.findall(r"[^\W_]+", plain))


def _letter(letter: str) -> str:
    ours = _OURS.get(letter, letter)
    if ours in _KEPT:
        return ours
    parts = unicodedata.normalize("NFKD", ours)
    return "".join(each for each in parts if not unicodedata.combining(each)).casefold()


def searched(code: str, display: str) -> str:
    """What is searched of one code: as written, without its dots, and its words; a space before each word."""
    compact = re.sub(r"[^\w]", "", code)
    written = fold(code)
    forms = written if written == fold(compact) else f"{written} {fold(compact)}"
    return f" {forms} {fold(display)}"


def wanted(typed: str) -> tuple[str, ...]:
    """What must all stand in the text of a code; with a space before it where it must begin a word."""
    words = fold(typed).split()[:MOST_WORDS]
    return tuple(word if len(word) >= INSIDE_FROM else f" {word}" for word in words)
