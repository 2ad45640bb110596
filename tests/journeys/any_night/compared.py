"""What the ward's own queries and tables show, beside what the words say they must."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import Actor, initials
from core.patients.identity.page import identity_page
from core.patients.tables import Encounter, Patient, PatientIdentifier
from core.store.event_log import EventRow
from tests.journeys.any_night.people_in_words import FIELDS, People
from tests.journeys.any_night.waiting_in_words import Ring, Visit
from tests.journeys.any_night.ward_in_words import Ward
from triage.queries.board import board
from triage.queries.board_row import BoardRow, RowAlarm
from triage.queries.due_looks import due_looks, unwatched
from triage.queries.overview import overview
from triage.queries.telephone.calls import calls
from triage.queries.waiting_room import public_id, waiting_room
from triage.tables import Alarm

_ASIDE = {"alarm-rang", "names-alike", "names-apart", "identified", "merged", "moved-to-patient"}
_ASIDE |= {"identity-restored", "diagnosis-set"}
"""Told elsewhere here, or not of what the words speak of."""

MIDNIGHTS = tuple(
    datetime(2026, 10, day, hour, tzinfo=UTC) for day, hour in ((23, 22), (24, 22), (25, 23), (26, 23))
)
"""In Norway, around the night in which the clocks go back."""

Picture = dict[str, Any]


async def shown(session: AsyncSession, unit: str, now: datetime) -> Picture:
    """Everything that screens and lists of one unit show."""
    staff, public = await board(session, unit, now), await waiting_room(session, unit, now)
    steers, phone = await overview(session, unit, now), await calls(session, unit, now)
    assert staff.count == len(staff.rows), "somebody is here and on no list"
    assert public.count == len(public.rows), "somebody is here and has no number in the waiting room"
    return {
        "board": _once((row.id, _row(row)) for row in staff.rows),
        "waiting room": _once((row.id, (row.called_at, row.called_to)) for row in public.rows),
        "rings for the coordinator": _once((id, True) for id in steers.ringing),
        "no doctor yet": _once((id, True) for id in steers.unassigned),
        "load": {each.name: each.patients for each in steers.doctors},
        "tasks": sorted((t.encounter, t.kind, t.due_at, len(t.attempts)) for t in steers.tasks),
        "calls": _once((call.id, (call.status, call.operator, call.urgency)) for call in phone.calls),
        "calls of today": _once((call.id, call.closed_at) for call in phone.today),
    }


def told(ward: Ward, unit: str, doctors: Sequence[Actor], now: datetime) -> Picture:
    """The same, as the words say it."""
    here, people, midnight = ward.open(unit), ward.identity.now(), max(at for at in MIDNIGHTS if at <= now)
    has = Counter(visit.doctor for visit in here)
    calls = [call for call in ward.calls.values() if call.unit == unit]
    return {
        "board": {visit.id: _as_row(visit, people) for visit in here},
        "waiting room": {public_id(visit.id): visit.stands_called for visit in here},
        "rings for the coordinator": {v.id: True for v in here if v.ring and v.ring.goes is None},
        "no doctor yet": {visit.id: True for visit in here if visit.waits},
        "load": {doctor.name: has[doctor.name] for doctor in doctors},
        "tasks": sorted(
            (t.visit, t.kind, t.due_at, t.tries) for t in ward.tasks if t.unit == unit and not t.done
        ),
        "calls": {call.id: (call.status, call.has_it, call.urgency) for call in calls if not call.closed_at},
        "calls of today": {
            call.id: call.closed_at for call in calls if call.closed_at and call.closed_at >= midnight
        },
    }


def _once(pairs: Any) -> dict[str, Any]:
    found = list(pairs)
    assert len(found) == len(dict(found)), f"on a list twice: {found}"
    return dict(found)


def _row(row: BoardRow) -> Picture:
    return {
        "name": row.name,
        "unknown": "unknown-identity" in row.flags,
        "status": row.status,
        "level": row.level,
        "came": row.arrived_at,
        "doctor due": row.target_at,
        "look again": row.next_assessment_at,
        "without pause": row.continuous,
        "seen": row.last_seen_at,
        "second look": row.second_look_at,
        "place": row.place,
        "doctor": row.doctor,
        "taken": row.doctor_since,
        "alarm": _alarm(row.alarm),
    }


def _as_row(visit: Visit, people: People) -> Picture:
    person = people.whose[visit.id]
    known = people.persons[person].known
    assert people.persons[person].active
    return {
        "name": f"{known['given']} {(known['family'] or '')[0]}." if known["given"] else known["called"],
        "unknown": not known["family"] and person not in people.numbers.values(),
        "status": visit.status,
        "level": visit.told if visit.status == "planned" else visit.level,
        "came": visit.came,
        "doctor due": visit.target_at,
        "look again": visit.look_again_at,
        "without pause": visit.level is not None and visit.look_again_at is None,
        "seen": visit.seen_at,
        "second look": visit.second_look[0] if visit.second_look else None,
        "place": visit.place,
        "doctor": initials(visit.doctor) if visit.doctor else None,
        "taken": visit.taken_at,
        "alarm": _as_alarm(visit.ring),
    }


def _alarm(alarm: RowAlarm | None) -> Picture | None:
    if alarm is None:
        return None
    why = {str(rule.value) for rule in alarm.rules}
    return {
        "why": why,
        "since": alarm.since,
        "number": alarm.number,
        "goes": alarm.taken_by,
        "again": alarm.again_at,
    }


def _as_alarm(ring: Ring | None) -> Picture | None:
    if ring is None:
        return None
    goes = initials(ring.goes) if ring.goes else None
    return {
        "why": ring.why,
        "since": ring.since,
        "number": ring.number,
        "goes": goes,
        "again": ring.again_at,
    }


async def kept(session: AsyncSession, now: datetime) -> Picture:
    """What is kept of people, deeds and alarms, whichever the unit."""
    patients = (await session.execute(select(Patient))).scalars().all()
    numbers = await session.execute(select(PatientIdentifier.value, PatientIdentifier.patient_id))
    whose = await session.execute(select(Encounter.id, Encounter.patient_id))
    deeds: Mapping[str, list[tuple[str, str]]] = defaultdict(list)
    rang: Counter[str] = Counter()
    logged = select(EventRow.encounter_id, EventRow.kind, EventRow.actor_name).order_by(EventRow.seq)
    for encounter, kind, name in await session.execute(logged.where(EventRow.encounter_id.is_not(None))):
        assert encounter is not None
        rang[encounter] += kind == "alarm-rang"
        if kind not in _ASIDE and not kind.startswith("message"):
            deeds[encounter].append((kind, name))
    nobody = select(func.count()).where(Alarm.ended_at.is_not(None), Alarm.ended_by_name.is_(None))
    active = select(Alarm.encounter_id).where(Alarm.ended_at.is_(None))
    return {
        "persons": {
            p.id: ({name: _text(p, name) for name in FIELDS}, p.active, p.replaced_by) for p in patients
        },
        "numbers": dict(numbers.all()),
        "whose": dict(whose.all()),
        "deeds": dict(deeds),
        "rang": {visit: times for visit, times in rang.items() if times},
        "alarms": _once((visit, True) for visit in (await session.execute(active)).scalars()),
        "ended by nobody": (await session.execute(nobody)).scalar_one(),
        "forgotten": dict(await unwatched(session)),
        "still to be looked at": dict(await due_looks(session, now)),
    }


def kept_in_words(ward: Ward) -> Picture:
    """The same, as the words say it."""
    people, visits = ward.identity.now(), ward.visits.values()
    return {
        "persons": {id: (p.known, p.active, p.became) for id, p in people.persons.items()},
        "numbers": people.numbers,
        "whose": people.whose,
        "deeds": {visit.id: visit.deeds for visit in visits},
        "rang": {visit.id: visit.rang for visit in visits if visit.rang},
        "alarms": {visit.id: True for visit in visits if visit.ring},
        "ended by nobody": 0,
        "forgotten": {},
        "still to be looked at": {},
    }


def _text(patient: Patient, name: str) -> str | None:
    value = getattr(patient, name)
    return None if value is None else str(value)


async def history(session: AsyncSession, visit: str, who: Actor) -> list[tuple[Any, ...]]:
    """What was decided about who this is, the last first."""
    page = await identity_page(session, visit, who)
    return [(change.kind, change.by, change.reason, change.undone) for change in page.history]


def history_in_words(ward: Ward, visit: str) -> list[tuple[Any, ...]]:
    """The same, as the words say it."""
    return [(each.kind, each.by, each.reason, each.undone) for each in ward.identity.of(visit)]
