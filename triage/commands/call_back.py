"""Calling back those who left without being seen (ringe tilbake): begun by itself, ended by people."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.patients.tables import Encounter, Patient
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from triage.events import CalledBack, PatientLeft, PatientNotCome
from triage.rules.age import age_months
from triage.rules.safety import call_back as rule
from triage.rules.safety.call_back import Result
from triage.rules.telephone.course import RANK
from triage.tables import Expectation, Task, TriageState


class TaskDone(Conflict):
    """Somebody has done it already (oppgaven er gjort)."""

    code = "task-done"


class Attempt(Request):
    """One try to reach somebody, and what came of it."""

    result: Result
    remark: ShortText | None = Field(None, description="What was agreed; not clinical text")


class Tried(Answer):
    """The task after the attempt."""

    id: str
    attempts: int
    due_at: Moment
    done: bool


async def begin_call_back(work: Work, event: PatientLeft) -> None:
    """The reaction to somebody leaving: a task, if the rule says that they should be called."""
    assert event.encounter_id is not None
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    state = await work.session.get_one(TriageState, encounter.id)
    patient = await work.session.get_one(Patient, encounter.patient_id)
    months = age_months(patient.birth_date, local(work.now).date())
    due_at = rule.call_back_at(state.level_rank, months, work.now)
    if due_at is not None:
        work.session.add(_task(work, encounter, "call-back", due_at))


async def begin_no_show(work: Work, event: PatientNotCome) -> None:
    """The reaction to somebody who never came: always a task, the sooner the graver it was said to be."""
    assert event.encounter_id is not None
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    told = await work.session.get(Expectation, encounter.id)
    level = RANK[told.urgency] if told and told.urgency else None
    work.session.add(_task(work, encounter, "no-show", rule.no_show_at(level, work.now)))


def _task(work: Work, encounter: Encounter, kind: str, due_at: datetime) -> Task:
    return Task(
        id=new_id(),
        unit_id=encounter.unit_id,
        encounter_id=encounter.id,
        kind=kind,
        due_at=due_at,
        created_at=work.now,
        attempts=[],
    )


async def try_call_back(work: Work, task_id: str, attempt: Attempt) -> Tried:
    """Note a try to reach them; done when they were reached, or when enough tries went unanswered."""
    require(work.actor, Permission.LOOK_AFTER)
    task = await work.session.get(Task, task_id)
    if task is None or task.unit_id != work.unit:
        raise NotFound(task=task_id)
    if task.done_at is not None:
        raise TaskDone(by=task.done_by_name, since=task.done_at)
    tried = {"at": work.now.isoformat(), "by": work.actor.name, **attempt.model_dump()}
    task.attempts = [*task.attempts, tried]
    if rule.ends(attempt.result, len(task.attempts)):
        task.done_at, task.outcome = work.now, attempt.result
        task.done_by_id, task.done_by_name = work.actor.id, work.actor.name
    else:
        task.due_at = rule.again_at(work.now)
    await work.record(CalledBack(encounter_id=task.encounter_id, happened_at=work.now, result=attempt.result))
    return Tried(id=task.id, attempts=len(task.attempts), due_at=task.due_at, done=task.done_at is not None)
