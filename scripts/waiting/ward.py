"""The waiting room that is watched: a fresh unit, its people, what they do, and a fast clock."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from app.migrations.run import migrate
from core.access import staff
from core.access.staff import NewStaff, hash_password
from core.errors import Refused
from core.ids import Actor, Role, StaffId, UnitId
from core.patients.unit import NewUnit, add_unit
from core.store.work import Store, Work
from journal.commands.take_patient import Taking, take_patient
from triage.commands.assess import Assessed, NewAssessment, assess
from triage.commands.check_in import Arrival, check_in
from triage.commands.look_after import mark_seen, register_left
from triage.commands.take_alarm import confirm_level, take_alarm
from triage.queries.board import in_order, rows_of
from triage.queries.board_row import BoardRow

UNIT = "nordvik"
SYSTEM = Actor(StaffId("waiting-night"), "Waiting night", Role.SYSTEM, UnitId(UNIT))
_NURSES = ("Nora Lie", "Lars Karlsen", "Ida Moe", "Siri Vik", "Kari Moe", "Odd Berge")
_DOCTORS = ("Dag Holm", "Dina Berg", "Henrik Sande")
_NEW_YEARS_EVE = datetime(2026, 12, 31, 21, 0, tzinfo=UTC)  # 22:00 in Norway
_TRIAGED_AT_ONCE = 0.8
_TICK, _IDLE_AT_MOST = 0.05, 0.25  # seconds on the wall
_FORGETS = 0.5  # how often whoever took an alarm does nothing more about it
_CALM = {"rr": 16, "hr": 76, "sbp": 128, "temp": 36.9, "spo2": 98, "avpu": "A", "mobility": "walking",
         "trauma": "no", "air_or_oxygen": "air"}  # fmt: skip
_FINDINGS: tuple[dict[str, Any], ...] = (
    {"vital_signs": _CALM},
    {"vital_signs": {**_CALM, "rr": 22, "hr": 105}},
    {"vital_signs": {**_CALM, "hr": 112}, "discriminators": ["chest_pain"]},
    {
        "vital_signs": {**_CALM, "hr": 112},
        "discriminators": ["chest_pain"],
        "level": "green",
        "reason": "Kjent",
    },
    {"vital_signs": _CALM, "level": "red", "reason": "Ser syk ut"},
)


class FastClock:
    """The time: moved by hand until it is started, then running so many times as fast as on the wall.

    It stands still while the machine gives the run no time: what comes late then is not the watch's fault.
    Time that the run itself uses counts, so that a watch too slow for its work is still found out.
    """

    def __init__(self, speed: float) -> None:
        self.stood_still = 0.0  # seconds on the wall
        self._speed = speed
        self._now = _NEW_YEARS_EVE
        self._last: tuple[float, float] | None = None

    def __call__(self) -> datetime:
        if self._last is not None:
            wall, used = time.monotonic(), time.process_time()
            passed, own = wall - self._last[0], used - self._last[1]
            counts = min(passed, own + _IDLE_AT_MOST)
            self.stood_still += passed - counts
            self._now += timedelta(seconds=counts * self._speed)
            self._last = wall, used
        return self._now

    def move(self, seconds: float) -> None:
        """Let time pass before it runs."""
        self._now += timedelta(seconds=seconds)

    async def run(self) -> None:
        """From now on it runs, and is looked at so often that a long pause can only be the machine's."""
        self._last = time.monotonic(), time.process_time()
        while True:
            await asyncio.sleep(_TICK)
            self()


@dataclass(slots=True)
class Ward:
    """The room as those who work there see it, and what they were told."""

    store: Store
    patients: int  # who wait at the same time, once it has filled
    nurses: Sequence[Actor] = ()
    doctors: Sequence[Actor] = ()
    waiting: Sequence[BoardRow] = ()  # as of a moment ago
    assessed: dict[str, list[Assessed]] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    came: int = 0

    async def look(self) -> None:
        """What the screens show now."""
        now = self.store.clock()
        rows = await self.store.read(rows_of, UNIT, now)
        self.waiting = in_order([row for row in rows if row.doctor is None], now)


async def move_in(store: Store, patients: int) -> Ward:
    """A fresh database with one unit and its people."""
    await migrate(store.database)
    nurses, doctors = await store.write(SYSTEM, _furnish)
    return Ward(store, patients, nurses=nurses, doctors=doctors)


async def _furnish(work: Work) -> tuple[list[Actor], list[Actor]]:
    await add_unit(
        work,
        NewUnit(
            id=UNIT,
            name="Nordvik legevakt",
            municipality="Nordvik kommune",
            organisation_number="999888777",
            her_id=8090010,
            parent_her_id=8090009,
            rooms=("Rom 1",),
        ),
    )
    await work.session.flush()
    nurses = [await _hire(work, name, Role.TRIAGE_NURSE) for name in _NURSES]
    return nurses, [await _hire(work, name, Role.DOCTOR) for name in _DOCTORS]


async def _hire(work: Work, name: str, role: Role) -> Actor:
    person = NewStaff(
        username=name.split()[0].lower(),
        name=name,
        role=role,
        unit=UNIT,
        password_hash=hash_password("nobody signs in with this"),
        hpr_number="9144900" if role is Role.DOCTOR else None,
    )
    return Actor(StaffId(await staff.add_staff(work, person)), name, role, UnitId(UNIT))


async def work_on(ward: Ward, me: Actor, random: Random, pause: tuple[float, float]) -> None:
    """Do one thing after another, as chance has it, until stopped."""
    while True:
        await asyncio.sleep(random.uniform(*pause))
        deed = _take_next if me.role is Role.DOCTOR else _choose(ward, random)
        try:
            await deed(ward, me, random)
        except Refused as refused:  # a colleague was first, or the patient is gone: as in a real ward
            ward.refused[refused.code] += 1
        else:
            ward.done[deed.__name__.strip("_")] += 1


async def fill(ward: Ward, random: Random, move: Callable[[], Awaitable[None]]) -> None:
    """The evening before: people come one by one until the room is full; `move` lets time pass between."""
    while len(ward.waiting) < ward.patients:
        nurse = random.choice(ward.nurses)
        await _check_in(ward, nurse, random)
        if random.random() < _TRIAGED_AT_ONCE:
            await _triage(ward, nurse, random)
        await move()
        if ward.came % 5 == 0:
            await ward.look()


Deed = Callable[[Ward, Actor, Random], Awaitable[None]]


def _choose(ward: Ward, random: Random) -> Deed:
    if len(ward.waiting) < ward.patients and random.random() < 0.75:
        return _check_in
    deeds: tuple[Deed, ...] = (_triage, _triage, _answer, _answer, _look_in, _confirm, _leave)
    return random.choice(deeds)


async def _check_in(ward: Ward, me: Actor, random: Random) -> None:
    ward.came += 1
    arrival = Arrival(called=f"Gjest {ward.came}", complaint=random.choice(("Kutt", "Feber", "Fall")))
    await ward.store.write(me, check_in, arrival, UNIT, "test")


async def _triage(ward: Ward, me: Actor, random: Random) -> None:
    now = ward.store.clock()
    wanted = [row for row in ward.waiting if row.level is None] or [
        row for row in ward.waiting if row.next_assessment_at and row.next_assessment_at <= now
    ]
    if wanted:
        await _assess(ward, me, random.choice(wanted).id, random)


async def _assess(ward: Ward, me: Actor, encounter: str, random: Random) -> None:
    given = NewAssessment.model_validate({"scale": "sats", **random.choice(_FINDINGS)})
    said = await ward.store.write(me, assess, encounter, given, None)
    ward.assessed.setdefault(encounter, []).append(said)


async def _answer(ward: Ward, me: Actor, random: Random) -> None:
    """Take an alarm that rings, and do something about it or not."""
    ringing = [row for row in ward.waiting if row.alarm and row.alarm.rings]
    if not ringing:
        return
    row = random.choice(ringing)
    await ward.store.write(me, take_alarm, row.id)
    if random.random() > _FORGETS:
        await (_assess(ward, me, row.id, random) if random.random() < 0.5 else _see(ward, me, row.id))


async def _look_in(ward: Ward, me: Actor, random: Random) -> None:
    if ward.waiting and random.random() < 0.5:
        await _see(ward, me, random.choice(ward.waiting).id)


async def _see(ward: Ward, me: Actor, encounter: str) -> None:
    await ward.store.write(me, mark_seen, encounter, None)


async def _confirm(ward: Ward, me: Actor, random: Random) -> None:
    asked = [row for row in ward.waiting if row.second_look_at]
    if asked and random.random() < 0.08:
        await ward.store.write(me, confirm_level, random.choice(asked).id)


async def _leave(ward: Ward, me: Actor, random: Random) -> None:
    if ward.waiting and random.random() < 0.2:
        row = random.choice(ward.waiting)
        await ward.store.write(me, register_left, row.id, row.version)


async def _take_next(ward: Ward, me: Actor, random: Random) -> None:
    if ward.waiting:
        await ward.store.write(me, take_patient, random.choice(ward.waiting[:20]).id, Taking())
