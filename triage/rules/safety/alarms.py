"""Alarms of the waiting room (alarmer): when somebody must look to a patient, and when it rings again.

In two supervised deaths patients lay past their deadline and nobody looked: one for an hour, one after an
alarm that simply stopped. Therefore: a patient has at most one active alarm, so that alarms stay few and are
believed; it ends only by a named person; and what is taken and then not done rings again.

Pure: times come in as arguments, in UTC. Minutes are the unit's to choose; no Norwegian source gives any.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

LEAST, MOST = 1, 480
"""Minutes a unit may choose: none can switch a rule off."""


class Rule(StrEnum):
    """Why somebody must look (regel), the gravest first."""

    DOCTOR = "doctor"  # a nurse has called for a doctor
    LIMIT = "limit"  # a limit of the observation plan is passed: a doctor is to be called
    WORSE = "worse"  # measured worse than at triage
    TARGET = "target"  # past the deadline to a doctor
    UNTRIAGED = "untriaged"  # nobody has set a level
    SECOND_LOOK = "second-look"  # a level below the suggested one, which nobody else has looked at
    REASSESS = "reassess"  # a new assessment is due
    OBSERVATION = "observation"  # a measurement of the observation plan is due, or the plan is at its end
    UNSEEN = "unseen"  # nobody has looked to the patient


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The unit's minutes (grenser), by rank of level where they differ; 0 is nobody's level yet."""

    untriaged: int = 10
    second_look: int = 15
    unseen: Mapping[int, int] = field(default_factory=lambda: {0: 20, 1: 15, 2: 30, 3: 60, 4: 120, 5: 240})
    again: Mapping[int, int] = field(default_factory=lambda: {0: 10, 1: 3, 2: 5, 3: 10, 4: 20, 5: 30})


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A patient as the alarms see them: one whom no doctor has taken yet, or one under observation."""

    level: int | None
    arrived_at: datetime
    has_doctor: bool = False  # the deadlines of the waiting room are over; what is measured still counts
    target_at: datetime | None = None
    next_assessment_at: datetime | None = None
    last_seen_at: datetime | None = None
    second_look_at: datetime | None = None  # by when another person must have looked
    doctor_called_at: datetime | None = None  # since when a doctor is wanted at once
    worse_at: datetime | None = None  # since when a measurement says somebody is worse than at triage
    limit_at: datetime | None = None  # since when a limit of the observation plan is passed
    observe_at: datetime | None = None  # the next measurement of the plan, or its end


@dataclass(frozen=True, slots=True)
class Active:
    """An alarm that has not ended: ringing, or taken by somebody until `again_at`."""

    rules: frozenset[Rule]
    again_at: datetime | None  # None while it rings

    @property
    def rings(self) -> bool:
        """Whether nobody has taken it."""
        return self.again_at is None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is true of a patient's alarm now, and when to look next."""

    alarm: Active | None  # None: nothing is due
    rings_anew: bool  # it begins to ring, or does so once more
    look_at: datetime | None  # the next moment at which something may change; None while it only rings


def deadlines(waiting: Waiting, limits: Limits) -> Mapping[Rule, datetime]:
    """When each rule is due, for the rules that apply."""
    measured = {
        Rule.LIMIT: waiting.limit_at,
        Rule.WORSE: waiting.worse_at,
        Rule.OBSERVATION: waiting.observe_at,
    }
    found = {} if waiting.has_doctor else _until_a_doctor_comes(waiting, limits)
    return found | {rule: at for rule, at in measured.items() if at is not None}


def _until_a_doctor_comes(waiting: Waiting, limits: Limits) -> dict[Rule, datetime]:
    rank = waiting.level or 0
    seen = max(waiting.arrived_at, waiting.last_seen_at or waiting.arrived_at)
    found = {Rule.UNSEEN: seen + _minutes(_of(limits.unseen, rank))}
    if waiting.level is None:
        found[Rule.UNTRIAGED] = waiting.arrived_at + _minutes(limits.untriaged)
    if waiting.doctor_called_at is not None:
        found[Rule.DOCTOR] = waiting.doctor_called_at
    if waiting.target_at is not None:
        found[Rule.TARGET] = waiting.target_at
    if waiting.next_assessment_at is not None:
        found[Rule.REASSESS] = waiting.next_assessment_at
    if waiting.second_look_at is not None:
        found[Rule.SECOND_LOOK] = waiting.second_look_at
    return found


def judge(waiting: Waiting | None, active: Active | None, limits: Limits, now: datetime) -> Verdict:
    """The alarm as it should be now. `waiting` None: nothing about the patient can ring any more."""
    if waiting is None:
        return Verdict(None, rings_anew=False, look_at=None)
    times = deadlines(waiting, limits)
    due = frozenset(rule for rule, at in times.items() if at <= now)
    ahead = [at for at in times.values() if at > now]
    if not due:
        return Verdict(None, rings_anew=False, look_at=min(ahead, default=None))
    if active is None or due - active.rules or (active.again_at is not None and active.again_at <= now):
        # Also one that is taken: whoever took it did not know of what is new.
        return Verdict(Active(due, None), rings_anew=True, look_at=min(ahead, default=None))
    waits = ahead if active.rings else [*ahead, active.again_at or now]
    return Verdict(Active(due, active.again_at), rings_anew=False, look_at=min(waits, default=None))


def again_at(level: int | None, limits: Limits, now: datetime) -> datetime:
    """When an alarm that somebody takes now rings again, unless what it is about has been done."""
    return now + _minutes(_of(limits.again, level or 0))


def second_look_at(assessed_at: datetime, limits: Limits) -> datetime:
    """By when another person must have looked at a level below the suggested one."""
    return assessed_at + _minutes(limits.second_look)


def gravest(rules: Collection[Rule]) -> Rule:
    """The one rule that is named first, where there is room for one."""
    return next(rule for rule in Rule if rule in rules)


def limits_of(choices: Mapping[str, object]) -> Limits:
    """The unit's own minutes where it has set any; the rest as proposed."""
    given = choices.get("alarms")
    if not isinstance(given, Mapping):
        return Limits()
    proposed = Limits()
    return Limits(
        untriaged=_readable(given.get("untriaged")) or proposed.untriaged,
        second_look=_readable(given.get("second_look")) or proposed.second_look,
        unseen={**proposed.unseen, **_by_rank(given.get("unseen"))},
        again={**proposed.again, **_by_rank(given.get("again"))},
    )


def _by_rank(given: object) -> Mapping[int, int]:
    # JSON has no numbers as keys.
    if not isinstance(given, Mapping):
        return {}
    return {int(rank): minutes for rank, each in given.items() if (minutes := _readable(each))}


def _readable(minutes: object) -> int | None:
    # Written by hand or long ago: what would switch a rule off counts as not chosen.
    return minutes if isinstance(minutes, int) and LEAST <= minutes <= MOST else None


def _of(minutes: Mapping[int, int], rank: int) -> int:
    # A scale with more levels than we know of: as the least urgent known.
    return minutes.get(rank, minutes[max(minutes)])


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
