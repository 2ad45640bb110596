"""An evening at the legevakt (en kveld på legevakten) as an endless list of steps in order of time.

Pure: a seed and a date in, steps out. It opens with a ward in full work, about 22 patients of whom some nine
are with a doctor and some are overdue, and goes on: people come, are triaged, called in, taken, written about
and sent home. Fewer come while the board is full, so that it neither empties nor overflows.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import count
from random import Random
from typing import Any, Literal

from app.ward.patients import Came, Patient, arrival, assessment, from_telephone, new_patient

Kind = Literal["arrive", "assess", "seen", "call", "place", "take", "draft", "diagnosis", "finish", "left"]
BY_DOCTOR = frozenset({"take", "draft", "diagnosis", "finish"})

# Share of the base rate by hour from five in the afternoon; after eleven it begins again.
_BY_HOUR = (1.0, 1.15, 1.2, 1.1, 1.0, 0.85, 0.7)
_REASSESS = {1: 10.0, 2: 14.0, 3: 28.0, 4: 58.0, 5: 110.0}
_WAITED = {1: (1, 3), 2: (3, 9), 3: (8, 55), 4: (12, 172), 5: (12, 172)}
_WAITED_TOO_LONG = {1: (1, 3), 2: (12, 16), 3: (63, 85), 4: (180, 190), 5: (180, 190)}

ROOMS = (
    *("Akutt 1", "Akutt 2", "Triage 1"),
    *(f"Rom {number}" for number in range(1, 9)),
    *("Obs 1", "Obs 2", "Obs 3", "Obs 4"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ward:
    """The size of the ward that is played."""

    rooms: tuple[str, ...] = ROOMS
    desks: tuple[str, ...] = ()  # where patients are called to for triage, if they are called
    doctors: int = 3
    nurses: int = 3
    patients_per_doctor: int = 3  # in rooms at the same time
    arrivals_per_hour: float = 13.0
    crowd: int = 24  # open encounters around which arrivals slow down
    opening: int = 22  # open encounters at the start
    opening_untriaged: int = 3
    opening_treated: int = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing somebody does. `at` is minutes from the start, negative for what is entered afterwards.

    `worker` counts within nurses or doctors. `moment` is the field of the body that the time belongs in when
    it is entered afterwards. Whoever rang first has an `encounter` before they arrive.
    """

    at: float
    patient: int
    kind: Kind
    worker: int
    body: dict[str, Any]
    moment: str | None = None
    encounter: str | None = None

    @property
    def role(self) -> Literal["nurse", "doctor"]:
        """Who does this kind of thing."""
        return "doctor" if self.kind in BY_DOCTOR else "nurse"


def evening(
    seed: int, today: date, ward: Ward | None = None, came: Callable[[], Iterable[Came]] = tuple
) -> Iterator[Step]:
    """The steps of this seed's evening: first the opening (all with negative `at`), then without end.

    `came` is asked all the time who of those on the way is here now; they are looked after like the others.
    """
    random = Random(seed)  # noqa: S311 - an evening is to be repeated, not kept secret
    return _Evening(random, today, ward or Ward(), came).steps()


@dataclass(slots=True)
class _Evening:
    random: Random
    today: date
    ward: Ward
    came: Callable[[], Iterable[Came]]
    waiting: list[Patient] = field(default_factory=list)
    open: int = 0
    _due: list[tuple[float, int, Callable[[float], None]]] = field(default_factory=list)
    _made: list[Step] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _numbers: Iterator[int] = field(default_factory=count)
    _free: list[str] = field(default_factory=list)
    _load: list[int] = field(default_factory=list)

    def steps(self) -> Iterator[Step]:
        self._free, self._load = list(self.ward.rooms), [0] * self.ward.doctors
        self._opening()
        self._made.sort(key=lambda step: step.at)
        self._later(0.0, self._next_arrival)
        while True:
            yield from self._made
            self._made.clear()
            at, _, act = heapq.heappop(self._due)
            for caller in self.came():
                self._let_in(at, caller)
            act(at)

    # The opening

    def _opening(self) -> None:
        triaged = self.ward.opening - self.ward.opening_untriaged
        present = [self._new(0.0) for _ in range(triaged)]
        urgency = {p.number: 0 if p.rank == 1 else p.rank + self.random.uniform(0, 2.2) for p in present}
        present.sort(key=lambda patient: urgency[patient.number])
        for patient in present[: self.ward.opening_treated]:
            self._open_treated(patient)
        waiting = sorted(present[self.ward.opening_treated :], key=lambda patient: patient.rank)
        for number, patient in enumerate(waiting):
            # The most urgent of those waiting have waited too long: a ward in full work is behind.
            self._open_waiting(patient, _WAITED_TOO_LONG if number < 2 else _WAITED)
        for number in range(self.ward.opening_untriaged):
            patient = self._new(-1.5 - 3 * number - self.random.uniform(0, 1.5))
            self._arrive(patient)
            self._later(1.0 + 2 * number, partial(self._assess, patient=patient))

    def _open_treated(self, patient: Patient) -> None:
        with_doctor = self.random.uniform(2, 40)
        triage = self.random.uniform(1, 3) if patient.rank <= 2 else self.random.uniform(3, 12)
        waited = triage + (self.random.uniform(1, 9) if patient.rank <= 2 else self.random.uniform(15, 110))
        patient.arrived_at = -(with_doctor + waited)
        self._arrive(patient)
        self._triage(patient.arrived_at + triage, patient)
        self._looked_again(patient, patient.arrived_at + triage)
        self._admit(-with_doctor, patient, remaining=self.random.uniform(3, 45))

    def _open_waiting(self, patient: Patient, waited: Mapping[int, tuple[int, int]]) -> None:
        patient.arrived_at = -self.random.uniform(*waited[patient.rank])
        self._arrive(patient)
        triage = self.random.uniform(0.5, 0.9) if patient.rank <= 2 else self.random.uniform(3, 7)
        self._triage(patient.arrived_at + triage, patient)
        self._looked_again(patient, patient.arrived_at + triage)
        self._wait(max(0.0, self.random.uniform(0.5, 12)), patient)

    def _looked_again(self, patient: Patient, at: float) -> None:
        """New assessments up to now, as they fell due; now and then the last one has not been made yet."""
        pause = _REASSESS[patient.rank]
        while (at := at + pause) < -3:
            if at + pause < -3 or self.random.random() < 0.75:
                self._triage(at + self.random.uniform(-2, 2), patient)

    # What happens

    def _next_arrival(self, at: float) -> None:
        patient = self._new(at)
        self._arrive(patient)
        self._to_triage(at, patient)
        rate = self.ward.arrivals_per_hour * _BY_HOUR[int(at // 60) % len(_BY_HOUR)]
        rate *= min(2.5, (self.ward.crowd / max(1, self.open)) ** 3)
        self._later(at + self.random.expovariate(rate / 60), self._next_arrival)

    def _let_in(self, at: float, caller: Came) -> None:
        patient = from_telephone(next(self._numbers), self.random, self.today, at, caller=caller)
        self.open += 1
        self._step(at, patient, "arrive", encounter=caller.encounter)
        self._to_triage(at, patient)

    def _to_triage(self, at: float, patient: Patient) -> None:
        delay = self.random.uniform(0.7, 2) if patient.rank <= 2 else self.random.uniform(2, 9)
        if self.ward.desks and patient.rank > 2:
            desk = self.ward.desks[patient.number % len(self.ward.desks)]
            self._at(at + delay - self.random.uniform(0.8, 1.8), patient, "call", {"place": desk})
        self._later(at + delay, lambda then: self._assess(then, patient))

    def _assess(self, at: float, patient: Patient) -> None:
        self._triage(at, patient)
        self._wait(at + _REASSESS[patient.rank] + self.random.uniform(-4, 6), patient)
        self._fill_rooms(at)

    def _wait(self, look_again_at: float, patient: Patient) -> None:
        self.waiting.append(patient)
        self._later(look_again_at, lambda at: self._look_again(at, patient))

    def _look_again(self, at: float, patient: Patient) -> None:
        if patient.doctor is not None or patient.gone:
            return
        if patient.rank >= 4 and at - patient.arrived_at > 150 and self.random.random() < 0.2:
            self._leave(at, patient)
            return
        if self.random.random() < 0.35:
            self._step(at, patient, "seen")
        else:
            self._triage(at, patient, worse=0.5 if self.random.random() < 0.08 else 0.0)
        self._later(at + _REASSESS[patient.rank], lambda then: self._look_again(then, patient))
        self._fill_rooms(at)

    def _leave(self, at: float, patient: Patient) -> None:
        patient.gone = True
        self.waiting.remove(patient)
        self.open -= 1
        self._step(at, patient, "left")

    def _fill_rooms(self, at: float) -> None:
        self.waiting.sort(key=lambda patient: (patient.rank, patient.arrived_at))
        while self.waiting and self._free and min(self._load) < self.ward.patients_per_doctor:
            patient = self.waiting.pop(0)
            self._admit(at + self.random.uniform(0.2, 1.0), patient, remaining=None)

    def _admit(self, at: float, patient: Patient, *, remaining: float | None) -> None:
        patient.doctor = self._load.index(min(self._load))
        self._load[patient.doctor] += 1
        urgent = patient.rank <= 2
        patient.room = self._free.pop(
            0 if urgent else -1 if self.random.random() < 0.2 else len(self._free) // 2
        )
        lasts = remaining or self.random.uniform(*patient.case.minutes)
        if not (remaining or urgent):
            # Called in from the waiting room; the most urgent are fetched.
            self._at(at, patient, "call", {"place": patient.room})
            at += self.random.uniform(0.8, 2.5)
        self._at(at, patient, "place", {"place": patient.room})
        begins = at if remaining else at + self.random.uniform(0.5, 2 if urgent else 4)
        self._at(begins, patient, "take", moment="taken_at")
        self._treat(max(begins, 0.0), lasts, patient)

    def _treat(self, begins: float, lasts: float, patient: Patient) -> None:
        words, case = patient.texts, patient.case
        first = {"subjective": words.note["subjective"]}
        more = {**first, "objective": words.note["objective"]}
        closing = {heading: text for heading, text in words.closing.items() if text is not None}
        self._at(begins + 0.25 * lasts, patient, "draft", first)
        self._at(begins + 0.55 * lasts, patient, "draft", more)
        self._at(begins + 0.8 * lasts, patient, "draft", {**words.note, **closing})
        diagnosis = {"code": case.code, "display": case.display, "system": "icpc-2"}
        self._at(begins + 0.9 * lasts, patient, "diagnosis", diagnosis)
        self._later(begins + lasts, lambda at: self._finish(at, patient))

    def _finish(self, at: float, patient: Patient) -> None:
        closing, note = patient.texts.closing, patient.texts.note
        none = closing["medication_changes"] is None
        self._step(at, patient, "finish", {**closing, "no_medication_changes": none, "note": note})
        assert patient.doctor is not None
        assert patient.room is not None
        self._load[patient.doctor] -= 1
        # Back in its place: acute rooms stand first and are given to the most urgent.
        self._free.append(patient.room)
        self._free.sort(key=self.ward.rooms.index)
        self.open -= 1
        self._fill_rooms(at)

    # Writing steps down

    def _new(self, arrived_at: float) -> Patient:
        self.open += 1
        return new_patient(next(self._numbers), self.random, self.today, arrived_at)

    def _arrive(self, patient: Patient) -> None:
        self._step(patient.arrived_at, patient, "arrive", arrival(patient), moment="arrived_at")

    def _triage(self, at: float, patient: Patient, *, worse: float = 0.0) -> None:
        body = assessment(patient, self.today, self.random, worse=worse)
        self._step(at, patient, "assess", body, moment="assessed_at")

    def _at(
        self,
        at: float,
        patient: Patient,
        kind: Kind,
        body: dict[str, Any] | None = None,
        *,
        moment: str | None = None,
    ) -> None:
        if at < 0:
            self._step(at, patient, kind, body, moment=moment)
        else:
            self._later(at, lambda then: self._step(then, patient, kind, body, moment=moment))

    def _step(
        self, at: float, patient: Patient, kind: Kind, body: dict[str, Any] | None = None, **more: str | None
    ) -> None:
        by_doctor = kind in BY_DOCTOR
        worker = patient.doctor if by_doctor else self.random.randrange(self.ward.nurses)
        step = Step(
            at=at,
            patient=patient.number,
            kind=kind,
            worker=worker or 0,
            body=dict(body or {}),
            **more,
        )
        self._made.append(step)

    def _later(self, at: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._due, (at, next(self._order), act))
