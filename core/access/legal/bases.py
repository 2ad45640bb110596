"""Legal bases (rettslige grunnlag, hjemler) as data: a code, its paragraph, and the days it counts.

Every opening, letter out and decision about deletion points to a code that counted that day in Norway. A new
law is a new line in `bases.json`, with the old one given an end; what was decided keeps the code it had.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

from core.clock import local
from core.errors import Invalid


class Kind(StrEnum):
    """What the basis allows."""

    TREATMENT = "access-treatment"  # åpne for å gi helsehjelp
    EMERGENCY = "access-emergency"  # åpne med egen begrunnelse
    CONTROL = "access-control"  # etterkontroll
    PATIENT = "access-patient"  # pasientens eget innsyn
    SETTLEMENT = "access-settlement"  # oppgjør
    GP_SUMMARY = "disclosure-gp-summary"  # epikrise
    SHARED_RECORD = "disclosure-shared-record"  # dokumentdeling
    CORRECTION = "correction"  # retting
    DELETION = "deletion"  # sletting
    REFUSAL = "deletion-refusal"  # avslag på sletting
    RETENTION = "retention"  # oppbevaring
    WITHHOLDING = "withholding"  # nekte innsyn


CHOSEN = frozenset({Kind.DELETION, Kind.WITHHOLDING})
"""Kinds where a person chooses among several; of every other kind exactly one counts on any day."""

BEGINS = date(2015, 1, 1)
"""The record of no ward goes further back than pasientjournalloven."""


class NoSuchBasis(Invalid):
    """The code is unknown, of another kind, or did not count that day."""

    code = "no-such-basis"


@dataclass(frozen=True, slots=True)
class Basis:
    """One paragraph for one purpose. `says` is its meaning in our own words, never the text of the law."""

    code: str
    kind: Kind
    law: str
    paragraph: str
    says: str
    valid_from: date
    valid_until: date | None = None  # the last day it counts
    years: int | None = None  # how long something is kept, where that is what it says

    @property
    def reference(self) -> str:
        """As written in a decision, e.g. `helsepersonelloven § 43 første ledd nr. 1`."""
        return f"{self.law} {self.paragraph}"

    def counts(self, day: date) -> bool:
        """Whether it is law that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


def read(lines: Sequence[Mapping[str, object]]) -> tuple[Basis, ...]:
    """The bases from data, or ValueError that says what is wrong with it."""
    found = tuple(_basis(line) for line in lines)
    if faults := _faults(found):
        raise ValueError("; ".join(faults))
    return found


def bases(kind: Kind, at: datetime) -> tuple[Basis, ...]:
    """All of this kind that count at the moment, by the day in Norway."""
    day = local(at).date()
    return tuple(each for each in BASES if each.kind is kind and each.counts(day))


def basis(kind: Kind, at: datetime) -> Basis:
    """The one that counts."""
    return bases(kind, at)[0]


def chosen(code: str, kind: Kind, at: datetime) -> Basis:
    """The one a person points to; NoSuchBasis when it does not count for this."""
    for each in bases(kind, at):
        if each.code == code:
            return each
    raise NoSuchBasis(field="basis", basis=code)


def known(code: str) -> Basis | None:
    """What an earlier decision points to, also when it counts no more."""
    return next((each for each in BASES if each.code == code), None)


def _basis(line: Mapping[str, object]) -> Basis:
    until, years = line.get("valid_until"), line.get("years")
    return Basis(
        code=str(line["code"]),
        kind=Kind(str(line["kind"])),
        law=str(line["law"]),
        paragraph=str(line["paragraph"]),
        says=str(line["says"]),
        valid_from=date.fromisoformat(str(line["valid_from"])),
        valid_until=date.fromisoformat(str(until)) if until else None,
        years=int(str(years)) if years else None,
    )


def _faults(found: Sequence[Basis]) -> list[str]:
    faults = [f"{each.code} stands twice" for each in found if sum(e.code == each.code for e in found) > 1]
    faults += [f"{each.code} ends before it begins" for each in found if _backwards(each)]
    for kind in Kind:
        of_kind = [each for each in found if each.kind is kind]
        days = {BEGINS, *(each.valid_from for each in of_kind)}
        days |= {date.fromordinal(e.valid_until.toordinal() + 1) for e in of_kind if e.valid_until}
        for day in sorted(day for day in days if day >= BEGINS):
            counting = sum(each.counts(day) for each in of_kind)
            if counting < 1 or (counting > 1 and kind not in CHOSEN):
                faults.append(f"{counting} of {kind.value} count on {day.isoformat()}")
    return faults


def _backwards(each: Basis) -> bool:
    return each.valid_until is not None and each.valid_until < each.valid_from


BASES = read(json.loads((Path(__file__).parent / "bases.json").read_text(encoding="utf-8")))
