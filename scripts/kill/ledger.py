"""What the clients asked for and what they were told (regnskapet): the other side of every comparison."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["ok", "refused", "unknown"]


@dataclass(slots=True, kw_only=True)
class Change:
    """One change somebody asked for. `unknown`: asked, and nobody knows whether it happened."""

    kind: str
    key: str  # the Idempotency-Key, the same at every try
    marker: str  # found nowhere else in the record
    encounter: str | None
    outcome: Outcome = "unknown"
    tries: int = 0
    in_doubt: int = 0  # tries that ended without an answer
    answer: dict[str, Any] = field(default_factory=dict)
    etag: str | None = None
    problem: str | None = None


@dataclass(slots=True)
class Ledger:
    """All changes of a run, in the order they were asked for."""

    changes: list[Change] = field(default_factory=list)
    repeated: int = 0  # acknowledged changes that were sent once more with the same key
    repeats_differed: list[str] = field(default_factory=list)

    def begin(self, kind: str, encounter: str | None) -> Change:
        """Write down what will be asked, before it is asked."""
        number = len(self.changes) + 1
        change = Change(kind=kind, key=f"kill-{number}", marker=f"m{number:06}x", encounter=encounter)
        self.changes.append(change)
        return change

    def acknowledged(self, kind: str | None = None) -> list[Change]:
        """What was answered with success."""
        return [each for each in self.changes if each.outcome == "ok" and kind in (None, each.kind)]

    def count(self, outcome: Outcome) -> int:
        """How many changes ended this way."""
        return sum(each.outcome == outcome for each in self.changes)

    def finished(self) -> set[str]:
        """Encounters that are signed: finished, and the signature not taken back since."""
        last = {
            str(each.encounter): each.kind for each in self.acknowledged() if each.kind in ("finish", "undo")
        }
        return {encounter for encounter, kind in last.items() if kind == "finish"}

    def by_encounter(self) -> dict[str, Counter[str]]:
        """Per encounter: how often each kind of change was acknowledged."""
        counted: dict[str, Counter[str]] = {}
        for change in self.acknowledged():
            encounter = str(change.answer["id"] if change.kind == "arrival" else change.encounter)
            counted.setdefault(encounter, Counter())[change.kind] += 1
        return counted
