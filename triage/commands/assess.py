"""Triage (triagere): findings in, the scale's suggestion and the nurse's level out, deadlines set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Invalid
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.encounter import Status
from core.patients.tables import Encounter, Patient, Unit
from core.store.work import Work
from core.text import Answer, Code, Measured, Moment, Request, ShortText
from triage.events import PatientAssessed
from triage.rules import deadlines
from triage.rules.age import age_months
from triage.rules.levels import Level, choose_level, level_of, levels, second_look_needed
from triage.rules.scales.beside import evaluate_beside
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale
from triage.rules.scales.values import Findings
from triage.rules.vital_signs import VITAL_SIGNS, rounded
from triage.tables import Assessment, TriageState, VitalSign

SignValue = Annotated[Measured | Code, Field(union_mode="left_to_right")]


class AssessedTimeNotPossible(Invalid):
    """A time before the patient came, or in the future."""

    code = "time-not-possible"


class ScaleInput(Request):
    """What a scale is asked about (funn). What is not given has not been measured."""

    vital_signs: Annotated[Mapping[Code, SignValue], Field(max_length=40)] = {}
    discriminators: Annotated[frozenset[Code], Field(max_length=40)] = frozenset()
    height_cm: Annotated[Decimal, Field(gt=0, le=300, max_digits=5, decimal_places=1)] | None = None
    pregnant: bool = False

    def findings(self, months: int | None) -> Findings:
        """As the rules see it."""
        return Findings(
            age_months=months,
            height_cm=self.height_cm,
            pregnant=self.pregnant,
            values=dict(self.vital_signs),
            discriminators=self.discriminators,
        )


class NewAssessment(ScaleInput):
    """An assessment (triagevurdering): findings, and a level with reason when another than suggested."""

    scale: Code = "sats"
    level: Code | None = None
    reason: ShortText | None = None
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
    at = _possible_time(work, encounter, given.assessed_at)
    evaluations = await _evaluate(work, encounter, given, at)
    unit = await work.session.get_one(Unit, encounter.unit_id)
    known = levels(
        scale(given.scale),
        targets=unit.choices.get("targets"),
        reassess=unit.choices.get("reassess"),
    )
    level = choose_level(known, evaluations[0], chosen=given.level, reason=given.reason)
    row = _assessment(work, encounter, given, level, evaluations, at)
    work.session.add(row)
    await work.session.flush()
    work.session.add_all(_vital_signs(encounter, row, given))
    state = await _restate(work, encounter, known)
    if encounter.status == Status.ARRIVED:
        encounters.move(encounter, Status.TRIAGED)
    version = encounters.changed(encounter)
    await work.record(_event(encounter, level, evaluations, at))
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


async def _evaluate(
    work: Work, encounter: Encounter, given: NewAssessment, at: datetime
) -> tuple[Evaluation, ...]:
    patient = await work.session.get_one(Patient, encounter.patient_id)
    findings = given.findings(age_months(patient.birth_date, local(at).date()))
    main = evaluate(scale(given.scale), findings)
    return (main, *evaluate_beside(main.scale, findings))


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
        discriminators=sorted(given.discriminators),
        scores=[_score(each) for each in evaluations],
        assessed_at=at,
        recorded_at=work.now,
        by_id=work.actor.id,
        by_name=work.actor.name,
        by_role=work.actor.role.value,
    )


def _score(evaluation: Evaluation) -> dict[str, Any]:
    return {**evaluation.model_dump(mode="json"), "name": scale(evaluation.scale).score_name}


def _vital_signs(encounter: Encounter, row: Assessment, given: NewAssessment) -> list[VitalSign]:
    return [
        VitalSign(
            id=new_id(),
            encounter_id=encounter.id,
            assessment_id=row.id,
            code=code,
            value=rounded(code, value),
            unit=VITAL_SIGNS[code].unit,
            measured_at=row.assessed_at,
        )
        for code, value in given.vital_signs.items()
        if code in VITAL_SIGNS and isinstance(value, Decimal)
    ]


async def _restate(work: Work, encounter: Encounter, known: tuple[Level, ...]) -> TriageState:
    """Set level and deadlines from all assessments in order of time, also when one was entered afterwards."""
    found = await work.session.execute(
        select(Assessment)
        .where(Assessment.encounter_id == encounter.id)
        .order_by(Assessment.assessed_at, Assessment.recorded_at)
    )
    rows = found.scalars().all()
    latest = rows[-1]
    level = level_of(known, latest.level_code)
    # The first level counts from the door, not from the triage table: waiting for triage is waiting too.
    history = [(encounter.arrived_at, rows[0].level_rank), *((r.assessed_at, r.level_rank) for r in rows)]
    monitor = min(
        (s["monitor_minutes"] for s in latest.scores if s["monitor_minutes"] is not None), default=None
    )
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


def _event(
    encounter: Encounter, level: Level, evaluations: tuple[Evaluation, ...], at: datetime
) -> PatientAssessed:
    scores = ", ".join(
        f"{scale(each.scale).score_name} {each.total}" for each in evaluations if each.complete
    )
    return PatientAssessed(
        encounter_id=encounter.id,
        happened_at=at,
        level=level.rank,
        level_code=level.code,
        scores=scores,
    )
