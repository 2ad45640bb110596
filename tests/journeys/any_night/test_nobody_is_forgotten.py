"""Arrivals, calls, judgements, moves, merges, undoing and time in any order, beside the rules in words.

After every deed: nobody is on no list or on two, levels and deadlines are as the words say, and every alarm
that is due rings or has a named person going. The words are in `*_in_words.py`; a new command gets a deed (in
`patients_way.py`, `telephone_answered.py` or `identity_decided.py`) and a line in `Night`.

A few nights are tried each time. For a long run, with other nights each time and the shortest one that fails:
`LEGEVAKT_NIGHTS=200 python -m pytest tests/journeys/any_night -s`, which says how many deeds were done.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.night_watch import look_at_those_due, watch_everybody
from core.store.work import Store
from tests.cast import OTHER_UNIT, UNIT, Cast
from tests.conftest import SettableClock
from tests.copied_ward import copied, furnished, opening
from tests.journeys.any_night import compared
from tests.journeys.any_night.identity_decided import IdentityDecided
from tests.journeys.any_night.patients_way import PatientsWay
from tests.journeys.any_night.staff import Staff
from tests.journeys.any_night.telephone_answered import TelephoneAnswered
from tests.journeys.any_night.ward_in_words import Ward

NIGHTS = int(os.environ.get("LEGEVAKT_NIGHTS", "0"))
EVENING = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
"""Of the night in which the clocks go back: 03:00 is 02:00 once more."""

CHANCE = st.integers(0, 2**32 - 1).map(Random)
HAPPENS = (
    *("comes", "comes", "comes_afterwards", "is_expected", "arrives", "arrives", "comes_later"),
    *("is_judged",) * 5,
    *("is_confirmed", "is_looked_after", "is_looked_after", "is_gone_to", "is_gone_to", "needs_a_doctor"),
    *("is_taken", "is_taken", "is_handed_over", "is_finished", "leaves", "leaves", "is_called_back"),
    *("rings", "is_written_down", "goes_on", "goes_on", "goes_on"),
    *("is_named", "is_another_record", "is_another_record", "is_another_person", "is_another_person"),
    *("is_undone", "is_undone"),
    *("time_passes",) * 5,
)
"""As often as it stands here."""


class Night(RuleBasedStateMachine):
    """Whatever may happen in two wards, and the clock."""

    start: Callable[[asyncio.Runner], tuple[Store, Cast, SettableClock]]  # set by the test
    done: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        store, cast, self.clock = type(self).start(self.runner)
        self.words = Ward((UNIT, OTHER_UNIT))
        self.staff = Staff(store, cast, self.clock, self.words, type(self).done)
        self.patient, self.telephone = PatientsWay(self.staff), TelephoneAnswered(self.staff)
        self.identity = IdentityDecided(self.staff)

    async def _happens(self, name: str, chance: Random) -> None:
        """One deed; in the next second the night watch looks."""
        if name == "time_passes":
            return await self._until(
                self.clock.now + timedelta(minutes=chance.choice((1, 4, 9, 16, 31, 61, 95)))
            )
        whose = next(each for each in (self.patient, self.telephone, self.identity) if hasattr(each, name))
        await getattr(whose, name)(chance)
        await self._watch()

    async def _watch(self) -> None:
        await look_at_those_due(self.staff.store)
        self.words.look_at_everybody(self.clock.now)

    @initialize(chance=CHANCE)
    def some_are_here(self, chance: Random) -> None:
        for name in ("comes", "comes_afterwards", "is_expected", "comes", "is_judged"):
            self.runner.run(self._happens(name, chance))

    @rule(happens=st.lists(st.tuples(st.sampled_from(HAPPENS), CHANCE), min_size=1, max_size=3))
    def somebody_does(self, happens: list[tuple[str, Random]]) -> None:
        for name, chance in happens:
            self.runner.run(self._happens(name, chance))

    async def _until(self, end: datetime) -> None:
        """The watch looks each second; seconds in which nothing is due are left out, but for the last."""
        while (at := self.words.next_ring(self.clock.now)) is not None and at < end:
            self.clock.now = at
            await self._watch()
        self.clock.now = end
        await self._watch()
        note(f"{end:%d %H:%M:%S}  time has passed")
        assert await watch_everybody(self.staff.store) == 0

    @invariant()
    def everything_is_as_the_words_say(self) -> None:
        self.runner.run(self._compare())

    async def _compare(self) -> None:
        read, now = self.staff.store.read, self.clock.now
        for unit in self.words.units:
            said = compared.told(self.words, unit, self.staff.doctors(unit), now)
            require_same(await read(compared.shown, unit, now), said)
        require_same(await read(compared.kept, now), compared.kept_in_words(self.words))
        for visit in self.identity.pages:
            by = self.staff.at(self.words.visits[visit].unit)[-1]
            assert await read(compared.history, visit, by) == compared.history_in_words(self.words, visit)
        self.identity.pages.clear()

    def teardown(self) -> None:
        self.runner.run(self.staff.store.drain())
        self.runner.close()


def require_same(really: dict[str, Any], said: dict[str, Any]) -> None:
    """Say only what differs: a whole ward is too much to read."""
    for name, value in said.items():
        if really[name] != value and isinstance(value, dict):
            keys = [
                key for key in value.keys() | really[name].keys() if really[name].get(key) != value.get(key)
            ]
            differs = {key: (really[name].get(key), value.get(key)) for key in keys}
            raise AssertionError(f"{name}: shown, and as the words say: {differs}")
        assert really[name] == value, name


def test_nobody_is_forgotten_whatever_happens_in_a_night(database_url: str, tmp_path: Path) -> None:
    moved_in = SettableClock()
    moved_in.now = EVENING
    cast = asyncio.run(furnished(database_url, moved_in))

    def begin(runner: asyncio.Runner) -> tuple[Store, Cast, SettableClock]:
        clock = SettableClock()
        clock.now = EVENING
        return opening(copied(database_url, tmp_path, runner), clock), cast, clock

    class Here(Night):
        start = staticmethod(begin)
        done: ClassVar[Counter[str]] = Counter()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=NIGHTS or 5,
            stateful_step_count=40,
            deadline=None,
            derandomize=not NIGHTS,
            database=None,
            phases=(Phase.generate, Phase.shrink) if NIGHTS else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )

    print(f"{Here.done.total()} deeds: {dict(Here.done.most_common())}")
    assert len(Here.done) >= 20
