"""What is done to one who comes: from the door to the end of the visit, in whatever order."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

from core.ids import Actor
from core.patients.identity.duplicate import end_duplicate
from journal.commands.finish_encounter import Finishing, finish_encounter
from journal.commands.set_diagnosis import NewDiagnosis, set_diagnosis
from journal.commands.take_patient import Receiver, Taking, hand_over, take_patient
from tests.cast import DIAGNOSIS, ROOMS, assessment, finishing, note
from tests.journeys.any_night.people_in_words import Change, learned
from tests.journeys.any_night.staff import Staff
from tests.journeys.any_night.waiting_in_words import Judged, Visit
from triage.commands.assess import NewAssessment, assess
from triage.commands.call_back import Attempt, try_call_back
from triage.commands.call_doctor import call_doctor
from triage.commands.check_in import Arrival, CheckedIn, NewExpectation, arrive, check_in, expect_anew
from triage.commands.look_after import Calling, Placing, call_patient, mark_seen, place_in_room, register_left
from triage.commands.take_alarm import confirm_level, take_alarm
from triage.tables import Task

SIGNS = assessment()["vital_signs"]
FOUND: dict[str, tuple[dict[str, Any], int | None, bool]] = {
    "well": ({"rr": 14, "hr": 80, "sbp": 130, "spo2": 98}, 4, False),
    "poorly": ({"rr": 22, "hr": 112}, 3, False),
    "ill": ({"rr": 22, "hr": 112, "sbp": 105, "temp": 38.6, "spo2": 95}, 2, True),
    "very ill": ({"rr": 32, "hr": 135, "sbp": 75, "temp": 39.2, "spo2": 88}, 1, True),
}
"""What is measured, the level that SATS sets for it, and whether NEWS2 wants it watched without pause."""
COLOURS = {1: "red", 2: "orange", 3: "yellow", 4: "green"}
KNOWN: tuple[dict[str, str], ...] = (
    {"called": "Ukjent mann"},
    {"called": "Kvinne fra kaia"},
    {"called": "Kari", "given": "Kari", "family": "Moe"},
    {"called": "Ola", "given": "Ola", "family": "Berg"},
    {"called": "Lite barn", "birth_date": "2025-07-14"},
)
NUMBERS = ("AB123456", "CD765432")


def passport(number: str) -> dict[str, str]:
    """As it is written at the door."""
    return {"kind": "passport", "country": "DE", "value": number}


def in_words(known: dict[str, Any]) -> dict[str, str | None]:
    """What was said of somebody."""
    return {name: known[name] for name in ("called", "given", "family", "birth_date") if name in known}


class PatientsWay:
    """Each a deed of somebody, with `chance` to choose whom and how."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.words = staff.words

    @property
    def now(self) -> Any:
        return self.staff.clock.now

    async def comes(self, chance: Random, **more: Any) -> None:
        """Somebody is checked in, now or afterwards, known or not; or is told of, and comes later."""
        unit = self.staff.unit(chance)
        number = chance.choice((None, None, *NUMBERS))
        known = {**chance.choice(KNOWN), **({"foreign_number": passport(number)} if number else {}), **more}
        arrival = Arrival.model_validate({"complaint": "Feber", **known})
        by = chance.choice(self.staff.at(unit))
        came = arrival.expected_at or arrival.arrived_at or self.now

        def told(answer: CheckedIn) -> None:
            person = self.words.require_not_here(number, unit)
            self.words.identity.comes(
                answer.id, person or answer.patient_id, None if person else in_words(known), number
            )
            status = "planned" if arrival.expected_at else "arrived"
            self.words.comes(Visit(answer.id, unit, status, came, told=self._told(arrival)), by, self.now)

        what = "expect" if arrival.expected_at else "check_in"
        really = self.staff.store.write(by, check_in, arrival, unit, "test")
        came_in = await self.staff.do(what, really, told, by=by.name, **known)
        if came_in is not None:
            await self._learn(came_in, in_words(known), by)

    async def _learn(self, came: CheckedIn, known: dict[str, str | None], by: Actor) -> None:
        """What somebody we know said anew at the door is a change of who they are."""
        people = self.words.identity.now()
        before = people.persons[people.whose[came.id]].known
        new = {name: value for name, value in known.items() if value != before[name]}
        if new:
            person = people.whose[came.id]
            change = await self.staff.latest_change()
            self.words.identity.happens(
                Change(change, "checked-in", came.id, by.name, (person, None), None, learned(person, new))
            )

    def _told(self, arrival: Arrival) -> int | None:
        return {"red": 1, "yellow": 3, "green": 4}.get(arrival.urgency or "") if arrival.expected_at else None

    async def comes_afterwards(self, chance: Random) -> None:
        """Written on paper while the program was away."""
        await self.comes(chance, arrived_at=self.now - timedelta(minutes=chance.randint(1, 200)))

    async def is_expected(self, chance: Random) -> None:
        """Told of by an ambulance or a colleague; may already be late."""
        at = self.now + timedelta(minutes=chance.randint(-20, 60))
        await self.comes(chance, expected_at=at, urgency=chance.choice((None, "red", "yellow", "green")))

    async def arrives(self, chance: Random) -> None:
        if visit := self.staff.whom(chance, lambda each: each.status == "planned"):
            by = chance.choice(self.staff.at(visit.unit))
            await self._do("arrive", visit, by, arrive, lambda: self.words.arrives(visit, by, self.now))

    async def comes_later(self, chance: Random) -> None:
        if visit := self.staff.whom(chance, lambda each: each.status == "planned"):
            by, at = (
                chance.choice(self.staff.at(visit.unit)),
                self.now + timedelta(minutes=chance.randint(-9, 60)),
            )
            told = NewExpectation(expected_at=at)
            await self._do(
                "expect_anew",
                visit,
                by,
                expect_anew,
                lambda: self.words.comes_later(visit, by, at, self.now),
                told,
            )

    async def is_judged(self, chance: Random) -> None:
        """By the scale, above it or below it, now or entered afterwards."""
        visit = self.staff.whom(chance, lambda each: each.open and each.status != "planned")
        if visit is None:
            return
        by, found = chance.choice(self.staff.at(visit.unit)), chance.choice(("not measured", *FOUND))
        # Other values are usual for a child; here a nurse sets its level without measuring.
        signs, suggested, without_pause = FOUND.get(found) or ({}, None, False)
        if self.words.born(visit):
            signs, suggested, without_pause = {}, None, False
        chosen = chance.choice((None, None, 1, 2, 3, 4) if suggested else (1, 2, 3, 4))
        at = self.now - timedelta(minutes=chance.choice((0, 0, 0, 1, 7, 40)))
        given = NewAssessment.model_validate(
            {
                "scale": "sats",
                "vital_signs": {**SIGNS, **signs} if suggested else {},
                "level": COLOURS[chosen] if chosen else None,
                "reason": "Som jeg ser det" if chosen else None,
                "assessed_at": at,
            }
        )
        level = chosen or suggested
        assert level is not None
        judged = Judged(at, level, suggested, without_pause, by.id)
        await self._do(
            "assess", visit, by, assess, lambda: self.words.judge(visit, by, judged, self.now), given, None,
            found=found, level=level, at=f"{at:%H:%M}",
        )  # fmt: skip

    async def is_confirmed(self, chance: Random) -> None:
        if visit := self.staff.whom(chance, lambda each: each.second_look):
            by = chance.choice(self.staff.at(visit.unit))
            await self._do(
                "confirm_level", visit, by, confirm_level, lambda: self.words.confirm(visit, by, self.now)
            )

    async def is_looked_after(self, chance: Random) -> None:
        """Shown to a room or back, called, or looked to."""
        visit = self.staff.whom(chance, lambda each: each.open)
        if visit is None:
            return
        by, place = chance.choice(self.staff.at(visit.unit)), chance.choice((None, *ROOMS[:2]))
        what = chance.choice(("place", "call", "see"))
        if what == "place":
            await self._do(
                "place_in_room", visit, by, place_in_room,
                lambda: self.words.place(visit, by, place, self.now), Placing(place=place), None, to=place,
            )  # fmt: skip
        elif what == "call":
            await self._do(
                "call_patient", visit, by, call_patient,
                lambda: self.words.call(visit, by, place, self.now), Calling(place=place), None, to=place,
            )  # fmt: skip
        else:
            await self._do(
                "mark_seen", visit, by, mark_seen, lambda: self.words.see(visit, by, self.now), None
            )

    async def is_gone_to(self, chance: Random) -> None:
        """Somebody takes the alarm."""
        if visit := self.staff.whom(chance, lambda each: each.ring):
            by = chance.choice(self.staff.at(visit.unit))
            await self._do("take_alarm", visit, by, take_alarm, lambda: self.words.go(visit, by, self.now))

    async def needs_a_doctor(self, chance: Random) -> None:
        if visit := self.staff.whom(chance, lambda each: each.waits):
            by = chance.choice(self.staff.at(visit.unit))
            await self._do(
                "call_doctor", visit, by, call_doctor, lambda: self.words.want_doctor(visit, by, self.now)
            )

    async def is_taken(self, chance: Random) -> None:
        if visit := self.staff.whom(chance, lambda each: each.waits):
            by = chance.choice(self.staff.doctors(visit.unit))
            await self._do(
                "take_patient",
                visit,
                by,
                take_patient,
                lambda: self.words.take(visit, by, self.now),
                Taking(),
            )

    async def is_handed_over(self, chance: Random) -> None:
        if visit := self.staff.whom(chance, lambda each: each.status == "in-progress"):
            by, to = (chance.choice(self.staff.doctors(visit.unit)) for _ in range(2))
            await self._do(
                "hand_over", visit, by, hand_over, lambda: self.words.hand_over(visit, by, to, self.now),
                Receiver(to=to.id), await self.staff.version(visit), to=to.name,
            )  # fmt: skip

    async def is_finished(self, chance: Random) -> None:
        if visit := self.staff.whom(chance, lambda each: each.status == "in-progress"):
            by = chance.choice(self.staff.doctors(visit.unit))
            if visit.status == "in-progress" and visit.doctor == by.name:
                diagnosis, version = NewDiagnosis.model_validate(DIAGNOSIS), await self.staff.version(visit)
                await self.staff.store.write(by, set_diagnosis, visit.id, diagnosis, version)
            given, version = Finishing.model_validate(finishing(note=note())), await self.staff.version(visit)
            await self._do(
                "finish_encounter", visit, by, finish_encounter,
                lambda: self.words.finish(visit, by, self.now), given, version,
            )  # fmt: skip

    async def leaves(self, chance: Random) -> None:
        """Went unseen, never came, or stood on two rows."""
        if visit := self.staff.whom(chance, lambda each: each.open and not each.doctor):
            twice = chance.randint(0, 3) == 0
            able = [each for each in self.staff.at(visit.unit) if not twice or each.role != "triage-nurse"]
            by, version = chance.choice(able), await self.staff.version(visit)
            if twice:
                await self._do(
                    "end_duplicate", visit, by, end_duplicate,
                    lambda: self.words.was_twice(visit, by, self.now), version,
                )  # fmt: skip
            else:
                await self._do(
                    "register_left", visit, by, register_left,
                    lambda: self.words.leave(visit, by, self.now), version,
                )  # fmt: skip

    async def is_called_back(self, chance: Random) -> None:
        if not self.words.tasks:
            return
        task = chance.choice(self.words.tasks)
        reached, by = chance.randint(0, 2) == 0, chance.choice(self.staff.at(task.unit))
        found = await self.staff.read(self.staff.first(Task.id, Task.encounter_id == task.visit))
        attempt = Attempt(result="reached" if reached else "no-answer")
        await self.staff.do(
            "try_call_back",
            self.staff.store.write(by, try_call_back, found, attempt),
            lambda _: self.words.call_back(task, by, reached=reached, now=self.now),
            patient=task.visit[:4], by=by.name, reached=reached,
        )  # fmt: skip

    async def _do(
        self, what: str, visit: Visit, by: Actor, command: Any, say: Any, *given: Any, **about: object
    ) -> None:
        really = self.staff.store.write(by, command, visit.id, *given)
        await self.staff.do(what, really, lambda _: say(), patient=visit.id[:4], by=by.name, **about)
