"""How the ward runs today, beside the same weekday before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from core.patients.tables import Encounter
from core.store.work import Store, Work
from journal.commands.take_patient import Taking, take_patient
from tests.cast import UNIT, move_in, system
from tests.conftest import SettableClock
from triage.commands.check_in import Arrival, check_in
from triage.commands.look_after import register_left
from triage.queries.figures.running_today import running_today
from triage.tables import TriageState

OCTOBER_NIGHT = datetime(2026, 10, 25, 8, 30, tzinfo=UTC)  # a Sunday of twenty-five hours, half past nine


async def test_today_is_counted_since_midnight_and_nobody_who_waits_too_long_is_left_out(
    store: Store, clock: SettableClock
) -> None:
    clock.now = OCTOBER_NIGHT
    cast = await move_in(store)

    async def came(hours_ago: float) -> str:
        arrival = Arrival.model_validate({"called": "Noen", "complaint": "Hoste"})
        id = (await store.write(cast.nora.actor, check_in, arrival, UNIT, "test")).id
        await change(Encounter, Encounter.id == id, arrived_at=clock() - timedelta(hours=hours_ago))
        return id

    async def change(table: Any, which: Any, **values: Any) -> None:
        async def write(work: Work) -> None:
            await work.session.execute(update(table).where(which).values(**values))

        await store.write(system(UNIT), write)

    async def level(id: str, *, due: float) -> None:
        at = clock() + timedelta(hours=due)
        await change(
            TriageState, TriageState.encounter_id == id, level_rank=3, target_minutes=60, target_at=at
        )

    before_midnight, in_time, too_late, gone = await came(11), await came(3), await came(2), await came(1)
    for week in (1, 2, 3):
        for hour in (1, 2, -3):  # the last one later than now
            await came(24 * 7 * week + hour)
    await level(in_time, due=0.5)
    await level(too_late, due=-0.5)
    await store.write(cast.dag.actor, take_patient, in_time, Taking(), None)
    await store.write(cast.nora.actor, register_left, gone, 1)

    today = await store.read(running_today, UNIT, clock())

    assert before_midnight
    assert (today.arrivals, today.usual_arrivals, today.left) == (3, 2, 1)
    assert len(today.by_hour) == 10
    assert sum(today.usual_by_hour) == 3
    assert (today.in_time, today.judged) == (1, 2)
    [wait] = today.to_doctor
    assert (wait.level, wait.target, wait.median, wait.ninety) == (3, 60, 180, 180)
