"""Critical information (kritisk informasjon): what counts now, and whether anybody has asked. Pure.

An empty list is no answer. "None known" (ingen kjente) is an answer somebody gave, and counts until anything
is written down after it; "not recorded" (ikke registrert) means that nobody has asked. Kinds are those of the
national kritisk informasjon; certainty and severity are FHIR R4's (AllergyIntolerance.verificationStatus,
reaction.severity), with `life-threatening` above `severe`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, Protocol, TypeVar

from core.errors import Conflict, Invalid

Kind = Literal["allergy", "anaesthesia", "condition", "treatment", "routine", "infection"]
Severity = Literal["life-threatening", "severe", "moderate", "mild", "unknown"]
Certainty = Literal["confirmed", "presumed", "unconfirmed", "refuted", "entered-in-error"]
Source = Literal["patient", "relative", "gp-letter", "national-record", "own-record", "other"]
State = Literal["recorded", "none-known", "not-recorded"]

NONE_KNOWN = "none-known"
"""Kind of the row that says somebody asked and nothing is known."""
ON_THE_BOARD = ("allergy", "infection")
"""Kinds that are a sign on the row: an icon and a word, without what it is."""
OFF: tuple[Certainty, ...] = ("refuted", "entered-in-error")
"""Off the list, still in the history: disproved (avkreftet), or never about this patient (feilført)."""

_GRAVEST: tuple[Severity, ...] = ("life-threatening", "severe", "moderate", "mild", "unknown")


class CriticalKnown(Conflict):
    """Something is on the list: "none known" would hide it."""

    code = "critical-known"


class CriticalReasonMissing(Invalid):
    """A changed line says why."""

    code = "critical-reason-missing"


class Version(Protocol):
    """One version of a line, oldest first where there are several."""

    @property
    def item_id(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def certainty(self) -> str: ...


V = TypeVar("V", bound=Version)


def newest(versions: Iterable[V]) -> dict[str, V]:
    """The version that counts of each line, by line."""
    counts: dict[str, V] = {}
    for each in versions:
        if each.item_id not in counts or counts[each.item_id].number < each.number:
            counts[each.item_id] = each
    return counts


def standing(versions: Iterable[V]) -> list[V]:
    """What is on the list now, the gravest first."""
    lines = [each for each in newest(versions).values() if each.kind != NONE_KNOWN]
    return sorted(
        (each for each in lines if each.certainty not in OFF),
        key=lambda each: _rank(each.severity),
    )


def nothing_known(versions: Sequence[V]) -> V | None:
    """Who said that nothing is known, when that is the last word. `versions` oldest first."""
    last = versions[-1] if versions else None
    return last if last is not None and last.kind == NONE_KNOWN else None


def state(versions: Sequence[V], *, told_outside: bool) -> State:
    """What the banner says. `told_outside`: a national register has something."""
    if told_outside or standing(versions):
        return "recorded"
    return "none-known" if nothing_known(versions) else "not-recorded"


def signs(versions: Sequence[V]) -> frozenset[str]:
    """What the board's row says of it: that there is an allergy or an infection, never which."""
    return frozenset(each.kind for each in standing(versions) if each.kind in ON_THE_BOARD)


def require_none_known(versions: Sequence[V], *, told_outside: bool) -> None:
    """Refuse "none known" beside something that is known."""
    if told_outside or standing(versions):
        raise CriticalKnown


def _rank(severity: str) -> int:
    return _GRAVEST.index(severity) if severity in _GRAVEST else len(_GRAVEST)
