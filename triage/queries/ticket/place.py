"""A patient's own place, read through the line of the whole unit: one reading serves every phone.

No name, complaint, level or age is read here: what is not in the query cannot leak from a page that lies open
on a bench. The level's rank is used to count and to choose the range, and does not leave.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.credentials import token_hash
from core.errors import NotFound
from core.patients.encounter import Status
from core.patients.tables import Encounter, Unit
from core.text import Answer
from triage.queries.waiting_times import LevelWait, waiting_times
from triage.rules.calls import stands
from triage.rules.place_in_line import InLine, link_has_ended, place_in_line
from triage.tables import Ticket, TriageState

State = Literal["to-be-assessed", "waiting", "called", "with-staff", "over"]
_HERE = (Status.ARRIVED, Status.TRIAGED, Status.IN_PROGRESS)


class LinkUnknown(NotFound):
    """The link is not one of ours, was taken back, or its visit has long ended: the three look the same."""

    code = "link-unknown"


class OwnPlace(Answer):
    """What the patient may know; everything but the state is empty when the visit is over."""

    unit_name: str
    state: State
    number: str
    arrived_at: datetime | None
    place: int | None  # among those of the same or a higher urgency; None: not told
    low: int | None  # minutes from the door to the doctor, as measured; None: not known
    high: int | None
    called_at: datetime | None
    called_to: str | None  # room; None while called: to the desk


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose ticket it is."""

    encounter: str
    unit: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One patient who is here, as much as the line needs."""

    in_line: InLine
    number: str
    waits: bool  # for a doctor
    called_at: datetime | None  # of a call that stands
    called_to: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """Everybody who is here in a unit, and how long each level waits."""

    unit_name: str
    here: Mapping[str, Standing]
    waits: Mapping[int, LevelWait]

    def waiting(self) -> list[InLine]:
        """Those who wait for a doctor."""
        return [each.in_line for each in self.here.values() if each.waits]


async def holder_of(session: AsyncSession, secret: str, now: datetime) -> Holder:
    """Whose place a link leads to. Raises LinkUnknown."""
    found = await session.execute(
        select(Ticket.encounter_id, Ticket.unit_id, Ticket.withdrawn_at, Encounter.ended_at)
        .join(Encounter, Encounter.id == Ticket.encounter_id)
        .where(Ticket.secret_hash == token_hash(secret))
    )
    row = found.one_or_none()
    if row is None or link_has_ended(row.withdrawn_at, row.ended_at, now):
        raise LinkUnknown
    return Holder(row.encounter_id, row.unit_id)


async def line_of(session: AsyncSession, unit: str, now: datetime) -> Line:
    """The line of the unit as it is now."""
    place = await session.get_one(Unit, unit)
    found = await session.execute(
        select(
            Encounter.id,
            Encounter.status,
            Encounter.number,
            Encounter.arrived_at,
            TriageState.level_rank,
            TriageState.called_at,
            TriageState.called_to,
            Encounter.taken_at,
            TriageState.last_seen_at,
        )
        .outerjoin(TriageState, TriageState.encounter_id == Encounter.id)
        .where(Encounter.unit_id == unit, Encounter.status.in_(_HERE))
    )
    times = await waiting_times(session, unit, now)
    return Line(
        unit_name=place.name,
        here={row.id: _standing(row) for row in found},
        waits={wait.level: wait for wait in times["waits"]},
    )


def _standing(row: Row[*tuple[Any, ...]]) -> Standing:
    called = stands(row.called_at, row.taken_at, row.last_seen_at)
    return Standing(
        in_line=InLine(row.id, row.level_rank, row.arrived_at),
        number=row.number,
        waits=row.status != Status.IN_PROGRESS,
        called_at=row.called_at if called else None,
        called_to=row.called_to if called else None,
    )


def own_place(line: Line, encounter_id: str) -> OwnPlace:
    """What the link of this encounter shows."""
    mine = line.here.get(encounter_id)
    if mine is None:
        return _nothing(line.unit_name)
    state = _state(mine)
    told = state == "waiting"
    wait = line.waits.get(mine.in_line.rank or 0) if told else None
    known = wait is not None and wait.high != 0  # those who go in at once are not told of minutes
    return OwnPlace(
        unit_name=line.unit_name,
        state=state,
        number=mine.number,
        arrived_at=mine.in_line.arrived_at,
        place=place_in_line(mine.in_line, line.waiting()) if told else None,
        low=wait.low if wait and known else None,
        high=wait.high if wait and known else None,
        called_at=mine.called_at,
        called_to=mine.called_to,
    )


def _state(mine: Standing) -> State:
    if mine.called_at is not None:
        return "called"
    if not mine.waits:
        return "with-staff"
    return "to-be-assessed" if mine.in_line.rank is None else "waiting"


def _nothing(unit_name: str) -> OwnPlace:
    empty = dict.fromkeys(("arrived_at", "place", "low", "high", "called_at", "called_to"))
    return OwnPlace(unit_name=unit_name, state="over", number="", **empty)
