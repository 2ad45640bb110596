"""One who waits, as the rules say it in words: levels, deadlines, second looks, and when it must ring.

Written from the rules, not from the program: nothing here is imported from `triage.rules`, and what the
program stores is reckoned anew each time from everything that was done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

Moment = datetime
MINUTES_TO_DOCTOR = {1: 0, 2: 10, 3: 60, 4: 240}
"""By level; counted from the door."""
MINUTES_TO_LOOK_AGAIN = {2: 15, 3: 30, 4: 60}
"""By level; a patient at level 1 is watched without pause."""


class No(Exception):
    """The rules in words do not allow it; says the code it should be refused with."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Minutes:
    """After how long the ward wants it to ring: by level, and under 0 for those nobody has given one."""

    untriaged: int = 10
    second_look: int = 15
    unseen: dict[int, int] = field(default_factory=lambda: {0: 20, 1: 15, 2: 30, 3: 60, 4: 120, 5: 240})
    again: dict[int, int] = field(default_factory=lambda: {0: 10, 1: 3, 2: 5, 3: 10, 4: 20, 5: 30})


@dataclass
class Judged:
    """Somebody judged how urgent it is."""

    at: Moment
    level: int
    suggested: int | None
    without_pause: bool
    by: str


@dataclass
class Ring:
    """The one alarm of a patient: why, since when, the how-manieth time, and who goes."""

    why: set[str]
    since: Moment
    number: int = 1
    goes: str | None = None
    again_at: Moment | None = None


@dataclass
class Visit:
    """Somebody who came, or is on the way."""

    id: str
    unit: str
    status: str
    came: Moment
    told: int | None = None  # how urgent, as somebody on the way was told of
    judged: list[Judged] = field(default_factory=list)
    looks: list[Moment] = field(default_factory=list)
    place: str | None = None
    called: tuple[Moment, str | None] | None = None
    doctor: str | None = None
    taken_at: Moment | None = None
    second_look: tuple[Moment, str] | None = None  # by when, and whose choice another must look at
    doctor_wanted: Moment | None = None
    ring: Ring | None = None
    rang: int = 0
    deeds: list[tuple[str, str]] = field(default_factory=list)  # what was done, and by whom

    @property
    def open(self) -> bool:
        return self.status not in ("finished", "cancelled")

    @property
    def waits(self) -> bool:
        return self.status in ("arrived", "triaged")

    @property
    def counts(self) -> Judged | None:
        """The last by the clock; what was entered afterwards, of an earlier moment, says nothing of now."""
        latest: Judged | None = None
        for each in self.judged:
            if latest is None or each.at >= latest.at:
                latest = each
        return latest

    @property
    def level(self) -> int | None:
        return self.counts.level if self.counts else None

    @property
    def target_at(self) -> Moment | None:
        """A doctor is due so long after the door, or after it became this urgent or more."""
        if self.counts is None:
            return None
        since: Moment | None = self.came  # waiting for the first judgement is waiting too
        for each in sorted(self.judged, key=lambda each: each.at):
            if each.level > self.counts.level:
                since = None  # it was less urgent then: that time does not count
            elif since is None:
                since = each.at
        assert since is not None
        return since + timedelta(minutes=MINUTES_TO_DOCTOR[self.counts.level])

    @property
    def look_again_at(self) -> Moment | None:
        if self.counts is None or self.counts.without_pause or self.counts.level == 1:
            return None
        return self.counts.at + timedelta(minutes=MINUTES_TO_LOOK_AGAIN[self.counts.level])

    @property
    def seen_at(self) -> Moment | None:
        """When a person last looked: at the table, or in the waiting room."""
        return max([*self.looks, *(each.at for each in self.judged)], default=None)

    @property
    def stands_called(self) -> tuple[Moment | None, str | None]:
        """The call that the waiting room shows: gone when somebody has met the patient since."""
        if self.called is None:
            return None, None
        met = [at for at in (self.seen_at, self.taken_at) if at is not None and at > self.called[0]]
        return (None, None) if met else self.called

    def judge(self, judged: Judged, minutes: Minutes) -> None:
        """A level below what the scale says needs another person's eyes within a set time."""
        self.judged.append(judged)
        if self.status == "arrived":
            self.status = "triaged"
        if self.counts is not judged or not self.waits:
            return
        if judged.suggested is None or judged.level <= judged.suggested:
            self.second_look = None
        elif self.second_look is None:
            self.second_look = judged.at + timedelta(minutes=minutes.second_look), judged.by
        elif self.second_look[1] != judged.by:
            self.second_look = None  # another looked, and would have done the same

    def due(self, minutes: Minutes) -> dict[str, Moment]:
        """Why somebody must look to this patient, and from when."""
        if not self.waits:
            return {}
        seen = max(self.came, self.seen_at or self.came)
        found = {
            "doctor": self.doctor_wanted,
            "target": self.target_at,
            "second-look": self.second_look[0] if self.second_look else None,
            "reassess": self.look_again_at,
            "unseen": seen + timedelta(minutes=minutes.unseen[self.level or 0]),
        }
        if self.level is None:
            found["untriaged"] = self.came + timedelta(minutes=minutes.untriaged)
        return {why: at for why, at in found.items() if at is not None}

    def next_at(self, minutes: Minutes, now: Moment) -> Moment | None:
        """The next moment at which it begins to ring, or rings once more."""
        ahead = [
            *self.due(minutes).values(),
            *([self.ring.again_at] if self.ring and self.ring.again_at else []),
        ]
        return min((at for at in ahead if at > now), default=None)

    def look(self, minutes: Minutes, now: Moment) -> None:
        """Somebody or something looks whether it must ring."""
        why = {why for why, at in self.due(minutes).items() if at <= now}
        before = self.ring
        if not why:
            self.ring = None
        elif before is None or not why & before.why:
            self._rings(Ring(why, now))
        elif before.again_at is not None and before.again_at <= now:
            self._rings(Ring(why, now, before.number + 1))
        elif before.goes and why - before.why:
            self._rings(Ring(why, now, before.number))  # whoever goes did not know of that
        else:
            self.rang += bool(why - before.why)
            before.why = why

    def _rings(self, ring: Ring) -> None:
        self.ring = ring
        self.rang += 1
