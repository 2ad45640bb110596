"""Later control (kontroll): who opened whom, what did somebody open, what the work does not explain."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.log import CONTROL, SIGNED, Line, add_line
from core.access.permissions import Permission, require
from core.access.relation import NEEDS_A_LOOK
from core.access.tables import AccessLogRow, Staff
from core.patients.need.relation_here import same_person
from core.patients.need.tables import BrokenGlass
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Request, ShortText

_MOST = 200

Only = Literal["everything", "unexplained", "with-reason"]


class Looking(Request):
    """What is asked about. All empty: the newest of everything."""

    contact: Annotated[ShortText, Field(max_length=20)] | None = None  # number of a contact
    person: Annotated[ShortText, Field(max_length=80)] | None = None  # staff id
    only: Only = "everything"
    before: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None  # line, to see older ones


class Opening(Answer):
    """One line of the access log."""

    id: str  # decision_ref
    seq: int
    at: datetime
    actor: str
    role: str
    patient: str | None
    contact: str | None
    what: str
    documents: tuple[str, ...]
    purpose: str
    relation: str | None
    reason: str | None


class Glass(Answer):
    """One opening with a reason, as the reviewer sees it."""

    id: str
    at: datetime
    actor: str
    own: bool  # the reader's own: somebody else must look
    role: str
    relation: str
    blocked: bool
    contact: str
    reason: str
    reviewer: str | None
    verdict: str | None
    reviewed_by: str | None
    review_note: str | None


class Somebody(Answer):
    """A colleague who can be asked about."""

    id: str
    name: str


class Report(Answer):
    """What the control page shows."""

    openings: tuple[Opening, ...]
    more: bool
    glass: tuple[Glass, ...]  # not reviewed yet first
    people: tuple[Somebody, ...]


async def control(work: Work, looking: Looking) -> Report:
    """The report about one's unit. That it was asked for stands in the log itself."""
    require(work.actor, Permission.CONTROL_ACCESS)
    asked = [f"{name}:{value}" for name, value in looking if value is not None]
    await add_line(work, Line(what="access-report", documents=asked, purpose=CONTROL))
    rows = await _openings(work, looking)
    return Report(
        openings=tuple(rows[:_MOST]),
        more=len(rows) > _MOST,
        glass=await _glass(work),
        people=await colleagues_of(work.session, work.unit),
    )


async def _openings(work: Work, looking: Looking) -> list[Opening]:
    statement = (
        select(AccessLogRow, Encounter.number)
        .outerjoin(Encounter, Encounter.id == AccessLogRow.encounter_id)
        .where(AccessLogRow.unit_id == work.unit, AccessLogRow.what != SIGNED, *await _wanted(work, looking))
        .order_by(AccessLogRow.seq.desc())
        .limit(_MOST + 1)
    )
    return [_opening(row, number) for row, number in await work.session.execute(statement)]


async def _wanted(work: Work, looking: Looking) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if looking.person:
        wanted.append(AccessLogRow.actor_id == looking.person)
    if looking.contact:
        found = await work.session.execute(
            select(Encounter.patient_id).where(
                Encounter.unit_id == work.unit, Encounter.number == looking.contact
            )
        )
        people = [one for id in set(found.scalars()) for one in await same_person(work.session, id)]
        wanted.append(AccessLogRow.patient_id.in_(people))
    if looking.only == "with-reason":
        wanted.append(AccessLogRow.reason.is_not(None))
    if looking.only == "unexplained":
        wanted.append(AccessLogRow.patient_id.is_not(None))
        wanted.append(
            or_(
                AccessLogRow.relation.is_(None),
                AccessLogRow.relation.in_([each.value for each in NEEDS_A_LOOK]),
            )
        )
    if looking.before:
        wanted.append(AccessLogRow.seq < looking.before)
    return wanted


def _opening(row: AccessLogRow, number: str | None) -> Opening:
    return Opening(
        id=row.id,
        seq=row.seq,
        at=row.at,
        actor=row.actor_name,
        role=row.role,
        patient=row.patient_id,
        contact=number,
        what=row.what,
        documents=tuple(row.documents),
        purpose=row.purpose,
        relation=row.relation,
        reason=row.reason,
    )


async def _glass(work: Work) -> tuple[Glass, ...]:
    found = await work.session.execute(
        select(BrokenGlass, Encounter.number, Staff.name)
        .join(Encounter, Encounter.id == BrokenGlass.encounter_id)
        .outerjoin(Staff, Staff.id == BrokenGlass.reviewer_id)
        .where(BrokenGlass.unit_id == work.unit)
        .order_by(BrokenGlass.reviewed_at.is_not(None), BrokenGlass.broken_at.desc())
        .limit(_MOST)
    )
    return tuple(
        Glass(
            id=glass.id,
            at=glass.broken_at,
            actor=glass.actor_name,
            own=glass.actor_id == work.actor.id,
            role=glass.role,
            relation=glass.relation,
            blocked=glass.blocked,
            contact=number,
            reason=glass.reason,
            reviewer=reviewer,
            verdict=glass.verdict,
            reviewed_by=glass.reviewed_by,
            review_note=glass.review_note,
        )
        for glass, number, reviewer in found
    )


async def colleagues_of(session: AsyncSession, unit: str) -> tuple[Somebody, ...]:
    """Everybody who works or worked at the unit, by name."""
    found = await session.execute(
        select(Staff.id, Staff.name).where(Staff.unit_id == unit).order_by(Staff.name, Staff.id)
    )
    return tuple(Somebody(id=id, name=name) for id, name in found)
