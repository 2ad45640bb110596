"""Nobody who waits is forgotten: alarms ring when due, once, until somebody acts, and come again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from app.night_watch import look_at_those_due, watch_everybody
from app.wiring import reactions
from core.access.log import list_followed
from core.access.tables import AccessLogRow
from core.errors import NotAllowed
from core.settings import Settings
from core.store.database import Database
from core.store.work import Store, Work
from journal.commands.take_patient import Taking, take_patient
from tests.cast import UNIT, move_in, system
from tests.conftest import SettableClock
from tests.triage.hand import Hand
from triage.commands.call_back import Attempt, TaskDone, try_call_back
from triage.commands.look_after import mark_seen, register_left
from triage.commands.take_alarm import (
    AlarmAlreadyTaken,
    NoAlarm,
    NothingToConfirm,
    SamePerson,
    confirm_level,
    take_alarm,
)
from triage.queries.board_row import RowAlarm
from triage.queries.due_looks import due_looks, unwatched
from triage.queries.overview import ActedOn, Overview, overview
from triage.rules.safety.acted_on import is_noise
from triage.rules.safety.alarms import Rule
from triage.tables import Watch


@pytest.fixture
async def store(database_url: str, clock: SettableClock) -> AsyncIterator[Store]:
    """With what happens in the same transaction, as in a running ward."""
    opened = Store(Database(database_url), clock, reactions(Settings(modules=())))
    yield opened
    await opened.drain()


@pytest.fixture
async def nora(store: Store) -> Hand:
    return Hand(store, await move_in(store))


async def alarm_of(nora: Hand, encounter: str) -> RowAlarm | None:
    return (await nora.row(encounter)).alarm


async def seen_by(nora: Hand) -> Overview:
    return await nora.store.read(overview, UNIT, nora.store.clock())


async def test_an_orange_patient_rings_when_the_doctor_is_late_and_is_quiet_when_one_comes(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    await nora.assess(encounter)
    clock.advance(minutes=9, seconds=59)
    assert await look_at_those_due(nora.store) == 0

    clock.advance(seconds=1)
    assert await look_at_those_due(nora.store) == 1
    ringing = await alarm_of(nora, encounter)
    assert ringing is not None
    assert (ringing.rules, ringing.rings, ringing.number) == ((Rule.TARGET,), True, 1)

    await nora.store.write(nora.cast.dag.actor, take_patient, encounter, Taking())
    assert await alarm_of(nora, encounter) is None
    assert await nora.store.read(due_looks, clock()) == {}


async def test_looking_twice_in_the_same_second_rings_once(nora: Hand, clock: SettableClock) -> None:
    encounter = (await nora.check_in()).id
    clock.advance(minutes=10)

    assert [await look_at_those_due(nora.store) for _ in range(3)] == [1, 0, 0]
    assert (await seen_by(nora)).ringing == (encounter,)


async def test_who_takes_an_alarm_is_named_and_a_second_is_told_so(nora: Hand, clock: SettableClock) -> None:
    encounter = (await nora.check_in()).id
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)

    taken = await nora.store.write(nora.cast.nora.actor, take_alarm, encounter)
    with pytest.raises(AlarmAlreadyTaken) as refused:
        await nora.store.write(nora.cast.kari.actor, take_alarm, encounter)

    assert refused.value.facts["by"] == "Nora Lie"
    shown = await alarm_of(nora, encounter)
    assert shown is not None
    assert (shown.taken_by, shown.again_at) == ("NL", taken.again_at)
    assert (await seen_by(nora)).ringing == ()


async def test_an_alarm_that_was_taken_and_came_to_nothing_rings_again(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)
    taken = await nora.store.write(nora.cast.nora.actor, take_alarm, encounter)

    clock.now = taken.again_at
    await look_at_those_due(nora.store)

    again = await alarm_of(nora, encounter)
    assert again is not None
    assert (again.rings, again.number) == (True, 2)


async def test_doing_what_it_was_about_ends_it_and_is_counted_as_acted_on(
    nora: Hand, clock: SettableClock
) -> None:
    acted, ignored = (await nora.check_in()).id, (await nora.check_in()).id
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)
    await nora.store.write(nora.cast.nora.actor, take_alarm, ignored)
    await nora.assess(acted)
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)

    assert await alarm_of(nora, ignored) is not None
    untriaged = next(each for each in (await seen_by(nora)).acted_on if each.rule is Rule.UNTRIAGED)
    assert untriaged == ActedOn(rule=Rule.UNTRIAGED, rang=2, acted=1)


async def test_who_leaves_while_it_rings_was_not_acted_on_and_each_reason_is_counted_for_itself(
    nora: Hand, clock: SettableClock
) -> None:
    went, looked_to = await nora.check_in(), (await nora.check_in()).id
    clock.advance(minutes=20)
    await look_at_those_due(nora.store)
    await nora.store.write(nora.cast.nora.actor, mark_seen, looked_to, None)
    await nora.store.write(nora.cast.nora.actor, register_left, went.id, went.version)
    await nora.store.write(nora.cast.nora.actor, take_alarm, looked_to)
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)

    told = (await seen_by(nora)).acted_on

    assert ActedOn(rule=Rule.UNSEEN, rang=2, acted=1) in told, "one was looked to, one went unseen"
    assert ActedOn(rule=Rule.UNTRIAGED, rang=2, acted=0) in told


async def test_one_more_reason_while_somebody_is_on_the_way_is_not_an_alarm_that_came_to_nothing(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    clock.advance(minutes=19)
    await look_at_those_due(nora.store)
    await nora.store.write(nora.cast.nora.actor, take_alarm, encounter)
    clock.advance(minutes=1)
    await look_at_those_due(nora.store)  # nobody has looked in either: rings for both
    await nora.assess(encounter)

    told = (await seen_by(nora)).acted_on

    assert ActedOn(rule=Rule.UNTRIAGED, rang=1, acted=1) in told


async def test_only_looking_to_a_patient_does_not_silence_what_it_does_not_mend(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    clock.advance(minutes=20)
    await look_at_those_due(nora.store)

    await nora.store.write(nora.cast.nora.actor, mark_seen, encounter, None)

    still = await alarm_of(nora, encounter)
    assert still is not None
    assert still.rules == (Rule.UNTRIAGED,)


async def test_without_an_alarm_there_is_nothing_to_take_and_a_screen_cannot_take_one(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id

    with pytest.raises(NoAlarm):
        await nora.store.write(nora.cast.nora.actor, take_alarm, encounter)
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)
    with pytest.raises(NotAllowed):
        await nora.store.write(nora.cast.wall.actor, take_alarm, encounter)


async def test_a_level_below_the_suggested_rings_until_another_person_has_looked(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    lowered = await nora.assess(encounter, level="green", reason="Kjent fra før")
    assert lowered.second_look_needed
    assert (await nora.row(encounter)).second_look_at == clock() + timedelta(minutes=15)
    with pytest.raises(SamePerson):
        await nora.store.write(nora.cast.nora.actor, confirm_level, encounter)
    clock.advance(minutes=15)
    await look_at_those_due(nora.store)
    ringing = await alarm_of(nora, encounter)
    assert ringing is not None
    assert ringing.rules[0] is Rule.SECOND_LOOK

    await nora.assess(encounter, level="green", reason="Fortsatt kjent")
    clock.advance(minutes=15)
    await look_at_those_due(nora.store)
    assert await alarm_of(nora, encounter) is not None, "the same person again is no second look"

    await nora.store.write(nora.cast.kari.actor, confirm_level, encounter)
    assert await alarm_of(nora, encounter) is None
    assert (await nora.row(encounter)).second_look_at is None
    with pytest.raises(NothingToConfirm):
        await nora.store.write(nora.cast.kari.actor, confirm_level, encounter)


async def test_whoever_slips_out_of_watch_is_found_within_the_minute(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id

    async def forget(work: Work) -> None:
        await work.session.delete(await work.session.get_one(Watch, encounter))

    await nora.store.write(system(UNIT), forget)
    assert dict(await nora.store.read(unwatched)) == {UNIT: [encounter]}
    clock.advance(minutes=11)

    assert await watch_everybody(nora.store) == 1
    assert await alarm_of(nora, encounter) is not None
    assert await nora.store.read(unwatched) == {}


async def test_somebody_urgent_who_leaves_unseen_becomes_a_task_until_they_are_reached(
    nora: Hand, clock: SettableClock
) -> None:
    arrived = await nora.check_in()
    assessed = await nora.assess(arrived.id)
    me = nora.cast.nora.actor
    await nora.store.write(me, register_left, arrived.id, assessed.version)

    (task,) = (await seen_by(nora)).tasks
    assert (task.encounter, task.number, task.attempts) == (arrived.id, arrived.number, ())
    assert (task.name, task.level, task.created_at) == ("Ingrid S.", 2, clock())
    unanswered = await nora.store.write(me, try_call_back, task.id, Attempt(result="no-answer"))
    assert (unanswered.done, unanswered.due_at > clock()) == (False, True)
    reached = await nora.store.write(me, try_call_back, task.id, Attempt(result="comes-back"))
    assert (reached.done, reached.attempts) == (True, 2)
    assert (await seen_by(nora)).tasks == ()
    with pytest.raises(TaskDone):
        await nora.store.write(me, try_call_back, task.id, Attempt(result="reached"))


async def test_the_coordinator_sees_who_has_no_doctor_who_is_late_soon_and_how_much_each_doctor_has(
    nora: Hand, clock: SettableClock
) -> None:
    taken, waits = (await nora.check_in()).id, (await nora.check_in()).id
    await nora.store.write(nora.cast.dag.actor, take_patient, taken, Taking())
    await nora.assess(waits)

    seen = await seen_by(nora)

    assert seen.unassigned == (waits,)
    assert [(each.name, each.patients) for each in seen.doctors] == [("Dag Holm", 1), ("Dina Berg", 0)]
    assert [each.encounter for each in seen.late_soon] == [waits]


async def test_an_alarm_that_rings_gets_one_more_reason_and_is_still_the_same_alarm(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)
    began = clock()
    clock.advance(minutes=10)

    assert await look_at_those_due(nora.store) == 1
    ringing = await alarm_of(nora, encounter)
    assert ringing is not None
    assert ringing.rules == (Rule.UNTRIAGED, Rule.UNSEEN)
    assert (ringing.since, ringing.number) == (began, 1), "nobody has let it come to nothing"


async def test_a_patient_who_is_triaged_too_late_was_acted_on_and_rings_for_what_is_next(
    nora: Hand, clock: SettableClock
) -> None:
    encounter = (await nora.check_in()).id
    clock.advance(minutes=10)
    await look_at_those_due(nora.store)

    await nora.assess(encounter)

    now = await alarm_of(nora, encounter)
    assert now is not None
    assert (now.rules, now.number) == ((Rule.TARGET,), 1)
    assert ActedOn(rule=Rule.UNTRIAGED, rang=1, acted=1) in (await seen_by(nora)).acted_on


async def test_a_coordinators_screen_that_asks_again_and_again_has_opened_the_list_once(
    nora: Hand, clock: SettableClock
) -> None:
    kari = nora.cast.kari.actor
    for _ in range(3):
        await nora.store.write(kari, list_followed, "overview", same_within=timedelta(hours=1))
    clock.advance(minutes=61)
    await nora.store.write(kari, list_followed, "overview", same_within=timedelta(hours=1))
    await nora.store.write(nora.cast.dag.actor, list_followed, "overview", same_within=timedelta(hours=1))

    async def logged(work: Work) -> list[str]:
        found = await work.session.execute(select(AccessLogRow).where(AccessLogRow.what == "overview"))
        return sorted(row.actor_name for row in found.scalars())

    assert await nora.store.write(system(UNIT), logged) == ["Dag Holm", "Kari Moe", "Kari Moe"]


@pytest.mark.parametrize(("rang", "acted", "noise"), [(10, 1, True), (10, 2, False), (9, 0, False)])
def test_a_rule_acted_on_less_than_one_time_in_five_is_noise(rang: int, acted: int, noise: bool) -> None:
    assert is_noise(rang, acted) is noise


async def test_lowering_a_level_once_more_wins_no_time(nora: Hand, clock: SettableClock) -> None:
    encounter = (await nora.check_in()).id
    await nora.assess(encounter, level="green", reason="Kjent fra før")
    clock.advance(minutes=14)
    await nora.assess(encounter, level="green", reason="Fortsatt kjent")

    clock.advance(minutes=1)
    await look_at_those_due(nora.store)

    ringing = await alarm_of(nora, encounter)
    assert ringing is not None
    assert Rule.SECOND_LOOK in ringing.rules


async def test_whatever_is_watched_for_is_one_question_at_each_change_of_a_patient(nora: Hand) -> None:
    encounter = (await nora.check_in()).id
    engine, asked = nora.store.database.writer.sync_engine, list[str]()

    def listen(*told: Any) -> None:
        asked.append(told[2])

    event.listen(engine, "before_cursor_execute", listen)
    try:
        await nora.store.write(nora.cast.nora.actor, mark_seen, encounter, None)
    finally:
        event.remove(engine, "before_cursor_execute", listen)

    watched = ("FROM watch", "JOIN watch", "FROM alarm", "FROM observation_plan", "FROM observation_due")
    assert len([each for each in asked if any(table in each for table in watched)]) == 1, asked
