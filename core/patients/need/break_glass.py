"""Opening with a reason of one's own (selvvalgt tilgang, nødrett), and the look another takes at it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, require
from core.access.relation import GLASS_STAYS_BROKEN, Access, opens
from core.access.tables import Staff
from core.errors import Conflict, NotAllowed, NotFound
from core.ids import Role, new_id
from core.patients import encounter as encounters
from core.patients.need.events import GlassBroken
from core.patients.need.relation_here import stands
from core.patients.need.tables import BrokenGlass
from core.store.work import Work
from core.text import Answer, Request, ShortText


class NoReasonNeeded(Conflict):
    """The record opens without: a reason that nobody asked for would only be one more to review."""

    code = "no-reason-needed"


class OwnReview(NotAllowed):
    """Nobody reviews themselves."""

    code = "own-review"


class GlassReviewed(Conflict):
    """Somebody has looked at it."""

    code = "glass-reviewed"


class Reason(Request):
    """Why this must be opened, in a sentence that another can judge."""

    reason: Annotated[ShortText, Field(min_length=10)]


class GlassIsBroken(Answer):
    """The record opens now, until then."""

    id: str
    encounter: str
    until: datetime


class Verdict(Request):
    """What the reviewer found."""

    verdict: Literal["justified", "not-justified"]
    note: ShortText


class Reviewed(Answer):
    """The review is written down."""

    id: str
    verdict: str


async def break_glass(work: Work, encounter_id: str, said: Reason) -> GlassIsBroken:
    """Open with a reason: told in the record at once, and put before a reviewer."""
    require(work.actor, Permission.READ_RECORD)
    encounter = await encounters.load(work, encounter_id)
    relation, blocked = await stands(work, encounter)
    access = opens(work.actor.role, relation, blocked=blocked)
    if access is Access.NO:
        raise NotFound(encounter=encounter_id)
    if access is Access.YES:
        raise NoReasonNeeded
    glass = BrokenGlass(
        id=new_id(),
        unit_id=work.unit,
        patient_id=encounter.patient_id,
        encounter_id=encounter.id,
        actor_id=work.actor.id,
        actor_name=work.actor.name,
        role=work.actor.role.value,
        relation=relation.value,
        blocked=blocked,
        reason=said.reason,
        broken_at=work.now,
        until=work.now + GLASS_STAYS_BROKEN,
        reviewer_id=await _reviewer(work.session, work.unit, work.actor.id),
    )
    work.session.add(glass)
    await work.record(GlassBroken(encounter_id=encounter.id, happened_at=work.now))
    return GlassIsBroken(id=glass.id, encounter=encounter.id, until=glass.until)


async def review(work: Work, glass_id: str, found: Verdict) -> Reviewed:
    """Write down whether it was right. Nobody reviews themselves, and nothing is reviewed twice."""
    require(work.actor, Permission.CONTROL_ACCESS)
    statement = select(BrokenGlass).where(BrokenGlass.id == glass_id, BrokenGlass.unit_id == work.unit)
    glass = (await work.session.execute(statement.with_for_update())).scalar_one_or_none()
    if glass is None:
        raise NotFound(glass=glass_id)
    if glass.actor_id == work.actor.id:
        raise OwnReview
    if glass.reviewed_at is not None:
        raise GlassReviewed
    glass.reviewed_at, glass.reviewed_by = work.now, work.actor.name
    glass.verdict, glass.review_note = found.verdict, found.note
    return Reviewed(id=glass.id, verdict=found.verdict)


async def _reviewer(session: AsyncSession, unit: str, actor: str) -> str | None:
    """One auditor of the unit, else an administrator: by name, so that it is always the same one."""
    found = await session.execute(
        select(Staff.id, Staff.role)
        .where(
            Staff.unit_id == unit,
            Staff.active,
            Staff.role.in_([Role.AUDITOR.value, Role.ADMIN.value]),
            Staff.id != actor,
        )
        .order_by(Staff.name)
    )
    people = {role: id for id, role in reversed(found.all())}
    return people.get(Role.AUDITOR.value) or people.get(Role.ADMIN.value)
