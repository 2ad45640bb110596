"""How a reader stands to a patient right now, from the record itself, and whether that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.relation import AFTERWARDS, Access, Relation, opens
from core.errors import NotAllowed, NotFound
from core.ids import Actor
from core.patients.encounter import OPEN
from core.patients.need.tables import AccessBlock, BrokenGlass, StaffNumber
from core.patients.tables import Encounter, Patient, PatientIdentifier
from core.store.work import Work


class ReasonNeeded(NotAllowed):
    """The work shows no reason to open this; whoever has one may say it, and it is reviewed."""

    code = "reason-needed"

    def __init__(self, encounter: str, relation: Relation, *, blocked: bool) -> None:
        super().__init__(encounter=encounter, relation=relation.value, blocked=blocked)
        self.encounter, self.relation, self.blocked = encounter, relation.value, blocked


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the record opened: goes into the access log."""

    relation: Relation
    reason: str | None = None  # said by the reader, where one is needed


async def require_need(work: Work, encounter: Encounter) -> Ground:
    """Refuse with ReasonNeeded, or say on what ground the actor may open this."""
    relation, blocked = await stands(work, encounter)
    access = opens(work.actor.role, relation, blocked=blocked)
    if access is Access.NO:
        raise NotFound(encounter=encounter.id)
    if access is Access.YES:
        return Ground(relation)
    reason = await _said(work, encounter)
    if reason is None:
        raise ReasonNeeded(encounter.id, relation, blocked=blocked)
    return Ground(relation, reason)


async def stands(work: Work, encounter: Encounter) -> tuple[Relation, bool]:
    """The relation, and whether the patient has blocked this reader."""
    people = await same_person(work.session, encounter.patient_id)
    return (
        await relation_of(work.session, encounter, people, actor=work.actor, now=work.now),
        await is_blocked(work.session, people, work.actor),
    )


async def relation_of(
    session: AsyncSession, encounter: Encounter, people: Sequence[str], *, actor: Actor, now: datetime
) -> Relation:
    """The first that fits, in the order of `Relation`."""
    working = await _staff_who_are(session, people)
    if actor.id in working:
        return Relation.SELF
    if encounter.unit_id != actor.unit:
        return Relation.OTHER_UNIT
    open_here = encounter.status in OPEN
    lately = encounter.ended_at is not None and now - encounter.ended_at <= AFTERWARDS
    if encounter.doctor_id == actor.id and (open_here or lately):
        return Relation.TREATING
    if working:
        return Relation.COLLEAGUE
    if open_here or await _is_here(session, people, encounter.unit_id):
        return Relation.HERE_NOW
    return Relation.ENDED_LATELY if lately else Relation.ENDED_BEFORE


async def is_blocked(session: AsyncSession, people: Sequence[str], actor: Actor) -> bool:
    """Whether the patient has blocked this person, or the whole unit."""
    found = await session.execute(
        select(AccessBlock.id)
        .where(
            AccessBlock.patient_id.in_(people),
            AccessBlock.withdrawn_at.is_(None),
            or_(
                (AccessBlock.kind == "person") & (AccessBlock.target == actor.id),
                (AccessBlock.kind == "unit") & (AccessBlock.target == actor.unit),
            ),
        )
        .limit(1)
    )
    return found.first() is not None


async def same_person(session: AsyncSession, patient_id: str) -> tuple[str, ...]:
    """This record and all that were merged into it: a block said on one of them counts on all."""
    line = select(Patient.id).where(Patient.id == patient_id).cte("same", recursive=True)
    line = line.union(select(Patient.id).where(Patient.replaced_by == line.c.id))
    return tuple((await session.execute(select(line.c.id))).scalars())


async def _staff_who_are(session: AsyncSession, people: Sequence[str]) -> frozenset[str]:
    found = await session.execute(
        select(StaffNumber.staff_id)
        .join(PatientIdentifier, PatientIdentifier.value == StaffNumber.national_id)
        .where(PatientIdentifier.patient_id.in_(people), PatientIdentifier.country == "NO")
    )
    return frozenset(found.scalars())


async def _is_here(session: AsyncSession, people: Sequence[str], unit: str) -> bool:
    found = await session.execute(
        select(func.count())
        .select_from(Encounter)
        .where(
            Encounter.patient_id.in_(people),
            Encounter.unit_id == unit,
            Encounter.status.in_([status.value for status in OPEN]),
        )
    )
    return found.scalar_one() > 0


async def _said(work: Work, encounter: Encounter) -> str | None:
    # For the person, not the single contact: who looks back for one patient is not asked at each.
    found = await work.session.execute(
        select(BrokenGlass.reason)
        .where(
            BrokenGlass.patient_id.in_(await same_person(work.session, encounter.patient_id)),
            BrokenGlass.actor_id == work.actor.id,
            BrokenGlass.until > work.now,
        )
        .order_by(BrokenGlass.broken_at.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()
