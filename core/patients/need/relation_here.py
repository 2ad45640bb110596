"""How a reader stands to a patient right now, from the record itself, and whether that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.relation import AFTERWARDS, Access, Relation, opens
from core.errors import NotAllowed, NotFound
from core.ids import Actor
from core.patients.encounter import OPEN
from core.patients.need.tables import AccessBlock, BrokenGlass, StaffNumber
from core.patients.tables import Encounter, Patient, PatientIdentifier, Unit
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
    standing = await standing_of(work.session, encounter.patient_id, work.actor, work.now)
    relation = standing.relation(encounter)
    blocked = standing.is_blocked(relation)
    access = opens(work.actor.role, relation, blocked=blocked)
    if access is Access.NO:
        raise NotFound(encounter=encounter.id)
    if access is Access.YES:
        return Ground(relation)
    if standing.said is None:
        raise ReasonNeeded(encounter.id, relation, blocked=blocked)
    return Ground(relation, standing.said)


async def stands(work: Work, encounter: Encounter) -> tuple[Relation, bool]:
    """The relation, and whether the patient has blocked this reader."""
    standing = await standing_of(work.session, encounter.patient_id, work.actor, work.now)
    relation = standing.relation(encounter)
    return relation, standing.is_blocked(relation)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is asked once about a reader and a patient; each contact is then judged without the database."""

    actor: Actor
    now: datetime
    people: tuple[str, ...]  # the patient's record, and those merged into it
    staff: frozenset[str]  # who of the staff is this patient
    here_at: frozenset[str]  # units where the patient is now
    family: frozenset[str]  # units of the reader's legal entity (virksomhet), its own among them
    blocks: frozenset[str]  # kinds of the patient's no that shut this reader out
    said: str | None  # the reason the reader has given

    def relation(self, encounter: Encounter) -> Relation:
        """The first that fits, in the order of `Relation`; of another unit's only whether it is one's own."""
        if encounter.unit_id != self.actor.unit:
            known = encounter.unit_id in self.family and self.actor.unit in self.here_at and not self.staff
            return Relation.SAME_ENTITY if known else Relation.OTHER_UNIT
        if self.actor.id in self.staff:
            return Relation.SELF
        open_here = encounter.status in OPEN
        lately = encounter.ended_at is not None and self.now - encounter.ended_at <= AFTERWARDS
        if encounter.doctor_id == self.actor.id and (open_here or lately):
            return Relation.TREATING
        if self.staff:
            return Relation.COLLEAGUE
        if open_here or encounter.unit_id in self.here_at:
            return Relation.HERE_NOW
        return Relation.ENDED_LATELY if lately else Relation.ENDED_BEFORE

    def is_blocked(self, relation: Relation) -> bool:
        """Whether the patient's no counts here; "nobody outside" also covers the other units."""
        return bool(self.blocks - (set() if relation is Relation.SAME_ENTITY else {"outside"}))

    def access(self, encounter: Encounter) -> Access:
        """Whether this contact opens now; a reason that was given counts."""
        relation = self.relation(encounter)
        access = opens(self.actor.role, relation, blocked=self.is_blocked(relation))
        return Access.YES if access is Access.REASON and self.said else access


async def standing_of(session: AsyncSession, patient_id: str, actor: Actor, now: datetime) -> Standing:
    """How the reader stands to this patient."""
    people = await same_person(session, patient_id)
    return Standing(
        actor=actor,
        now=now,
        people=people,
        staff=await _staff_who_are(session, people),
        here_at=await _here_at(session, people),
        family=await _family(session, actor.unit),
        blocks=await _blocks(session, people, actor),
        said=await _said(session, people, actor, now),
    )


async def _blocks(session: AsyncSession, people: Sequence[str], actor: Actor) -> frozenset[str]:
    found = await session.execute(
        select(AccessBlock.kind)
        .where(
            AccessBlock.patient_id.in_(people),
            AccessBlock.withdrawn_at.is_(None),
            or_(
                (AccessBlock.kind == "person") & (AccessBlock.target == actor.id),
                (AccessBlock.kind == "unit") & (AccessBlock.target == actor.unit),
                AccessBlock.kind == "outside",
            ),
        )
        .distinct()
    )
    return frozenset(found.scalars())


async def _family(session: AsyncSession, unit: str | None) -> frozenset[str]:
    own = select(Unit.organisation_number).where(Unit.id == unit, Unit.organisation_number != "")
    found = await session.execute(select(Unit.id).where(Unit.organisation_number == own.scalar_subquery()))
    return frozenset(found.scalars())


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


async def _here_at(session: AsyncSession, people: Sequence[str]) -> frozenset[str]:
    found = await session.execute(
        select(Encounter.unit_id).where(
            Encounter.patient_id.in_(people),
            Encounter.status.in_([status.value for status in OPEN]),
        )
    )
    return frozenset(found.scalars())


async def _said(session: AsyncSession, people: Sequence[str], actor: Actor, now: datetime) -> str | None:
    # For the person, not the single contact: who looks back for one patient is not asked at each.
    found = await session.execute(
        select(BrokenGlass.reason)
        .where(
            BrokenGlass.patient_id.in_(people),
            BrokenGlass.actor_id == actor.id,
            BrokenGlass.until > now,
        )
        .order_by(BrokenGlass.broken_at.desc())
        .limit(1)
    )
    return found.scalar_one_or_none()
