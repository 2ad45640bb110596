"""Measuring (måle) outside triage: recorded, and put right as a new version; what is worse is rung for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter, Patient, Unit
from core.store.work import Work
from core.text import Answer, Moment, ShortText
from triage.events import VitalsCorrected, VitalsMeasured
from triage.rules.age import age_months
from triage.rules.observe import plan as plans
from triage.rules.observe.rounds import (
    CorrectedAlready,
    MeasuredTimeNotPossible,
    NewMeasurement,
    RoundValue,
    carried,
    evaluate_round,
    values_of,
)
from triage.rules.observe.standing import Look, last_total, limits_passed, worse_since
from triage.rules.observe.worse import score_in
from triage.rules.scale_use.asked import kept
from triage.rules.scale_use.scored import odd_ones, require_confirmed, score_row
from triage.rules.scales.engine import Evaluation
from triage.scale_packs import scale_in_use
from triage.tables import Assessment, TriageState
from triage.vitals_tables import (
    MeasuredValue,
    Measurement,
    ObservationDue,
    ObservationPlan,
    active_plan,
    due_after,
    due_now,
    looks_of,
)

MEASURED_BEFORE = timedelta(hours=6)
"""How long ago values may have been measured, e.g. on the way here or while the power was out."""


class CorrectedMeasurement(NewMeasurement):
    """The whole round as it should have been, and why; `withdrawn` when it was never this patient's."""

    reason: ShortText
    withdrawn: bool = False


class Measured(Answer):
    """What was recorded, what the scales said, and what follows."""

    id: str  # encounter
    version: int
    measurement: str
    evaluations: tuple[Evaluation, ...]
    worse: bool | None  # than at triage; None: nothing measured since can tell
    passed: tuple[str, ...]  # limits of the plan at which a doctor is called
    left_out: tuple[str, ...] = ()  # asked for by the plan and not measured: the time still waits
    next_due_at: Moment | None = None


class _Recorded(NamedTuple):
    row: Measurement
    evaluations: tuple[Evaluation, ...]
    values: tuple[RoundValue, ...]


async def measure_vitals(work: Work, encounter_id: str, given: NewMeasurement) -> Measured:
    """Record a round (registrere måling). Who was measured has been looked to."""
    encounter = await _here(work, encounter_id)
    given.require_something()
    triage = await _triage(work, encounter.id)
    before = last_total([*await looks_of(work.session, encounter.id), *filter(None, [_look(triage)])])
    recorded = await _record(work, encounter, given, status="final")
    await _looked_to(work, recorded)
    plan = (await work.session.execute(active_plan(encounter.id))).scalar_one_or_none()
    left, due_at = await _answer_due(work, plan, recorded)
    answer = await _stands(work, encounter, plan, recorded)
    await work.record(VitalsMeasured(**_told(recorded.row, answer), before=before))
    return answer.model_copy(update={"left_out": left, "next_due_at": due_at})


async def correct_vitals(
    work: Work, encounter_id: str, measurement_id: str, given: CorrectedMeasurement
) -> Measured:
    """Put a round right (rette måling): a version more, and what followed from it is judged anew."""
    encounter = await _here(work, encounter_id)
    wrong = await work.session.get(Measurement, measurement_id)
    if wrong is None or wrong.encounter_id != encounter.id:
        raise NotFound(encounter=encounter_id)
    later = await work.session.execute(select(Measurement.id).where(Measurement.replaces == wrong.id))
    if later.scalar_one_or_none() is not None or wrong.status == "entered-in-error":
        raise CorrectedAlready
    plan = (await work.session.execute(active_plan(encounter.id))).scalar_one_or_none()
    if given.withdrawn:
        recorded = await _withdraw(work, wrong, given.reason)
        await _due_again(work, plan, wrong)
    else:
        given.require_something()
        recorded = await _record(work, encounter, given, status="amended", wrong=wrong)
    answer = await _stands(work, encounter, plan, recorded)
    told = _told(recorded.row, answer) | {"worse": bool(answer.worse), "happened_at": work.now}
    await work.record(VitalsCorrected(**told, before=None))
    return answer


async def _here(work: Work, encounter_id: str) -> Encounter:
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    if encounter.status == Status.PLANNED:
        raise encounters.NotPossibleNow(encounter_status=encounter.status)
    return encounter


async def _record(
    work: Work,
    encounter: Encounter,
    given: NewMeasurement,
    *,
    status: str,
    wrong: Measurement | None = None,
) -> _Recorded:
    at = _possible_time(work, given.measured_at, wrong)
    unit = await work.session.get_one(Unit, encounter.unit_id)
    patient = await work.session.get_one(Patient, encounter.patient_id)
    triage = await _triage(work, encounter.id)
    main = await scale_in_use(work.session, unit)
    measured = given.findings(age_months(patient.birth_date, local(at).date()))
    findings = carried(measured, triage.inputs if triage else None)
    evaluations = evaluate_round(main, findings)
    require_confirmed(evaluations, given.confirmed)
    row = _row(work, encounter.id, status, at, wrong)
    row.source, row.device = given.source, given.device
    row.scores = [score_row(each, main, None) for each in evaluations]
    row.inputs = kept(findings)
    row.confirmed = sorted(given.confirmed & odd_ones(evaluations))
    row.reason = given.reason if isinstance(given, CorrectedMeasurement) else None
    work.session.add(row)
    await work.session.flush()
    values = values_of(given, measured)
    work.session.add_all(
        MeasuredValue(measurement_id=row.id, encounter_id=encounter.id, **each.model_dump())
        for each in values
    )
    await work.session.flush()
    return _Recorded(row, evaluations, values)


async def _withdraw(work: Work, wrong: Measurement, reason: str) -> _Recorded:
    row = _row(work, wrong.encounter_id, "entered-in-error", wrong.measured_at, wrong)
    row.source, row.device, row.reason = wrong.source, wrong.device, reason
    row.scores, row.inputs, row.confirmed = [], {}, []
    work.session.add(row)
    await work.session.flush()
    return _Recorded(row, (), ())


def _row(work: Work, encounter: str, status: str, at: datetime, wrong: Measurement | None) -> Measurement:
    return Measurement(
        id=new_id(),
        encounter_id=encounter,
        status=status,
        measured_at=at,
        recorded_at=work.now,
        by_id=work.actor.id,
        by_name=work.actor.name,
        by_role=work.actor.role.value,
        replaces=wrong.id if wrong else None,
    )


def _possible_time(work: Work, given: datetime | None, wrong: Measurement | None) -> datetime:
    at = given or (wrong.measured_at if wrong else work.now)
    first = (wrong.measured_at if wrong else work.now) - MEASURED_BEFORE
    if not first <= at <= work.now + timedelta(minutes=1):
        raise MeasuredTimeNotPossible(field="measured_at")
    return at


async def _triage(work: Work, encounter_id: str) -> Assessment | None:
    found = await work.session.execute(
        select(Assessment)
        .where(Assessment.encounter_id == encounter_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.recorded_at.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()


def _look(triage: Assessment | None) -> Look | None:
    return Look(triage.assessed_at, score_in(triage.scores), {}) if triage else None


async def _looked_to(work: Work, recorded: _Recorded) -> None:
    """Who was measured was seen; and the chart may ask to look again sooner, never later."""
    at = recorded.row.measured_at
    state = await work.session.get_one(TriageState, recorded.row.encounter_id)
    state.last_seen_at = max(at, state.last_seen_at or at)
    state.nurse = work.actor.initials
    every = [each.monitor_minutes for each in recorded.evaluations if each.complete and each.monitor_minutes]
    if every and state.next_assessment_at is not None:
        state.next_assessment_at = min(state.next_assessment_at, at + timedelta(minutes=min(every)))


async def _answer_due(
    work: Work, plan: ObservationPlan | None, recorded: _Recorded
) -> tuple[tuple[str, ...], datetime | None]:
    """The time that waited is done when all that the plan asks for was measured; the next one is a row."""
    if plan is None:
        return (), None
    due = (await work.session.execute(due_now(plan.encounter_id))).scalar_one()
    left = plans.left_out(plan.signs, [each.code for each in recorded.values])
    if left or recorded.row.measured_at < plan.begun_at:
        return left, due.due_at
    due.measurement_id = recorded.row.id
    return (), await _next(work, due, plans.next_due(recorded.row.measured_at, plan.every_minutes))


async def _due_again(work: Work, plan: ObservationPlan | None, wrong: Measurement) -> None:
    """What was never this patient's did not answer the time it was put under."""
    found = await work.session.execute(
        select(ObservationDue).where(ObservationDue.measurement_id == wrong.id)
    )
    answered = found.scalar_one_or_none()
    if plan is not None and answered is not None and answered.plan_id == plan.id:
        due = (await work.session.execute(due_now(plan.encounter_id))).scalar_one()
        await _next(work, due, answered.due_at)


async def _next(work: Work, due: ObservationDue, at: datetime) -> datetime:
    due.done_at = work.now
    await work.session.flush()  # only one time may wait, also within this transaction
    work.session.add(due_after(due, at))
    return at


async def _stands(
    work: Work, encounter: Encounter, plan: ObservationPlan | None, recorded: _Recorded
) -> Measured:
    rounds = await looks_of(work.session, encounter.id)
    limits = [plans.Limit.model_validate(each) for each in plan.limits] if plan else []
    return Measured(
        id=encounter.id,
        version=encounter.version,
        measurement=recorded.row.id,
        evaluations=recorded.evaluations,
        worse=worse_since(_look(await _triage(work, encounter.id)), rounds),
        passed=limits_passed(limits, rounds, since=plan.begun_at) if plan else (),
    )


def _told(row: Measurement, answer: Measured) -> dict[str, Any]:
    shown = [f"{each['name']} {each['total']}" for each in row.scores if each["complete"]]
    return {
        "encounter_id": row.encounter_id,
        "happened_at": row.measured_at,
        "measurement": row.id,
        "scores": ", ".join(shown),
        "worse": answer.worse,
        "passed": answer.passed,
    }
