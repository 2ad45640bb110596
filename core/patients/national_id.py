"""Norwegian identity numbers (fødselsnummer, D-nummer, felles hjelpenummer): what they are, checked by form.

A number is never a key and never stands in a log or an address: somebody may have several over a life. Sex
is never read from it, and a birth date only as a hint, since numbers given out from 2032 tell neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Literal

from core.errors import Invalid

Kind = Literal["fnr", "dnr", "fhn"]
Series = Literal["real", "tenor", "nhn", "ambiguous"]
Environment = Literal["production", "test"]

_FORM = re.compile(r"[0-9]{6} ?[0-9]{5}")  # not \d: digits of other alphabets are refused
_K1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_K2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)

# Skatteetaten: from 1 January 2032 the first sum may leave 0-3 for new numbers; old ones stay valid. Both
# are accepted already. The second check digit alone still reveals every single wrong digit and every swapped
# pair of neighbours; what is lost is some of the double faults.
_K1_REMAINDERS = (0, 1, 2, 3)

_MONTH_ADDED: tuple[tuple[int, Series], ...] = (
    (0, "real"),
    (40, "ambiguous"),  # local H-number, or NAV's synthetic series: the same form
    (65, "nhn"),  # Norsk helsenett's reserved test numbers
    (80, "tenor"),  # Skatteetaten's synthetic population
)


class IdNumberLength(Invalid):
    """Not eleven digits, with at most one space after the sixth."""

    code = "id-number-length"


class IdNumberChecksum(Invalid):
    """The check digits do not match (kontrollsiffer): something is mistyped."""

    code = "id-number-checksum"


class IdNumberDate(Invalid):
    """The first six digits are no date in any of the known series."""

    code = "id-number-date"


class IdNumberSynthetic(Invalid):
    """A synthetic person's number (syntetisk) where real patients are treated."""

    code = "id-number-synthetic"


class IdNumberReal(Invalid):
    """A number that may belong to a real person, where only synthetic ones are allowed."""

    code = "id-number-real"


class IdNumberLocal(Invalid):
    """A local help number (H-nummer): unique only where it was made, so it identifies nobody here."""

    code = "id-number-local"


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalId:
    """A number of the right form. Its digits are kept out of `repr`, and so out of logs."""

    kind: Kind
    series: Series
    digits: str = field(repr=False)
    birth_date_hint: date | None = field(default=None, repr=False, compare=False)


def parse(text: str, *, environment: Environment) -> NationalId:
    """The number in `text`, or a refusal that says what is wrong.

    Production refuses synthetic numbers and tests refuse real ones, as the national services do. A felles
    hjelpenummer carries no mark of either, and is accepted in both.
    """
    typed = text.strip(" ")
    if not _FORM.fullmatch(typed):
        raise IdNumberLength()
    digits = typed.replace(" ", "")
    if not _checks(digits):
        raise IdNumberChecksum()
    number = _classified(digits)
    _check_environment(number, environment)
    return number


def _check_environment(number: NationalId, environment: Environment) -> None:
    if environment == "test":
        if number.series == "real":
            raise IdNumberReal()
    elif number.series in ("tenor", "nhn"):
        raise IdNumberSynthetic()
    elif number.series == "ambiguous" and number.kind != "fhn":
        raise IdNumberLocal()


def _sum(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11


def _checks(digits: str) -> bool:
    return _sum(digits, _K1) in _K1_REMAINDERS and _sum(digits, _K2) == 0


def _classified(digits: str) -> NationalId:
    if digits[0] in "89":  # NHN: first digit 8 or 9, no birth date in it
        return NationalId(kind="fhn", series="ambiguous", digits=digits)
    day, month = int(digits[:2]), int(digits[2:4])
    kind: Kind = "dnr" if day > 40 else "fnr"
    for added, series in _MONTH_ADDED:
        if 1 <= month - added <= 12:
            born = _born(digits, day - 40 * (kind == "dnr"), month - added)
            known = series != "ambiguous" and _sum(digits, _K1) == 0
            return NationalId(
                kind=kind, series=series, digits=digits, birth_date_hint=born if known else None
            )
    raise IdNumberDate()


def _born(digits: str, day: int, month: int) -> date | None:
    year = _year(int(digits[4:6]), int(digits[6:9]))
    try:
        # Without a known century any real day will do; 2000 had a 29 February.
        born = date(year or 2000, month, day)
    except ValueError:
        raise IdNumberDate() from None
    return born if year else None


def _year(two_digits: int, individual: int) -> int | None:
    if individual <= 499:
        return 1900 + two_digits
    if individual <= 749 and two_digits >= 54:
        return 1800 + two_digits
    if two_digits <= 39:
        return 2000 + two_digits
    return 1900 + two_digits if individual >= 900 else None


def synthetic(random: Random, birth_date: date) -> str:
    """A number of Skatteetaten's synthetic form (month + 80) for somebody born then; belongs to nobody."""
    if not 1900 <= birth_date.year <= 2039:
        raise ValueError("no synthetic series for this year of birth")
    low, high = (0, 499) if birth_date.year < 2000 else (500, 999)
    while True:
        day_month_year = f"{birth_date.day:02}{birth_date.month + 80}{birth_date.year % 100:02}"
        nine = f"{day_month_year}{random.randint(low, high):03}"
        first = -_sum(nine, _K1[:9]) % 11
        second = -_sum(f"{nine}{first}", _K2[:10]) % 11
        if first < 10 and second < 10:
            return f"{nine}{first}{second}"
