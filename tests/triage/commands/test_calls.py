"""Telephone contacts at the store: the exchange tells, operators answer, judge and close."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.wiring import reactions
from core.access.permissions import Permission, may
from core.errors import NotAllowed, NotFound, Stale
from core.ids import Actor
from core.settings import Settings
from core.store.work import DatabaseRefused, Store, Work
from tests.cast import UNIT, Cast, move_in
from tests.conftest import SettableClock
from triage.commands.check_in import NewExpectation, TimeNotPossible, arrive, expect_anew
from triage.commands.look_after import register_left
from triage.commands.telephone import take
from triage.commands.telephone.hear import CallNews, hear_of_call
from triage.queries.board import board
from triage.queries.telephone.calls import Calls, calls, told_before
from triage.tables import Task


class Telephone:
    """The operators' room of a fresh ward."""

    def __init__(self, store: Store, cast: Cast, clock: SettableClock) -> None:
        self.store, self.cast, self.clock = store, cast, clock

    async def hear(self, news: str, *, call: str = "x-1", ago: float = 0, **more: Any) -> str:
        heard = CallNews.model_validate(
            {"call": call, "news": news, "at": self.clock.now - timedelta(seconds=ago), **more}
        )
        return (await self.store.write(self.cast.exchange.actor, hear_of_call, heard)).id

    async def do(self, command: Any, *given: Any, by: Actor | None = None) -> Any:
        return await self.store.write(by or self.cast.nora.actor, command, *given)

    async def judged(self, urgency: str = "yellow", **more: Any) -> str:
        call = await self.hear("ringing", caller="90123456")
        await self.do(take.take_call, call)
        told = {"complaint": "Tung pust", "about": "Olav", "advice": "Ta med inhalator", **more}
        await self.do(take.assess_call, call, take.NewCallAssessment(urgency=urgency, **told))
        return call

    async def expected(self, urgency: str = "yellow") -> str:
        call = await self.judged(urgency)
        closing = take.Closing(outcome="come-now", expected_at=self.clock.now + timedelta(minutes=30))
        await self.do(take.close_call, call, closing)
        (row,) = (await self.known()).today
        assert row.encounter is not None
        return row.encounter

    async def known(self) -> Calls:
        return await self.store.read(calls, UNIT, self.clock.now)


@pytest.fixture
async def telephone(store: Store, clock: SettableClock, database_url: str) -> Telephone:
    cast = await move_in(store)
    store._reactions = reactions(Settings(database_url=database_url, environment="test"))
    return Telephone(store, cast, clock)


async def test_the_exchange_may_tell_twice_and_in_the_wrong_order(telephone: Telephone) -> None:
    await telephone.hear("hung-up", ago=10)
    await telephone.hear("answered", ago=100, operator="nora")
    await telephone.hear("ringing", ago=150)
    await telephone.hear("ringing", ago=150)

    (call,) = (await telephone.known()).calls
    assert (call.status, call.operator_name, call.version) == ("answered", "Nora Lie", 3)
    assert (await telephone.known()).figures.day.per_cent == 100


async def test_a_caller_who_gave_up_stays_until_somebody_calls_back(telephone: Telephone) -> None:
    call = await telephone.hear("ringing", ago=60)
    await telephone.hear("hung-up")
    telephone.clock.advance(hours=30)

    assert [each.status for each in (await telephone.known()).calls] == ["abandoned"]
    await telephone.do(take.take_call, call)
    await telephone.do(take.close_call, call, take.Closing(outcome="not-reached"))

    known = await telephone.known()
    assert (known.calls, known.today[0].outcome) == ((), "not-reached")
    assert known.figures.month.per_cent == 0


async def test_todays_calls_stand_in_the_order_they_rang(telephone: Telephone) -> None:
    for call, ago in (("x-1", 60), ("x-2", 30), ("x-3", 90)):
        known = await telephone.hear("ringing", call=call, ago=ago)
        await telephone.hear("hung-up", call=call, ago=ago - 20)
        await telephone.do(take.close_call, known, take.Closing(outcome="not-reached"))

    rang = [telephone.clock.now - each.since for each in (await telephone.known()).today]

    assert rang == [timedelta(seconds=ago) for ago in (30, 60, 90)]


async def test_one_operator_wins_a_call_and_a_colleague_may_take_it_over(telephone: Telephone) -> None:
    call, kari = await telephone.hear("ringing"), telephone.cast.kari.actor
    await telephone.do(take.take_call, call)

    with pytest.raises(take.CallTakenAlready):
        await telephone.do(take.take_call, call, by=kari)
    with pytest.raises(take.CallTakenAlready):
        await telephone.do(take.note_call, call, take.CallNotes(), 2, by=kari)
    await telephone.do(take.take_over_call, call, by=kari)

    assert (await telephone.known()).calls[0].operator_name == "Kari Moe"


async def test_what_an_operator_writes_is_kept_and_an_older_page_does_not_write_over_it(
    telephone: Telephone,
) -> None:
    written = await telephone.do(take.write_down_call, take.CallByHand(caller="90000001", complaint="Feber"))
    notes = take.CallNotes(caller="90000001", complaint="Feber", place="Sørvik")
    await telephone.do(take.note_call, written.id, notes, written.version)

    with pytest.raises(Stale):
        await telephone.do(take.note_call, written.id, take.CallNotes(), written.version)
    (call,) = (await telephone.known()).calls
    assert (call.place, call.by_hand) == ("Sørvik", True)
    assert (await telephone.known()).figures.day.counted == 0  # it has no time of ringing


async def test_a_call_is_closed_only_when_somebody_has_judged_it(telephone: Telephone) -> None:
    call = await telephone.hear("ringing")
    await telephone.do(take.take_call, call)

    with pytest.raises(take.CallNotAssessed):
        await telephone.do(take.close_call, call, take.Closing(outcome="advice"))


async def test_whoever_is_to_come_is_said_when(telephone: Telephone) -> None:
    call = await telephone.judged()

    with pytest.raises(take.ExpectedTimeMissing):
        await telephone.do(take.close_call, call, take.Closing(outcome="come-now"))
    late = take.Closing(outcome="come-now", expected_at=telephone.clock.now + timedelta(days=3))
    with pytest.raises(take.ExpectedTimeNotPossible):
        await telephone.do(take.close_call, call, late)


async def test_somebody_told_to_come_is_on_the_board_with_level_and_arrives_with_both_times_kept(
    telephone: Telephone,
) -> None:
    encounter, called = await telephone.expected("red"), telephone.clock.now
    (row,) = (await telephone.store.read(board, UNIT, telephone.clock.now)).rows
    assert (row.status, row.level, row.name) == ("planned", 1, "Olav")

    telephone.clock.advance(minutes=40)
    await telephone.do(arrive, encounter)

    (row,) = (await telephone.store.read(board, UNIT, telephone.clock.now)).rows
    assert (row.status, row.level, row.arrived_at) == ("arrived", None, telephone.clock.now)
    told = await telephone.store.read(told_before, encounter)
    assert told is not None
    assert (told.called_at, told.urgency, told.by_name) == (called, "red", "Nora Lie")
    assert told.pre_alert == "Ta med inhalator"


async def test_somebody_who_is_expected_may_be_later_and_not_next_week(telephone: Telephone) -> None:
    encounter = await telephone.expected()
    later = telephone.clock.now + timedelta(hours=2)
    await telephone.do(expect_anew, encounter, NewExpectation(expected_at=later))

    assert (await telephone.store.read(board, UNIT, telephone.clock.now)).rows[0].arrived_at == later
    week = NewExpectation(expected_at=later + timedelta(days=7))
    with pytest.raises(TimeNotPossible):
        await telephone.do(expect_anew, encounter, week)


@pytest.mark.parametrize(("urgency", "minutes"), [("red", 15), ("green", 60)])
async def test_somebody_who_never_comes_is_called(telephone: Telephone, urgency: str, minutes: int) -> None:
    encounter = await telephone.expected(urgency)
    telephone.clock.advance(hours=1)
    await telephone.do(register_left, encounter, 1)

    async def tasks(session: AsyncSession) -> list[Task]:
        return list((await session.execute(select(Task))).scalars())

    (task,) = await telephone.store.read(tasks)
    assert (task.kind, task.due_at) == ("no-show", telephone.clock.now + timedelta(minutes=minutes))


async def test_a_telephone_assessment_stands_as_it_was_made(telephone: Telephone) -> None:
    await telephone.judged()

    async def change(work: Work) -> None:
        await work.session.execute(text("UPDATE telephone_assessment SET urgency = 'green'"))

    with pytest.raises(DatabaseRefused):
        await telephone.store.write(telephone.cast.nora.actor, change)


async def test_the_exchange_tells_of_calls_and_does_nothing_else(telephone: Telephone) -> None:
    exchange, call = telephone.cast.exchange.actor, await telephone.hear("ringing")

    with pytest.raises(NotAllowed):
        await telephone.do(take.take_call, call, by=exchange)
    heard = CallNews(call="x-2", news="ringing", at=telephone.clock.now)
    with pytest.raises(NotAllowed):
        await telephone.do(hear_of_call, heard)
    assert [each for each in Permission if may(exchange, each)] == [Permission.REPORT_CALLS]


async def test_another_units_call_is_not_found(telephone: Telephone) -> None:
    call = await telephone.hear("ringing")

    with pytest.raises(NotFound):
        await telephone.do(take.take_call, call, by=telephone.cast.stranger.actor)
