"""Triage (triagere): findings in, the scale's suggestion and the nurse's level out, deadlines set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import Delete, delete, select

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Invalid
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter, Patient, Unit
from core.store.work import Work
from core.text import Answer, Code, LongText, Moment, ShortText
from triage.events import PatientAssessed
from triage.rules import deadlines
from triage.rules.age import age_months
from triage.rules.levels import Level, choose_level, level_of, second_look_needed
from triage.rules.scale_use.asked import ScaleInput, kept
from triage.rules.scale_use.scored import odd_ones, require_confirmed, score_row
from triage.rules.scales.beside import evaluate_all
from triage.rules.scales.engine import Evaluation
from triage.rules.scales.refusals import NotForTriage, ScaleUnknown
from triage.rules.scales.scale import Scale
from triage.rules.scales.values import Findings
from triage.rules.vital_signs import VITAL_SIGNS, rounded
from triage.scale_packs import find_scale, scale_in_use, scale_on_trial, unit_levels
from triage.tables import Assessment, TriageDraft, TriageState, VitalSign

MEASURED_BEFORE = timedelta(hours=6)
"""How long before the assessment the values may have been measured, e.g. in the ambulance."""

Mark = Literal["allergy", "infection", "fall", "interpreter"]


class AssessedTimeNotPossible(Invalid):
    """A time before the patient came, or in the future."""

    code = "time-not-possible"


class NewAssessment(ScaleInput):
    """An assessment (triagevurdering): findings, and a level with reason when another than suggested."""

    scale: Code | None = None  # None: the one the unit uses
    level: Code | None = None
    reason: ShortText | None = None
    reason_code: Literal["clinical-look", "known-before", "values-misleading", "risk", "other"] | None = None
    complaint: ShortText | None = None  # None: as it was said at the door
    history: LongText | None = None
    pain: Annotated[int, Field(ge=0, le=10)] | None = None
    marks: Mapping[Mark, bool] = {}  # notes on the board to set or take away; the others stay
    no_signs: bool = False
    measured_at: Moment | None = None  # None: as it was assessed
    confirmed: Annotated[frozenset[Code], Field(max_length=40)] = frozenset()  # odd values that are right
    assessed_at: Moment | None = None


class Assessed(Answer):
    """What the scale said, what was chosen, and by when a doctor and a new assessment are due."""

    id: str
    version: int
    assessment_id: str
    status: str
    evaluations: tuple[Evaluation, ...]
    suggested_level: str | None
    level: str
    rank: int
    second_look_needed: bool
    target_at: Moment | None
    next_assessment_at: Moment | None
    continuous: bool


async def assess(work: Work, encounter_id: str, given: NewAssessment, expected: int | None) -> Assessed:
    """Set the level (triagere), by the scale or by choice with a reason."""
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    if encounter.status == Status.PLANNED:
        # Nobody watches over somebody who is not here yet: who is triaged has come, and is checked in first.
        raise encounters.NotPossibleNow(encounter_status=encounter.status)
    at = _possible_time(work, encounter, given.assessed_at)
    unit = await work.session.get_one(Unit, encounter.unit_id)
    main = await scale_in_use(work.session, unit, given.scale)
    if main.helper:
        raise NotForTriage(scale=main.id)
    findings = await _findings(work, encounter, given, at)
    trial = await scale_on_trial(work.session, unit, main)
    evaluations = evaluate_all(main, trial, findings)
    require_confirmed(evaluations, given.confirmed)
    level = choose_level(unit_levels(unit, main), evaluations[0], chosen=given.level, reason=given.reason)
    row = _assessment(work, encounter, given, level, evaluations, at)
    before, marks = encounter.complaint, _told(encounter, given)
    row.scores = [score_row(each, main, trial) for each in evaluations]
    row.inputs = kept(findings)
    work.session.add(row)
    await work.session.flush()
    work.session.add_all(_vital_signs(encounter, row, findings, _measured(given, at)))
    await work.session.execute(_own_draft(work, encounter))
    state = await _restate(work, encounter, unit)
    if encounter.status == Status.ARRIVED:
        encounters.move(encounter, Status.TRIAGED)
    version = encounters.changed(encounter)
    await work.record(_event(encounter, level, row, before=before, marks=marks))
    return Assessed(
        id=encounter.id,
        version=version,
        assessment_id=row.id,
        status=encounter.status,
        evaluations=evaluations,
        suggested_level=evaluations[0].level,
        level=level.code,
        rank=level.rank,
        second_look_needed=second_look_needed(evaluations[0].rank, level.rank),
        target_at=state.target_at,
        next_assessment_at=state.next_assessment_at,
        continuous=state.continuous,
    )


def _possible_time(work: Work, encounter: Encounter, at: datetime | None) -> datetime:
    moment = at or work.now
    if not encounter.arrived_at <= moment <= work.now + timedelta(minutes=1):
        raise AssessedTimeNotPossible(field="assessed_at")
    return moment


def _measured(given: NewAssessment, at: datetime) -> datetime:
    moment = given.measured_at or at
    if not at - MEASURED_BEFORE <= moment <= at + timedelta(minutes=1):
        raise AssessedTimeNotPossible(field="measured_at")
    return moment


def _told(encounter: Encounter, given: NewAssessment) -> tuple[str, ...]:
    """What was said at the door, put right; which notes on the board are other than before."""
    encounter.complaint = given.complaint or encounter.complaint
    changed = tuple(sorted(mark for mark, on in given.marks.items() if on != (mark in encounter.flags)))
    if changed:
        encounter.flags = sorted({*encounter.flags} ^ {*changed})
    return changed


def _own_draft(work: Work, encounter: Encounter) -> Delete:
    return delete(TriageDraft).where(
        TriageDraft.encounter_id == encounter.id, TriageDraft.author_id == work.actor.id
    )


async def _findings(work: Work, encounter: Encounter, given: NewAssessment, at: datetime) -> Findings:
    patient = await work.session.get_one(Patient, encounter.patient_id)
    return given.findings(age_months(patient.birth_date, local(at).date()))


def _assessment(
    work: Work,
    encounter: Encounter,
    given: NewAssessment,
    level: Level,
    evaluations: tuple[Evaluation, ...],
    at: datetime,
) -> Assessment:
    return Assessment(
        id=new_id(),
        encounter_id=encounter.id,
        scale=evaluations[0].scale,
        scale_version=evaluations[0].version,
        level_rank=level.rank,
        level_code=level.code,
        suggested_rank=evaluations[0].rank,
        suggested_code=evaluations[0].level,
        reason=given.reason,
        reason_code=given.reason_code,
        complaint=given.complaint or encounter.complaint,
        history=given.history or None,
        pain=given.pain,
        no_signs=given.no_signs and not given.discriminators,
        discriminators=sorted(given.discriminators),
        scores=[],
        confirmed=sorted(given.confirmed & odd_ones(evaluations)),
        assessed_at=at,
        recorded_at=work.now,
        by_id=work.actor.id,
        by_name=work.actor.name,
        by_role=work.actor.role.value,
    )


def _vital_signs(
    encounter: Encounter, row: Assessment, findings: Findings, measured_at: datetime
) -> list[VitalSign]:
    return [
        VitalSign(
            id=new_id(),
            encounter_id=encounter.id,
            assessment_id=row.id,
            code=code,
            value=rounded(code, value),
            unit=VITAL_SIGNS[code].unit,
            measured_at=measured_at,
        )
        for code, value in findings.values.items()
        if code in VITAL_SIGNS and isinstance(value, Decimal)
    ]


async def _restate(work: Work, encounter: Encounter, unit: Unit) -> TriageState:
    """Set level and deadlines from all assessments in order of time, also when one was entered afterwards."""
    found = await work.session.execute(
        select(Assessment)
        .where(Assessment.encounter_id == encounter.id)
        .order_by(Assessment.assessed_at, Assessment.recorded_at)
    )
    rows = found.scalars().all()
    latest = rows[-1]
    level = level_of(unit_levels(unit, await _scale_of(work, latest)), latest.level_code)
    # The first level counts from the door, not from the triage table: waiting for triage is waiting too.
    history = [(encounter.arrived_at, rows[0].level_rank), *((r.assessed_at, r.level_rank) for r in rows)]
    # A scale on trial decides nothing, not even when to look again.
    every = [each["monitor_minutes"] for each in latest.scores if each.get("role") != "trial"]
    monitor = min((minutes for minutes in every if minutes is not None), default=None)
    state = await work.session.get_one(TriageState, encounter.id)
    state.level_rank, state.level_code = level.rank, level.code
    state.target_minutes = level.target_minutes
    state.target_at = deadlines.target_at(deadlines.level_since(history), level.target_minutes)
    state.next_assessment_at = deadlines.next_assessment_at(
        latest.assessed_at, level.reassess_minutes, monitor_minutes=monitor
    )
    state.continuous = state.next_assessment_at is None
    state.last_seen_at = max(latest.assessed_at, state.last_seen_at or latest.assessed_at)
    state.nurse = work.actor.initials
    return state


async def _scale_of(work: Work, row: Assessment) -> Scale:
    # During a change-over the latest assessment may be by another scale, or another version, than this one.
    try:
        return await find_scale(work.session, row.scale, row.scale_version)
    except ScaleUnknown:
        return await find_scale(work.session, row.scale)


def _event(
    encounter: Encounter, level: Level, row: Assessment, *, before: str, marks: tuple[str, ...]
) -> PatientAssessed:
    shown = [each for each in row.scores if each["complete"] and each["role"] != "trial"]
    return PatientAssessed(
        encounter_id=encounter.id,
        happened_at=row.assessed_at,
        level=level.rank,
        level_code=level.code,
        scores=", ".join(f"{each['name']} {each['total']}" for each in shown),
        complaint=(before, encounter.complaint) if before != encounter.complaint else None,
        marks=marks,
    )
