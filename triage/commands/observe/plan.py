"""Putting somebody under observation (observasjonspost): a plan begins, is replaced, and ends."""

from __future__ import annotations

from core.access.permissions import Permission, require
from core.errors import Stale
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer, Moment
from triage.events import ObservationBegun, ObservationEnded
from triage.rules.observe.plan import (
    EndingObservation,
    NewObservation,
    NoObservation,
    first_due,
    require_possible,
)
from triage.vitals_tables import ObservationDue, ObservationPlan, active_plan, due_now, looks_of


class Observed(Answer):
    """The plan after the change; `version` is the plan's own."""

    id: str  # encounter
    plan: str
    version: int
    next_due_at: Moment | None


async def begin_observation(
    work: Work, encounter_id: str, given: NewObservation, expected: int | None
) -> Observed:
    """Observe by this plan from now on (observere). Limits and intervals are a doctor's to set.

    While another plan holds, `expected` is its version: nobody replaces a plan they have not seen.
    """
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    if encounter.status == Status.PLANNED:
        raise encounters.NotPossibleNow(encounter_status=encounter.status)
    require_possible(given.until_at, work.now)
    before = (await work.session.execute(active_plan(encounter.id))).scalar_one_or_none()
    if before is not None and expected != before.version:
        raise Stale(version=before.version, expected=expected)
    if before is not None:
        await _end(work, before, "replaced", None)
    rounds = await looks_of(work.session, encounter.id)
    plan = ObservationPlan(
        id=new_id(),
        encounter_id=encounter.id,
        unit_id=encounter.unit_id,
        version=(before.version if before else 0) + 1,
        question=given.question,
        signs=list(given.signs),
        every_minutes=given.every_minutes,
        limits=[limit.model_dump(mode="json") for limit in given.limits],
        until_at=given.until_at,
        begun_at=work.now,
        begun_by_id=work.actor.id,
        begun_by_name=work.actor.name,
    )
    work.session.add(plan)
    await work.session.flush()
    last = rounds[0].at if rounds else None
    due_at = first_due(last, given.every_minutes, work.now)
    work.session.add(
        ObservationDue(id=new_id(), plan_id=plan.id, encounter_id=encounter.id, number=1, due_at=due_at)
    )
    await work.record(ObservationBegun(encounter_id=encounter.id, happened_at=work.now, plan=plan.id))
    return Observed(id=encounter.id, plan=plan.id, version=plan.version, next_due_at=due_at)


async def end_observation(
    work: Work, encounter_id: str, ending: EndingObservation, *, expected: int
) -> Observed:
    """Observe no more, and say why (avslutte observasjon)."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id)
    plan = (await work.session.execute(active_plan(encounter.id))).scalar_one_or_none()
    if plan is None:
        raise NoObservation
    if expected != plan.version:
        raise Stale(version=plan.version, expected=expected)
    await _end(work, plan, ending.code, ending.reason)
    await work.record(ObservationEnded(encounter_id=encounter.id, happened_at=work.now, plan=plan.id))
    return Observed(id=encounter.id, plan=plan.id, version=plan.version, next_due_at=None)


async def end_with_encounter(work: Work, event: Event) -> None:
    """The reaction to everything: nobody who has gone, however it came, is to be measured any more."""
    if event.encounter_id is None:
        return
    # The encounter first: the command has it in hand, and while it is open nothing more is asked.
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    if encounters.is_open(encounter):
        return
    plan = (await work.session.execute(active_plan(event.encounter_id))).scalar_one_or_none()
    if plan is not None:
        await _end(work, plan, "encounter-ended", None)


async def _end(work: Work, plan: ObservationPlan, code: str, reason: str | None) -> None:
    plan.ended_at, plan.end_code, plan.end_reason = work.now, code, reason
    plan.ended_by_id, plan.ended_by_name = work.actor.id, work.actor.name
    due = (await work.session.execute(due_now(plan.encounter_id))).scalar_one_or_none()
    if due is not None:
        due.done_at = work.now
    await work.session.flush()
