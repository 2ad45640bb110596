"""The coordinator's view (koordinatoroversikt): alarms, who will be late, the load, and tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.staff import doctors
from core.patients.encounter import Status
from core.patients.tables import Encounter, Patient
from core.text import Answer, Moment
from triage.queries.board import in_order, rows_of
from triage.queries.board_row import BoardRow
from triage.queries.telephone.calls import open_calls
from triage.rules.safety import forecast
from triage.rules.safety.acted_on import Ended, counted, is_noise
from triage.rules.safety.alarms import Rule
from triage.rules.wall_name import wall_name
from triage.tables import Alarm, Task, TriageState

_LATELY = timedelta(hours=1)
_FAR_BACK = timedelta(days=28)


class DoctorLoad(Answer):
    """How many a doctor is responsible for now (belastning)."""

    id: str
    name: str
    patients: int


class Soon(Answer):
    """Somebody who at the present pace is not taken in time (frist brytes)."""

    encounter: str
    number: str
    target_at: Moment
    expected_at: Moment | None  # None: no doctor has taken anybody in the last hour


class OpenTask(Answer):
    """A task that waits for a person (oppgave), with what was tried."""

    id: str
    encounter: str
    number: str
    name: str
    level: int | None  # when they left
    kind: str
    created_at: Moment
    due_at: Moment
    attempts: tuple[dict[str, str | None], ...]


class ActedOn(Answer):
    """How a rule's alarms ended the last four weeks (andel som ble fulgt opp).

    A rule acted on less than about one time in five is noise, and should be changed or removed.
    """

    rule: Rule
    rang: int
    acted: int
    to_change: bool = False


class Telephone(Answer):
    """How it is at the telephone (telefon): who waits for an answer, and who is to be called back."""

    waiting: int = 0
    longest_since: Moment | None = None
    to_call_back: int = 0


class Overview(Answer):
    """What the coordinator steers by. Rows are the board's own, so that one look is enough."""

    ringing: tuple[str, ...]  # encounters, the gravest and oldest first
    unassigned: tuple[str, ...]  # encounters that no doctor has taken, in board order
    late_soon: tuple[Soon, ...]
    doctors: tuple[DoctorLoad, ...]
    tasks: tuple[OpenTask, ...]
    acted_on: tuple[ActedOn, ...]
    telephone: Telephone = Telephone()


async def overview(session: AsyncSession, unit: str, now: datetime) -> Overview:
    """Everything the coordinator steers by, as of now."""
    rows = in_order(await rows_of(session, unit, now), now)
    waiting = [row for row in rows if row.doctor is None and row.status != "planned"]
    return Overview(
        # Also for those who have a doctor: a measurement may be due, or say that the doctor must come.
        ringing=tuple(row.id for row in sorted(rows, key=_gravity) if row.alarm and row.alarm.rings),
        unassigned=tuple(row.id for row in waiting),
        late_soon=await _late_soon(session, unit, waiting, now),
        doctors=await _load(session, unit),
        tasks=await _tasks(session, unit),
        acted_on=await _acted_on(session, unit, now),
        telephone=await _telephone(session, unit),
    )


def _gravity(row: BoardRow) -> tuple[int, str]:
    return (row.level or 0, row.alarm.since.isoformat() if row.alarm else "")


async def _late_soon(
    session: AsyncSession, unit: str, waiting: Sequence[BoardRow], now: datetime
) -> tuple[Soon, ...]:
    taken = await session.execute(
        select(Encounter.taken_at).where(Encounter.unit_id == unit, Encounter.taken_at > now - _LATELY)
    )
    queue = [forecast.Place(row.id, row.target_at) for row in waiting]
    found = forecast.breaches(queue, [at for at in taken.scalars() if at], now)
    numbers = {row.id: row.number for row in waiting}
    return tuple(
        Soon(
            encounter=each.id,
            number=numbers[each.id],
            target_at=each.target_at,
            expected_at=each.expected_at,
        )
        for each in found
    )


async def _load(session: AsyncSession, unit: str) -> tuple[DoctorLoad, ...]:
    found = await session.execute(
        select(Encounter.doctor_id).where(
            Encounter.unit_id == unit, Encounter.status == Status.IN_PROGRESS.value
        )
    )
    has = Counter(found.scalars())
    load = [
        DoctorLoad(id=each.id, name=each.name, patients=has[each.id]) for each in await doctors(session, unit)
    ]
    return tuple(sorted(load, key=lambda each: (-each.patients, each.name)))


async def _tasks(session: AsyncSession, unit: str) -> tuple[OpenTask, ...]:
    found = await session.execute(
        select(Task, Encounter.number, Patient, TriageState.level_rank)
        .join(Encounter, Encounter.id == Task.encounter_id)
        .join(Patient, Patient.id == Encounter.patient_id)
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .where(Task.unit_id == unit, Task.done_at.is_(None))
        .order_by(Task.due_at)
    )
    return tuple(
        OpenTask(
            id=task.id,
            encounter=task.encounter_id,
            number=number,
            name=wall_name(patient.called, patient.given, patient.family),
            level=level,
            kind=task.kind,
            created_at=task.created_at,
            due_at=task.due_at,
            attempts=tuple(task.attempts),
        )
        for task, number, patient, level in found
    )


async def _telephone(session: AsyncSession, unit: str) -> Telephone:
    open = await open_calls(session, unit)
    ringing = [call.since for call in open if call.status == "ringing"]
    return Telephone(
        waiting=len(ringing),
        longest_since=min(ringing, default=None),
        to_call_back=sum(call.status == "abandoned" for call in open),
    )


async def _acted_on(session: AsyncSession, unit: str, now: datetime) -> tuple[ActedOn, ...]:
    found = await session.execute(
        select(Alarm.rules, Alarm.mended, Alarm.outcome).where(
            Alarm.unit_id == unit, Alarm.rang_at > now - _FAR_BACK, Alarm.ended_at.is_not(None)
        )
    )
    rang, acted = counted(Ended(*row) for row in found)
    return tuple(
        ActedOn(rule=rule, rang=rang[rule], acted=acted[rule], to_change=is_noise(rang[rule], acted[rule]))
        for rule in Rule
        if rang[rule]
    )
