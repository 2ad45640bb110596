"""The whole ward in words: who may be done what to, and what is true afterwards. Refuses with `No`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from core.ids import Actor, Role
from tests.journeys.any_night.people_in_words import Change, Identity, People, require_one_place
from tests.journeys.any_night.telephone_in_words import Call
from tests.journeys.any_night.waiting_in_words import Judged, Minutes, No, Visit


@dataclass
class Task:
    """Somebody who went is to be called."""

    visit: str
    unit: str
    kind: str
    due_at: datetime
    tries: int = 0
    done: bool = False


@dataclass
class Ward:
    """Two units, everybody who ever came, and everything that was done."""

    units: tuple[str, ...]
    visits: dict[str, Visit] = field(default_factory=dict)
    identity: Identity = field(default_factory=Identity)
    tasks: list[Task] = field(default_factory=list)
    calls: dict[str, Call] = field(default_factory=dict)
    minutes: dict[str, Minutes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.minutes = {unit: Minutes() for unit in self.units}

    def open(self, unit: str | None = None) -> list[Visit]:
        """Those who are here or on the way."""
        return [each for each in self.visits.values() if each.open and unit in (None, each.unit)]

    def look(self, visit: Visit, now: datetime) -> None:
        visit.look(self.minutes[visit.unit], now)

    def look_at_everybody(self, now: datetime) -> None:
        """What the night watch does each second."""
        for visit in self.open():
            self.look(visit, now)

    def next_ring(self, now: datetime) -> datetime | None:
        """When the next alarm is due."""
        return min(self._rings_at(now), default=None)

    def _rings_at(self, now: datetime) -> Iterator[datetime]:
        for visit in self.open():
            at = visit.next_at(self.minutes[visit.unit], now)
            if at is not None:
                yield at

    # At the door.
    def require_not_here(self, number: str | None, unit: str) -> str | None:
        """Nobody is registered twice in one place; says whose the number is."""
        people = self.identity.now()
        person = people.numbers.get(number or "")
        if person and any(people.whose[visit.id] == person for visit in self.open(unit)):
            raise No("already-here")
        return person

    def comes(self, visit: Visit, by: Actor, now: datetime) -> None:
        self.visits[visit.id] = visit
        self._did("expected" if visit.status == "planned" else "checked-in", visit, by, now)

    def arrives(self, visit: Visit, by: Actor, now: datetime) -> None:
        self._require(visit, "planned")
        visit.status, visit.came = "arrived", now
        self._did("checked-in", visit, by, now)

    def comes_later(self, visit: Visit, by: Actor, at: datetime, now: datetime) -> None:
        self._require(visit, "planned")
        visit.came = at
        self._did("expected-anew", visit, by, now)

    # What nurses do.
    def judge(self, visit: Visit, by: Actor, judged: Judged, now: datetime) -> None:
        self._require(visit, "arrived", "triaged", "in-progress")
        if judged.at < visit.came:
            raise No("time-not-possible")
        visit.judge(judged, self.minutes[visit.unit])
        self._did("assessed", visit, by, now)

    def confirm(self, visit: Visit, by: Actor, now: datetime) -> None:
        self._require_open(visit)
        if visit.second_look is None:
            raise No("nothing-to-confirm")
        if visit.second_look[1] == by.id:
            raise No("same-person")
        visit.second_look = None
        self._did("level-confirmed", visit, by, now)

    def place(self, visit: Visit, by: Actor, place: str | None, now: datetime) -> None:
        self._require_open(visit)
        visit.place = place
        visit.called = visit.called if place is None else None
        self._did("placed", visit, by, now)

    def call(self, visit: Visit, by: Actor, place: str | None, now: datetime) -> None:
        self._require_open(visit)
        visit.called = now, place
        self._did("called", visit, by, now)

    def see(self, visit: Visit, by: Actor, now: datetime) -> None:
        self._require_open(visit)
        visit.looks.append(now)
        if by.role is Role.DOCTOR:
            visit.doctor_wanted = None
        self._did("seen", visit, by, now)

    def want_doctor(self, visit: Visit, by: Actor, now: datetime) -> None:
        self._require(visit, "arrived", "triaged", "in-progress")
        if visit.doctor:
            raise No("patient-with-doctor")
        visit.doctor_wanted = visit.doctor_wanted or now
        self._did("doctor-called", visit, by, now)

    def go(self, visit: Visit, by: Actor, now: datetime) -> None:
        """A named person takes the alarm."""
        self._require_open(visit)
        if visit.ring is None:
            raise No("no-alarm")
        if visit.ring.goes not in (None, by.name):
            raise No("alarm-already-taken")
        if visit.ring.goes is None:
            again = self.minutes[visit.unit].again[visit.level or 0]
            visit.ring.goes, visit.ring.again_at = by.name, now + timedelta(minutes=again)
            self._did("alarm-taken", visit, by, now)

    # How it ends.
    def take(self, visit: Visit, by: Actor, now: datetime) -> None:
        if visit.doctor == by.name:
            return
        if visit.doctor is not None:
            raise No("already-taken")
        self._require(visit, "arrived", "triaged")
        visit.status, visit.doctor, visit.taken_at = "in-progress", by.name, now
        visit.second_look = visit.doctor_wanted = None
        self._did("taken", visit, by, now)

    def hand_over(self, visit: Visit, by: Actor, to: Actor, now: datetime) -> None:
        self._require(visit, "in-progress")
        visit.doctor = to.name
        self._did("handed-over", visit, by, now)

    def finish(self, visit: Visit, by: Actor, now: datetime) -> None:
        self._require(visit, "in-progress")
        if visit.doctor != by.name:
            raise No("not-yours")
        visit.status = "finished"
        self._did("finished", visit, by, now)

    def leave(self, visit: Visit, by: Actor, now: datetime) -> None:
        """Went unseen, or never came: somebody calls, unless advice at the door is enough."""
        self._require(visit, "planned", "arrived", "triaged")
        never_came = visit.status == "planned"
        visit.status = "cancelled"
        level = visit.told if never_came else visit.level
        if never_came or level in (None, 1, 2, 3) or self.is_small(visit, now):
            due_at = now + timedelta(minutes=15 if level in (1, 2) else 60)
            kind = "no-show" if never_came else "call-back"
            self.tasks.append(Task(visit.id, visit.unit, kind, due_at))
        self._did("not-come" if never_came else "left", visit, by, now)

    def was_twice(self, visit: Visit, by: Actor, now: datetime) -> None:
        self._require(visit, "planned", "arrived", "triaged")
        visit.status = "cancelled"
        self._did("registered-twice", visit, by, now)

    def call_back(self, task: Task, by: Actor, *, reached: bool, now: datetime) -> None:
        if task.done:
            raise No("task-done")
        task.tries += 1
        task.done = reached or task.tries == 3
        task.due_at = task.due_at if task.done else now + timedelta(minutes=15)
        self._did("called-back", self.visits[task.visit], by, now)

    def is_small(self, visit: Visit, now: datetime) -> bool:
        """A child under two; all who come here with a birth date are born in one summer."""
        born = self.born(visit)
        return born is not None and (now.date() - date.fromisoformat(born)).days < 2 * 365

    def born(self, visit: Visit) -> str | None:
        people = self.identity.now()
        return people.persons[people.whose[visit.id]].known["birth_date"]

    # Who they are.
    def reach(self, other: str, unit: str) -> None:
        """A record is only reached by a ward where the person has been, and while it is somebody's."""
        people = self.identity.now()
        here = {people.whose[visit.id] for visit in self.visits.values() if visit.unit == unit}
        if other not in here or not people.persons[other].active:
            raise No("not-found")

    def decide(self, change: Change) -> None:
        """A decision about who somebody is; nothing of it happens when it would put one in two places."""
        after: People = self.identity.now()
        change.tell(after)
        require_one_place(after, self.places())
        self.identity.happens(change)

    def places(self) -> dict[str, str]:
        """Where each open visit is."""
        return {visit.id: visit.unit for visit in self.open()}

    def _require(self, visit: Visit, *statuses: str) -> None:
        if visit.status not in statuses:
            raise No("not-possible-now")

    def _require_open(self, visit: Visit) -> None:
        if not visit.open:
            raise No("not-possible-now")

    def _did(self, what: str, visit: Visit, by: Actor, now: datetime) -> None:
        visit.deeds.append((what, by.name))
        if not visit.waits:
            visit.ring = None
        self.look(visit, now)
