"""Watching over those who wait or are observed (vakt): after all that happens, and when a time has come.

One reaction to every event, so that no command can forget a patient; and one job that rings what is due.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, inspect, select, update

from core.ids import Role, new_id
from core.patients.encounter import Status
from core.patients.tables import Encounter, Unit
from core.store.event_log import Event
from core.store.work import Work
from triage.events import (
    AlarmRang,
    DoctorCalled,
    LevelConfirmed,
    ObservationBegun,
    ObservationEnded,
    PatientAssessed,
    PatientLeft,
    PatientSeen,
    VitalsMeasured,
)
from triage.rules.levels import second_look_needed
from triage.rules.safety import alarms
from triage.rules.safety.acted_on import Outcome
from triage.rules.safety.alarms import Active, Limits, Rule, Verdict, Waiting
from triage.tables import Alarm, Assessment, TriageState, Watch
from triage.vitals_tables import ObservationDue, ObservationPlan

_WAITS = (Status.ARRIVED, Status.TRIAGED)
_HERE = (*_WAITS, Status.IN_PROGRESS)

# One question, put together once: every change of every patient asks it.
_KNOWN = (
    select(Watch, Alarm, ObservationPlan.until_at, ObservationDue.due_at)
    .select_from(Encounter)
    .outerjoin(Watch, Watch.encounter_id == Encounter.id)
    .outerjoin(Alarm, and_(Alarm.encounter_id == Encounter.id, Alarm.ended_at.is_(None)))
    .outerjoin(
        ObservationPlan,
        and_(ObservationPlan.encounter_id == Encounter.id, ObservationPlan.ended_at.is_(None)),
    )
    .outerjoin(
        ObservationDue, and_(ObservationDue.encounter_id == Encounter.id, ObservationDue.done_at.is_(None))
    )
    .where(Encounter.id == bindparam("encounter"))
)


async def watch_over(work: Work, event: Event) -> None:
    """The reaction: judge the patient's alarm anew. Reacts to everything, also to what is not made yet."""
    if event.encounter_id is None:
        # The unit's minutes may have changed: look at everybody in the next second.
        await work.session.execute(update(Watch).where(Watch.unit_id == work.unit).values(look_at=work.now))
    elif not isinstance(event, AlarmRang):
        await _look(work, event.encounter_id, event)


async def ring_due(work: Work, encounter_ids: list[str]) -> int:
    """Look at those whose time has come; says how many began to ring. Safe to run late or twice."""
    rang = 0
    for encounter_id in encounter_ids:
        rang += await _look(work, encounter_id, None)
    return rang


async def _look(work: Work, encounter_id: str, event: Event | None) -> bool:
    encounter = await work.session.get_one(Encounter, encounter_id)
    watch, row, observe_at = await _known(work, encounter_id)
    waits = encounter.status in _WAITS and encounter.doctor_id is None
    if encounter.status not in _HERE:
        observe_at = None
    if watch is None and encounter.status in _HERE:
        watch = Watch(encounter_id=encounter_id, unit_id=encounter.unit_id)
    if watch is not None:
        _measured(work, watch, encounter, event)
    if not waits and (watch is None or not any((observe_at, watch.worse_at, watch.limit_at))):
        _end(work, row, "left" if isinstance(event, PatientLeft) else "acted")
        if watch is not None and inspect(watch).persistent:
            await work.session.delete(watch)
        return False
    assert watch is not None
    limits = alarms.limits_of((await work.session.get_one(Unit, encounter.unit_id)).choices)
    if not waits:  # what the waiting room waited for is over
        watch.second_look_at = watch.second_look_after = watch.doctor_called_at = None
    else:
        await _asked_for(work, watch, event, limits)
    state = await work.session.get_one(TriageState, encounter_id)
    waiting = _waiting(encounter, state, watch, observe_at)
    verdict = alarms.judge(waiting, _as_rule(row), limits, work.now)
    watch.look_at = verdict.look_at
    work.session.add(watch)
    await _carry_out(work, encounter, state, row, verdict)
    return verdict.rings_anew


async def _known(work: Work, encounter_id: str) -> tuple[Watch | None, Alarm | None, datetime | None]:
    """What is watched for, what rings, and when the plan of observation next wants somebody: a measurement is
    due, or it comes to its end.
    """
    watch, row, until_at, due_at = (await work.session.execute(_KNOWN, {"encounter": encounter_id})).one()
    return watch, row, min(until_at, due_at) if until_at is not None else None


def _measured(work: Work, watch: Watch, encounter: Encounter, event: Event | None) -> None:
    """What was measured rings until a doctor has been there, it is better, or triage was done anew."""
    by_doctor = isinstance(event, PatientSeen) and work.actor.role is Role.DOCTOR
    since = max(filter(None, (watch.worse_at, watch.limit_at)), default=None)
    came = since is not None and encounter.taken_at is not None and encounter.taken_at >= since
    if by_doctor or came or encounter.status not in _HERE:
        watch.worse_at = watch.limit_at = None
    if isinstance(event, PatientAssessed):
        watch.worse_at = None
    if isinstance(event, ObservationBegun | ObservationEnded):
        watch.limit_at = None
    if isinstance(event, VitalsMeasured):
        watch.limit_at = (watch.limit_at or work.now) if event.passed else None
        if event.worse is not None:
            watch.worse_at = (watch.worse_at or work.now) if event.worse else None


async def _asked_for(work: Work, watch: Watch, event: Event | None, limits: Limits) -> None:
    await _second_look(work, watch, event, limits)
    if isinstance(event, DoctorCalled):
        watch.doctor_called_at = watch.doctor_called_at or work.now
    elif isinstance(event, PatientSeen) and work.actor.role is Role.DOCTOR:
        watch.doctor_called_at = None  # who takes the patient ends it too; a nurse who goes does not


async def _second_look(work: Work, watch: Watch, event: Event | None, limits: Limits) -> None:
    if isinstance(event, LevelConfirmed):
        watch.second_look_at = watch.second_look_after = None
    if not isinstance(event, PatientAssessed):
        return
    latest = await _latest(work, watch.encounter_id)
    if second_look_needed(latest.suggested_rank, latest.level_rank):
        # Who lowered a level cannot be the second look at it, however often, nor win time by it.
        if watch.second_look_after == latest.by_id:
            return
        by_another = watch.second_look_after is not None
        watch.second_look_at = None if by_another else alarms.second_look_at(latest.assessed_at, limits)
        watch.second_look_after = None if by_another else latest.by_id
    else:
        watch.second_look_at = watch.second_look_after = None


async def _latest(work: Work, encounter_id: str) -> Assessment:
    statement = (
        select(Assessment)
        .where(Assessment.encounter_id == encounter_id)
        .order_by(Assessment.assessed_at.desc(), Assessment.recorded_at.desc())
        .limit(1)
    )
    return (await work.session.execute(statement)).scalar_one()


def _waiting(encounter: Encounter, state: TriageState, watch: Watch, observe_at: datetime | None) -> Waiting:
    return Waiting(
        level=state.level_rank,
        arrived_at=encounter.arrived_at,
        has_doctor=encounter.doctor_id is not None,
        target_at=state.target_at,
        next_assessment_at=state.next_assessment_at,
        last_seen_at=state.last_seen_at,
        second_look_at=watch.second_look_at,
        doctor_called_at=watch.doctor_called_at,
        worse_at=watch.worse_at,
        limit_at=watch.limit_at,
        observe_at=observe_at,
    )


def _as_rule(row: Alarm | None) -> Active | None:
    return None if row is None else Active(frozenset(Rule(rule) for rule in row.rules), row.again_at)


async def _carry_out(
    work: Work, encounter: Encounter, state: TriageState, row: Alarm | None, verdict: Verdict
) -> None:
    if verdict.alarm is None:
        _end(work, row, "acted")
        return
    rules = tuple(rule.value for rule in Rule if rule in verdict.alarm.rules)
    # What it was about may be done, and something else be due in the same moment: that is another alarm.
    same = row is not None and bool(set(row.rules) & set(rules))
    if row is not None and (same or not verdict.rings_anew):
        row.mended = [*row.mended, *(rule for rule in row.rules if rule not in rules)]
    if row is not None and (not verdict.rings_anew or (same and row.taken_at is None)):
        row.rules = list(rules)  # one that rings already has one more reason, or one less
    else:
        if row is not None and same:
            row.rules = [rule for rule in row.rules if rule in rules]
        _end(work, row, _why_anew(row, work.now) if same else "acted")
        await work.session.flush()  # only one may be active at a time, also within this transaction
        row = _rings(work, encounter, state, rules, _number(row, work.now) if same else 1)
    if verdict.rings_anew:
        event = AlarmRang(encounter_id=encounter.id, happened_at=work.now, rules=rules, number=row.number)
        await work.record(event, unit=encounter.unit_id)


def _why_anew(before: Alarm | None, now: datetime) -> Outcome:
    """It was taken and nothing came of it; or somebody is on the way, and there is one more reason."""
    assert before is not None
    return "again" if before.again_at is not None and before.again_at <= now else "grew"


def _number(before: Alarm | None, now: datetime) -> int:
    """Which time it rings for the same cause: one more when it was taken and nothing came of it."""
    assert before is not None
    return before.number + (_why_anew(before, now) == "again")


def _rings(
    work: Work, encounter: Encounter, state: TriageState, rules: tuple[str, ...], number: int
) -> Alarm:
    row = Alarm(
        id=new_id(),
        unit_id=encounter.unit_id,
        encounter_id=encounter.id,
        number=number,
        rules=list(rules),
        level_rank=state.level_rank,
        rang_at=work.now,
    )
    work.session.add(row)
    return row


def _end(work: Work, row: Alarm | None, outcome: Outcome) -> None:
    if row is not None:
        row.ended_at, row.outcome = work.now, outcome
        row.ended_by_id, row.ended_by_name = work.actor.id, work.actor.name
