"""Names that could be taken for each other (like navn): pure, on the names of those who are here.

Somebody calls "Kari" in a corridor and Karin comes: what counts is how names sound and look, and what the
wall shows of them. Spellings are folded first (æ/ae, ø/o, å/aa, Mohammed/Muhammad, Kristian/Christian).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_LETTERS = str.maketrans({"æ": "e", "ø": "o", "å": "a", "ð": "d", "þ": "t", "ł": "l", "ß": "s", "đ": "d"})
# Spellings of one sound, longest first; applied to letters without marks.
_SOUNDS = (
    ("sch", "sj"), ("aa", "a"), ("ae", "e"), ("oe", "o"), ("ph", "f"), ("ck", "k"), ("ch", "k"), ("th", "t"),
    ("dt", "t"), ("gh", "g"), ("kh", "k"), ("sh", "sj"),
    ("ce", "se"), ("ci", "si"), ("cy", "si"), ("ei", "e"), ("ey", "e"), ("ie", "i"), ("ou", "u"),
    ("w", "v"), ("z", "s"), ("q", "k"), ("x", "ks"), ("y", "i"), ("j", "i"), ("c", "k"),
)  # fmt: skip
_NEAR_DAYS = 31


@dataclass(frozen=True, slots=True)
class Named:
    """What is known of somebody's name and birth date."""

    given: str | None
    family: str | None
    called: str
    born: date | None


def similar(one: Named, other: Named) -> bool:
    """Whether the two could be taken for each other in the ward."""
    if not (one.given or one.family or other.given or other.family) and _same_words(one.called, other.called):
        return True  # nobody knows their names: what the nurse wrote is all there is on the wall
    (given, family), (given_too, family_too) = _parts(one), _parts(other)
    if not (family and family_too):
        return alike(given, given_too)
    if _near(one.born, other.born) and fold(family) == fold(family_too):
        return True  # twins, and those born in the same days: one given name is all that parts them
    # The wall shows the given name and one letter.
    same_letter = fold(family)[:1] == fold(family_too)[:1]
    return alike(given, given_too) and (same_letter or alike(family, family_too))


def _same_words(one: str, other: str) -> bool:
    return [fold(word) for word in one.split()] == [fold(word) for word in other.split()]


def _parts(named: Named) -> tuple[str, str]:
    """The given name and the family name that others go by; either may be unknown."""
    words = named.called.split()
    is_name = len(words) > 1 and words[0][:1].isupper() and words[-1][:1].isupper()
    given = (named.given or (words[0] if words and (is_name or len(words) == 1) else "")).split()
    family = (named.family or (words[-1] if is_name else "")).split()
    return given[0] if given else "", family[-1] if family else ""


def _near(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and abs((one - other).days) <= _NEAR_DAYS


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """One spelling for all spellings of a sound: `Kjær` and `Kjaer` are both `kier`."""
    plain = unicodedata.normalize("NFD", word.casefold().translate(_LETTERS))
    letters = "".join(character for character in plain if character.isalpha())
    for spelling, sound in _SOUNDS:
        letters = letters.replace(spelling, sound)
    return re.sub(r"(.)\1+", r"\1", letters)


@lru_cache(maxsize=16384)
def alike(one: str, other: str) -> bool:
    """Whether two names look or sound alike: the same sound, one letter apart, or the same consonants."""
    a, b = fold(one), fold(other)
    if not a or not b:
        return False
    if a == b:
        return True
    shortest = min(len(one), len(other))  # as written: Anne and Anna are short only when folded
    if shortest >= 4 and within(a, b, 2 if shortest >= 9 else 1):
        return True
    bones = _consonants(a)
    return len(bones) >= 3 and bones == _consonants(b) and a[0] == b[0]


def _consonants(folded: str) -> str:
    # A silent h, and one consonant twice with a vowel between, are not heard as two.
    return re.sub(r"[aeiou]|(?<!^)h", "", folded)


def within(a: str, b: str, most: int) -> bool:
    """Whether at most `most` letters must be added, left out, changed or swapped with the next."""
    if abs(len(a) - len(b)) > most:
        return False
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        before, last, row = row, before, [i]
        for j, other in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
    return row[-1] <= most
