"""The board (tavle): a query over open encounters. Nobody has to remember to put a patient on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from core.clock import local
from core.errors import NotFound
from core.ids import initials
from core.patients.encounter import OPEN, Status
from core.patients.names_here import has_similar_name
from core.patients.tables import Encounter, Patient, PatientIdentifier, Unit
from core.store.event_log import position
from triage.queries.board_row import AboutUnit, Board, BoardFigures, BoardRow, Flag, Room, RowAlarm
from triage.rules.age import age_months
from triage.rules.board_order import order_key
from triage.rules.safety.alarms import Rule
from triage.rules.telephone.course import RANK
from triage.rules.unit.arrangement import arrangement
from triage.rules.wall_name import wall_complaint, wall_name
from triage.tables import Alarm, Expectation, TriageState, Watch
from triage.vitals_tables import ObservationDue

_TWO_HOURS, _TONIGHT = timedelta(hours=2), timedelta(hours=8)


async def board(session: AsyncSession, unit: str, now: datetime, *, names: bool = True) -> Board:
    """Everybody who is here, in board order, with the place in the log the picture is true for.

    Without `names` a wall that the public can see is told the contact number instead.
    """
    at = await position(session, unit)
    return Board(
        **await about_unit(session, unit),
        epoch=at.epoch,
        seq=at.seq,
        server_time=now,
        count=await open_count(session, unit),
        rows=tuple(in_order(await rows_of(session, unit, now, names=names), now)),
        figures=await figures(session, unit, now),
    )


async def about_unit(session: AsyncSession, unit: str) -> AboutUnit:
    """What screens must know of the unit besides its patients. Raises NotFound."""
    place = await session.get(Unit, unit)
    if place is None:
        raise NotFound(unit=unit)
    chosen = arrangement(place.rooms, place.choices)
    return AboutUnit(
        unit=unit,
        unit_name=place.name,
        rooms=tuple(Room(name=name) for name in chosen.rooms),
        desks=chosen.desks,
        zones=chosen.zones,
        columns=chosen.columns,
    )


async def rows_of(
    session: AsyncSession,
    unit: str,
    now: datetime,
    only: Collection[str] | None = None,
    *,
    names: bool = True,
) -> list[BoardRow]:
    """Rows of open encounters, of all or of `only` some; in no particular order."""
    found = await session.execute(_rows(unit, only))
    return [_row(each, now, names=names) for each in found]


def in_order(rows: Iterable[BoardRow], now: datetime) -> list[BoardRow]:
    """In board order (rekkefølge på tavla)."""
    return sorted(rows, key=lambda row: order_key(row, now))


async def open_count(session: AsyncSession, unit: str) -> int:
    """How many encounters are open, counted from the encounters alone; every screen must show as many."""
    counted = await session.execute(
        select(func.count())
        .select_from(Encounter)
        .where(Encounter.unit_id == unit, Encounter.status.in_(OPEN))
    )
    return counted.scalar_one()


def _rows(unit: str, only: Collection[str] | None) -> Select[*tuple[Any, ...]]:
    identified = (
        select(PatientIdentifier.patient_id)
        .where(PatientIdentifier.patient_id == Encounter.patient_id)
        .exists()
        .label("identified")
    )
    similar = has_similar_name().label("similar")
    statement = (
        select(Encounter, Patient, TriageState, Alarm, Staff.name.label("doctor"), identified, similar, Watch)
        .add_columns(Expectation.urgency.label("told"), ObservationDue.due_at.label("measure_at"))
        .join(Patient, Patient.id == Encounter.patient_id)
        # Outer joins only: a row that lacks something is shown without it, never left out.
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .outerjoin(Expectation, Expectation.encounter_id == Encounter.id)
        .outerjoin(Watch, Watch.encounter_id == Encounter.id)
        .outerjoin(
            ObservationDue,
            and_(ObservationDue.encounter_id == Encounter.id, ObservationDue.done_at.is_(None)),
        )
        .outerjoin(Alarm, and_(Alarm.encounter_id == Encounter.id, Alarm.ended_at.is_(None)))
        .outerjoin(Staff, Staff.id == Encounter.doctor_id)
        .where(Encounter.unit_id == unit, Encounter.status.in_(OPEN))
    )
    return statement if only is None else statement.where(Encounter.id.in_(only))


def _row(found: Row[Any], now: datetime, *, names: bool) -> BoardRow:
    encounter, patient = found.Encounter, found.Patient
    state = found.TriageState or TriageState(continuous=False)
    months = age_months(patient.birth_date, local(now).date())
    return BoardRow(
        id=encounter.id,
        version=encounter.version,
        number=encounter.number,
        status=encounter.status,
        level=_told_level(encounter, found.told) or state.level_rank,
        level_code=state.level_code,
        place=state.place,
        name=wall_name(patient.called, patient.given, patient.family) if names else encounter.number,
        sex=patient.sex,
        age_months=months,
        complaint=wall_complaint(encounter.complaint),
        flags=_flags(
            encounter.flags,
            months,
            identified=found.identified or bool(patient.family),
            similar=found.similar,
        ),
        by_ambulance=encounter.arrival_mode == "ambulance",
        arrived_at=encounter.arrived_at,
        target_at=state.target_at,
        target_minutes=state.target_minutes,
        next_assessment_at=min(
            filter(None, (state.next_assessment_at, found.measure_at)), default=None
        ),  # whichever comes first: triage anew, or what the plan of observation asks for
        continuous=state.continuous,
        nurse=state.nurse,
        doctor=initials(found.doctor) if found.doctor else None,
        doctor_since=encounter.taken_at,
        last_seen_at=state.last_seen_at,
        second_look_at=found.Watch.second_look_at if found.Watch else None,
        alarm=row_alarm(found.Alarm) if found.Alarm else None,
    )


def _told_level(encounter: Encounter, urgency: str | None) -> int | None:
    """How urgent somebody on the way was judged on the telephone; at the door they are assessed anew."""
    return RANK[urgency] if urgency and encounter.status == Status.PLANNED else None


def row_alarm(row: Alarm) -> RowAlarm:
    """The alarm as screens are told of it."""
    return RowAlarm(
        rules=tuple(Rule(rule) for rule in row.rules),
        since=row.rang_at,
        number=row.number,
        taken_by=initials(row.taken_by_name) if row.taken_by_name else None,
        again_at=row.again_at,
    )


def _flags(given: Sequence[Flag], months: int | None, *, identified: bool, similar: bool) -> tuple[Flag, ...]:
    flags: list[Flag] = list(given)
    if similar:
        flags.append("similar-name")
    if months is not None and months < 24:
        flags.append("infant")
    if not identified:
        flags.append("unknown-identity")
    return tuple(flags)


async def figures(session: AsyncSession, unit: str, now: datetime) -> BoardFigures:
    """The footer of the wall (nøkkeltall): waiting now, and how soon a doctor came tonight."""
    waiting = await session.execute(
        select(Encounter.arrived_at, TriageState.target_at)
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .where(
            Encounter.unit_id == unit,
            Encounter.status.in_((Status.ARRIVED, Status.TRIAGED)),
            Encounter.doctor_id.is_(None),
        )
    )
    seen = await session.execute(
        select(Encounter.arrived_at, Encounter.taken_at, TriageState.target_at)
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .where(Encounter.unit_id == unit, Encounter.taken_at > now - _TONIGHT)
    )
    return _figures(now, waiting.all(), seen.all())


def _figures(
    now: datetime,
    waiting: Sequence[tuple[datetime, datetime | None]],
    seen: Sequence[tuple[datetime, datetime | None, datetime | None]],
) -> BoardFigures:
    minutes = [(at - since) / timedelta(minutes=1) for since, at, _ in seen if at and at > now - _TWO_HOURS]
    in_time = [at <= due for _, at, due in seen if at and due]
    # Those past their deadline without a doctor are failures already; leaving them out would flatter.
    late = sum(due is not None and due < now for _, due in waiting)
    judged = len(in_time) + late
    return BoardFigures(
        longest_wait_since=min((since for since, _ in waiting), default=None),
        median_minutes_to_doctor=round(median(minutes)) if minutes else None,
        share_within_target=round(100 * sum(in_time) / judged) if judged else None,
    )
