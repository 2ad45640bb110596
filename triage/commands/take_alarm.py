"""Taking an alarm (ta alarm): a named person goes; and standing by a lowered level as the second look."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.patients import encounter as encounters
from core.patients.tables import Encounter, Unit
from core.store.work import Work
from core.text import Answer, Moment
from triage.events import AlarmTaken, LevelConfirmed
from triage.rules.safety import alarms
from triage.tables import Alarm, TriageState, Watch


class AlarmAlreadyTaken(Conflict):
    """A colleague is on the way already (alarmen er tatt)."""

    code = "alarm-already-taken"


class NoAlarm(NotFound):
    """Nothing rings for this patient (any more)."""

    code = "no-alarm"


class NothingToConfirm(Conflict):
    """No lowered level waits for a second look."""

    code = "nothing-to-confirm"


class SamePerson(Conflict):
    """Whoever lowered the level cannot be the second look at it."""

    code = "same-person"


class AlarmIsTaken(Answer):
    """Who goes, and when it rings again unless something was done."""

    id: str
    version: int
    taken_by: str
    taken_at: Moment
    again_at: Moment


class Confirmed(Answer):
    """The encounter after the second look."""

    id: str
    version: int


async def take_alarm(work: Work, encounter_id: str) -> AlarmIsTaken:
    """Go to the patient (ta alarm). Raises AlarmAlreadyTaken with the colleague's name."""
    require(work.actor, Permission.LOOK_AFTER)
    encounter = await _open(work, encounter_id)
    alarm = await _active(work, encounter.id)
    if alarm.taken_at is not None and alarm.taken_by_id != work.actor.id:
        raise AlarmAlreadyTaken(by=alarm.taken_by_name, since=alarm.taken_at)
    if alarm.taken_at is None:
        alarm.taken_by_id, alarm.taken_by_name, alarm.taken_at = work.actor.id, work.actor.name, work.now
        alarm.again_at = await _again_at(work, encounter)
        encounters.changed(encounter)
        await work.record(AlarmTaken(encounter_id=encounter.id, happened_at=work.now))
    return AlarmIsTaken(
        id=encounter.id,
        version=encounter.version,
        taken_by=work.actor.name,
        taken_at=alarm.taken_at,
        again_at=alarm.again_at,
    )


async def confirm_level(work: Work, encounter_id: str) -> Confirmed:
    """Stand by a level that a colleague set below the suggested one (annen persons vurdering)."""
    require(work.actor, Permission.ASSESS)
    encounter = await _open(work, encounter_id)
    watch = await work.session.get(Watch, encounter.id)
    if watch is None or watch.second_look_at is None:
        raise NothingToConfirm
    if watch.second_look_after == work.actor.id:
        raise SamePerson
    version = encounters.changed(encounter)
    await work.record(LevelConfirmed(encounter_id=encounter.id, happened_at=work.now))
    return Confirmed(id=encounter.id, version=version)


async def _open(work: Work, encounter_id: str) -> Encounter:
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    return encounter


async def _active(work: Work, encounter_id: str) -> Alarm:
    statement = select(Alarm).where(Alarm.encounter_id == encounter_id, Alarm.ended_at.is_(None))
    alarm = (await work.session.execute(statement)).scalar_one_or_none()
    if alarm is None:
        raise NoAlarm(encounter=encounter_id)
    return alarm


async def _again_at(work: Work, encounter: Encounter) -> datetime:
    unit = await work.session.get_one(Unit, encounter.unit_id)
    state = await work.session.get_one(TriageState, encounter.id)
    return alarms.again_at(state.level_rank, alarms.limits_of(unit.choices), work.now)
