"""An encounter that is opened again (angret avslutning): whoever was observed is observed again, as before.

The old plan ended with the encounter and stays so; another with the same words takes its place.
"""

from __future__ import annotations

from sqlalchemy import select

from core.ids import new_id
from core.store.event_log import Event
from core.store.work import Work
from triage.vitals_tables import ObservationDue, ObservationPlan, active_plan

_AS_BEFORE = (
    *("encounter_id", "unit_id", "question", "signs", "every_minutes", "limits", "until_at"),
    *("begun_at", "begun_by_id", "begun_by_name"),
)


async def resume_observation(work: Work, event: Event) -> None:
    """The reaction to opening again: nobody silently stops being watched."""
    assert event.encounter_id is not None
    if (await work.session.execute(active_plan(event.encounter_id))).first() is not None:
        return
    found = await work.session.execute(
        select(ObservationPlan)
        .where(ObservationPlan.encounter_id == event.encounter_id)
        .order_by(ObservationPlan.version.desc())
        .limit(1)
    )
    before = found.scalar_one_or_none()
    if before is None or before.end_code != "encounter-ended":
        return
    plan = ObservationPlan(
        id=new_id(), version=before.version + 1, **{name: getattr(before, name) for name in _AS_BEFORE}
    )
    work.session.add(plan)
    await work.session.flush()
    due = await work.session.execute(
        select(ObservationDue.due_at)
        .where(ObservationDue.plan_id == before.id)
        .order_by(ObservationDue.number.desc())
        .limit(1)
    )
    work.session.add(
        ObservationDue(
            id=new_id(),
            plan_id=plan.id,
            encounter_id=plan.encounter_id,
            number=1,
            due_at=due.scalar_one_or_none() or work.now,
        )
    )
    await work.session.flush()
