"""What was true, what screens showed, and what nurses were told (regnskapet). On the run's own clock."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


def fingerprint(rows: Iterable[Mapping[str, Any]]) -> str:
    """The same for the same rows, in whatever order."""
    ordered = sorted(rows, key=lambda row: str(row["id"]))
    return hashlib.blake2b(json.dumps(ordered, sort_keys=True).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Truth:
    """The record, read past the service: true at the latest when we had read it."""

    at: float
    epoch: str
    seq: int
    prints: Mapping[str, str]  # by what is shown


@dataclass(frozen=True, slots=True)
class Sample:
    """What a screen showed at one moment, and whether it said that this was old."""

    at: float
    screen: str
    stale: bool
    epoch: str | None
    seq: int


@dataclass(frozen=True, slots=True)
class Seen:
    """Who was drawn in a browser between two moments, and whether the page said that this was old."""

    began: float
    ended: float
    browser: str
    stale: bool
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """A picture that the service itself said to be whole."""

    screen: str
    shown: str
    epoch: str
    seq: int
    print: str


@dataclass(frozen=True, slots=True)
class Save:
    """A nurse's change: when the button was pressed and when the answer came."""

    began: float
    ended: float
    encounter: str
    version: int
    through_line: bool


@dataclass(slots=True)
class Final:
    """What a screen showed when everything was well again, and what was true then."""

    screen: str
    shown: str
    stale: bool
    print: str | None
    truth: Truth


@dataclass(slots=True)
class Ledger:
    """One run."""

    silence: float  # seconds after which a picture must be marked as old
    grace: float = 4.0  # seconds a beat may be late on a good line
    truths: list[Truth] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    saves: list[Save] = field(default_factory=list)
    finals: list[Final] = field(default_factory=list)
    jumps: list[str] = field(default_factory=list)  # numbers that did not follow each other
    alarms: list[str] = field(default_factory=list)  # screens that were told somebody is missing
    heard: dict[str, list[float]] = field(default_factory=dict)  # when each control screen was told anything
    # By control screen and encounter: the versions it was shown in, and when; one may stand for several.
    arrived: dict[str, dict[str, list[tuple[int, float]]]] = field(default_factory=dict)
    down: list[tuple[float, float]] = field(default_factory=list)  # when the controls' server was away
    steps: list[tuple[int, str, str]] = field(default_factory=list)  # the log: seq, kind, encounter
    open: set[str] = field(default_factory=set)  # at the end, from the table of encounters alone
    left: set[str] = field(default_factory=set)  # who was acknowledged to have gone
    phases: dict[str, tuple[float, float]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def seq_at(self, moment: float) -> int:
        """How far the log had come at the latest then; what came in between was seen later."""
        index = bisect_right(self.truths, moment, key=lambda truth: truth.at)
        return self.truths[index - 1].seq if index else 0

    def seq_just_after(self, moment: float) -> int:
        """How far the log can have come by then."""
        index = bisect_right(self.truths, moment, key=lambda truth: truth.at)
        return self.truths[min(index, len(self.truths) - 1)].seq

    def in_phase(self, name: str) -> list[Save]:
        """Saves of nurses who are not on the bad line."""
        began, ended = self.phases[name]
        return [each for each in self.saves if began <= each.began < ended and not each.through_line]
