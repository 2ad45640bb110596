"""Old rows + patches = freshly fetched rows: after every command, for every topic, wherever one resumes.

At store and hub, so that many steps are tried; that frames also travel is shown by `test_following.py`.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pydantic_core import to_json

from app.wiring import TOPICS
from core.store.work import Store
from realtime.connection import Connection
from realtime.hub import Hub
from realtime.protocol import Burst
from realtime.view import View
from tests.cast import UNIT, Cast, move_in
from tests.conftest import SettableClock
from tests.copied_ward import copied, furnished, opened, opening
from tests.realtime.doings import NAMES, Shift, a_patients_way, commands
from tests.realtime.elsewhere import ELSEWHERE
from tests.realtime.test_following import lose_history


class Line:
    """A way to a screen that is never slow: what is written is shown."""

    def __init__(self, view: View[Any]) -> None:
        self._view = view

    def write(self, burst: Burst) -> None:
        for frame in burst.frames:
            self._view.take(json.loads(frame.text))

    def backlog(self) -> int:
        return 0

    def end(self) -> None: ...

    def cut(self) -> None: ...


class Screens:
    """A hub and those who follow it, each with the picture it holds."""

    def __init__(self, store: Store, cast: Cast) -> None:
        self.store = store
        self.open: list[tuple[str, View[Any], Connection]] = []
        self._cast = cast
        self.hub = Hub(store, TOPICS)

    async def connect(self, topic: str, view: View[Any]) -> None:
        """Begin to follow, from the place that the picture is at."""
        connection = Connection(Line(view), self._cast.wall.actor, "hash")
        await self.hub.attach(connection, topic, UNIT, epoch=view.epoch, after=view.seq or None)
        self.open.append((topic, view, connection))

    def disconnect(self, number: int) -> None:
        topic, _, connection = self.open.pop(number)
        self.hub.detach(connection, topic, UNIT)

    async def restart(self) -> None:
        """Another process takes over; every screen comes again with what it holds."""
        before, self.open, self.hub = self.open, [], Hub(self.store, TOPICS)
        for topic, view, _ in before:
            await self.connect(topic, view)

    async def require_true(self) -> None:
        """Tell everybody; then each screen shows what a fresh reading gives, and no less."""
        await self.hub.push({UNIT})
        fresh = {topic: await self.store.read(_fresh, topic, self.store.clock()) for topic in TOPICS}
        for topic, view, _ in self.open:
            rows, about = fresh[topic]
            assert view.rows == rows, topic
            assert {name: view.extra.get(name) for name in about} == about, topic


async def _fresh(session: Any, topic: str, now: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    rows = await TOPICS[topic].rows(session, UNIT, now)
    about = await TOPICS[topic].about(session, UNIT)
    return {row["id"]: row for row in json.loads(to_json(list(rows.values())))}, json.loads(to_json(about))


def test_every_command_is_held_to_it() -> None:
    missing = commands() - set(NAMES) - ELSEWHERE.keys()

    assert not missing, "put it in doings.py, and in a patient's way there"
    assert ELSEWHERE.keys() <= commands()


async def test_a_patients_way_through_the_ward_shows_the_same_as_a_fresh_reading(
    database_url: str, clock: SettableClock
) -> None:
    done = set()
    async with opened(database_url, clock) as store:
        cast = await move_in(store)
        screens = Screens(store, cast)
        for topic in TOPICS:
            await screens.connect(topic, View())
        async for name in a_patients_way(Shift(store, cast, Random(2026))):
            done.add(name)
            await screens.require_true()
            clock.advance(minutes=7)

    assert done == set(NAMES)


DOING = st.tuples(st.sampled_from(("check_in",) * 3 + NAMES), st.integers(0, 5), st.integers(0, 2**16))
"""A command, whom it is about of those who came last, and the chance in it."""


class Evening(RuleBasedStateMachine):
    """Anything in any order, told at any time, to screens that come, go and resume from anywhere."""

    start: Callable[[asyncio.Runner], tuple[Store, Cast, SettableClock]]  # set by the test
    done: ClassVar[set[str]]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store, cast, self.clock = type(self).start(self.runner)
        self.screens = Screens(self.store, cast)
        self.random = Random(0)
        self.shift = Shift(self.store, cast, self.random)
        self.pictures: list[tuple[str, View[Any]]] = [(topic, View()) for topic in TOPICS]
        for topic in TOPICS:
            self.runner.run(self.screens.connect(topic, View()))

    @rule(doings=st.lists(DOING, min_size=1, max_size=6))
    def somebody_does(self, doings: list[tuple[str, int, int]]) -> None:
        for name, which, chance in doings:
            self.random.seed(chance)
            recent = self.shift.encounters[-6:]
            if self.runner.run(self.shift.do(name, recent[which % len(recent)] if recent else None)):
                type(self).done.add(name)

    @rule(how=st.sampled_from(("bell", "beat", "comparison")))
    def the_hub_looks(self, how: str) -> None:
        hub = self.screens.hub
        if how == "bell":
            self.runner.run(self.screens.require_true())
            self.pictures += [(topic, copy.deepcopy(view)) for topic, view, _ in self.screens.open]
        else:
            self.runner.run(hub.beat() if how == "beat" else hub.compare())

    @rule(which=st.integers(0, 99), how=st.sampled_from(("new", "back", "gone")))
    def a_screen_comes_or_goes(self, which: int, how: str) -> None:
        topic, view = self.pictures[which % len(self.pictures)]
        if how == "gone" and len(self.screens.open) > 3:
            self.screens.disconnect(which % len(self.screens.open))
        else:
            # From wherever it was, however long ago, in whichever epoch.
            begin = View() if how == "new" else copy.deepcopy(view)
            self.runner.run(self.screens.connect(topic, begin))

    @rule(what=st.sampled_from(("time passes", "time passes", "restart", "history is lost")))
    def something_happens(self, what: str) -> None:
        if what == "time passes":
            self.clock.advance(minutes=self.random.choice((1, 9, 45)))
        elif what == "restart":
            self.runner.run(self.screens.restart())
        else:
            self.runner.run(lose_history(self.store))

    @invariant()
    def the_board_never_had_to_be_mended(self) -> None:
        assert self.screens.hub.figures.healed == 0

    def teardown(self) -> None:
        try:
            self.runner.run(self.screens.require_true())
        finally:
            self.runner.run(self.store.drain())
            self.runner.close()


def test_anything_in_any_order_shows_the_same_as_a_fresh_reading(database_url: str, tmp_path: Path) -> None:
    cast = asyncio.run(furnished(database_url, SettableClock()))

    def begin(runner: asyncio.Runner) -> tuple[Store, Cast, SettableClock]:
        time = SettableClock()
        return opening(copied(database_url, tmp_path, runner), time), cast, time

    class Here(Evening):
        start = staticmethod(begin)
        done: ClassVar[set[str]] = set()

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert len(Here.done) > len(NAMES) / 2
