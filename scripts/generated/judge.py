"""What may stand in an answer: by role and unit, and by what the asking person has done before."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

from scripts.generated.ward import BLOCKED, HERE, HIDDEN, NOTED, THERE

_CARE = frozenset({"nora", "dag", "kari"})
_MAY_READ = {
    HERE: _CARE | {"admin", "auditor", "wall"},  # who is here; not what is wrong with them
    NOTED: _CARE,
    THERE: frozenset({"stranger"}),
    BLOCKED: frozenset[str](),
    HIDDEN: frozenset[str](),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as the judge needs it."""

    who: str | None
    method: str
    path: str  # as the description has it, with names in braces
    url: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back."""

    status: int
    kind: str
    text: str


@dataclass(slots=True)
class Judge:
    """Looks at every answer; what is wrong is kept with the request it answers."""

    faults: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    reached: set[tuple[str, str]] = field(default_factory=set)  # addresses that somebody was let in at
    told: Counter[str] = field(default_factory=Counter)  # markers that somebody who may read them has read
    _broke_glass: set[str] = field(default_factory=set)

    def look(self, asked: Asked, answer: Answered) -> None:
        """One answer."""
        self.statuses[answer.status] += 1
        if answer.status < 300:
            self.reached.add((asked.method, asked.path))
            if asked.path.endswith("/break-glass") and asked.who:
                self._broke_glass.add(asked.who)  # with a reason, and it is looked at afterwards
        if answer.status >= 500 and not _no_healthy_health(asked, answer):
            self._fault(asked, answer, "a fault of ours")
        if answer.status >= 400 and not _is_problem(answer) and not _no_healthy_health(asked, answer):
            self._fault(asked, answer, "no problem+json")
        for marker in _MAY_READ:
            if marker in answer.text:
                self._read(marker, asked, answer)

    def _read(self, marker: str, asked: Asked, answer: Answered) -> None:
        may = (
            asked.who in _MAY_READ[marker]
            or (marker == BLOCKED and asked.who in self._broke_glass & _CARE)
            or (marker == HIDDEN and asked.who in _CARE and asked.path.endswith("/identity/reveal"))
        )
        if may:
            self.told[marker] += 1
        else:
            self._fault(asked, answer, f"{marker} is told")

    def _fault(self, asked: Asked, answer: Answered, what: str) -> None:
        self.faults.append(
            f"{what}: {asked.who or 'nobody'} {asked.method} {asked.url} ({asked.path}):"
            f" {answer.status} {answer.kind} {answer.text[:300]}"
        )


def _is_problem(answer: Answered) -> bool:
    if answer.kind.partition(";")[0] != "application/problem+json":
        return False
    try:
        said = json.loads(answer.text)
    except ValueError:
        return False
    return isinstance(said, dict) and said.keys() >= {"type", "title", "status", "code"}


def _no_healthy_health(asked: Asked, answer: Answered) -> bool:
    # `/health/ready` says 503 to whoever stands in front of the service: that is its answer.
    return asked.path == "/health/ready" and answer.status == 503
