"""When somebody should have been looked to, worked out anew from what was done: from the log alone.

Nothing here is imported from the rules that are tried; the minutes are typed once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

UNSEEN = {0: 20, 1: 15, 2: 30, 3: 60, 4: 120, 5: 240}
AGAIN = {0: 10, 1: 3, 2: 5, 3: 10, 4: 20, 5: 30}
UNTRIAGED, SECOND_LOOK = 10, 15


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the log, with what the assessment said where it is one."""

    kind: str
    at: datetime
    by: str
    facts: dict[str, Any]


@dataclass(slots=True)
class Need:
    """Somebody must look to a patient for this reason, from when it fell due until it was mended."""

    rule: str
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Ring:
    """The alarm rang, for these reasons, while these held."""

    at: datetime
    rules: frozenset[str]
    held: tuple[Need, ...]


@dataclass(slots=True)
class Taken:
    """Somebody went; it should ring again then, if what it was about still holds."""

    at: datetime
    again_at: datetime
    rings_before: int  # the order of the log counts: who waits for a lock has read the clock before


@dataclass(slots=True)
class Story:
    """Everything that was due, rang and was taken for one patient."""

    needs: list[Need] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)


@dataclass(slots=True)
class _Patient:
    arrived: datetime
    level: int = 0
    seen: datetime | None = None
    target: datetime | None = None
    again: datetime | None = None
    second: datetime | None = None
    lowered_by: str | None = None
    waits: bool = True

    def due(self) -> Iterator[tuple[str, datetime]]:
        if not self.waits:
            return
        yield "unseen", (self.seen or self.arrived) + _minutes(UNSEEN[self.level])
        if self.level == 0:
            yield "untriaged", self.arrived + _minutes(UNTRIAGED)
        for rule, at in (("target", self.target), ("reassess", self.again), ("second-look", self.second)):
            if at is not None:
                yield rule, at


def story(log: Sequence[Happened], end: datetime) -> Story:
    """What was due and what rang, from a patient's log in order, until `end`."""
    patient, told = _Patient(arrived=log[0].at), Story()
    open_needs: dict[str, Need] = {}
    for number, each in enumerate(log):
        if each.kind == "alarm-rang":
            told.rings.append(Ring(each.at, frozenset(each.facts["rules"]), tuple(open_needs.values())))
        elif each.kind == "alarm-taken":
            told.taken.append(Taken(each.at, each.at + _minutes(AGAIN[patient.level]), len(told.rings)))
        else:
            _learn(patient, each)
        following = log[number + 1].at if number + 1 < len(log) else end
        _fall_due(patient, told, open_needs, each.at, following)
    return told


def _fall_due(
    patient: _Patient, told: Story, open_needs: dict[str, Need], now: datetime, until: datetime
) -> None:
    due = dict(patient.due())
    for rule, need in list(open_needs.items()):
        if rule not in due or due[rule] > now:
            need.until = now
            del open_needs[rule]
    for rule, at in due.items():
        if rule not in open_needs and at <= until:
            open_needs[rule] = Need(rule, max(at, now))
            told.needs.append(open_needs[rule])


def _learn(patient: _Patient, each: Happened) -> None:
    if each.kind in ("taken", "left"):
        patient.waits = False
    elif each.kind == "seen":
        patient.seen = each.at
    elif each.kind == "level-confirmed":
        patient.second = patient.lowered_by = None
    elif each.kind == "assessed":
        said = each.facts
        patient.level, patient.target, patient.again = said["rank"], said["target"], said["again"]
        patient.seen = each.at
        _second_look(patient, each)


def _second_look(patient: _Patient, each: Happened) -> None:
    if not each.facts["lowered"] or patient.lowered_by not in (None, each.by):
        patient.second = patient.lowered_by = None  # no longer lowered, or somebody else agrees
    elif patient.lowered_by is None:
        patient.second, patient.lowered_by = each.at + _minutes(SECOND_LOOK), each.by


def holding(needs: Iterable[Need], at: datetime) -> set[str]:
    """The reasons that hold at a moment."""
    return {need.rule for need in needs if need.since <= at and (need.until is None or at < need.until)}


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
