"""Those who belong to a patient (pårørende): parents and guardians of children, the mother of a newborn.

Ages as the law has them (pasient- og brukerrettighetsloven kap. 3 and 4): from 16 a patient decides alone;
from 12 parents are not told what the child has good reason to keep; below that they decide and are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import ClassVar, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.identity_tables import RelatedPerson
from core.patients.protection import shown
from core.patients.tables import Encounter, Patient
from core.store.event_log import Event
from core.store.work import Work
from core.text import Answer, Request, ShortText

NEWBORN = "Nyfødt"
"""Written by whoever leaves the name to us: it becomes `Nyfødt jente av Kari N.`."""

Relation = Literal["mother", "father", "co-mother", "foster-parent", "guardian", "child-welfare", "other"]
MayKnow = Literal["yes", "no", "ask"]
Consent = Literal["parents", "parents-child-heard", "patient"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedChanged(Event):
    """Somebody was put down as belonging to the patient, or no longer does (foresatt endret)."""

    kind: ClassVar[str] = "related-changed"


class MotherUnknown(Conflict):
    """The mother is not a patient of this unit."""

    code = "mother-unknown"


class BirthOrderTaken(Conflict):
    """A twin has that number already; two children must never have one name."""

    code = "birth-order-taken"


class NewRelated(Request):
    """Who, how they belong, how to reach them, and whether they may be told."""

    relation: Relation
    name: ShortText
    phone: ShortText | None = None
    may_know: MayKnow = "ask"


class Related(Answer):
    """Somebody who belongs to the patient; no way to reach them when the patient's address is protected."""

    id: str
    relation: Relation
    name: str
    phone: str | None
    may_know: MayKnow
    encounter_number: str | None = None  # when they are a patient here too, such as a mother


class RelatedAnswer(Answer):
    """The encounter, and the person put down."""

    id: str
    version: int
    related_id: str


async def add_related(work: Work, encounter_id: str, given: NewRelated) -> RelatedAnswer:
    """Put somebody down as belonging to the patient of this encounter (foresatt)."""
    require(work.actor, Permission.IDENTIFY)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    row = _row(work, encounter.patient_id, given)
    work.session.add(row)
    return await _changed(work, encounter, row)


async def end_related(work: Work, encounter_id: str, related_id: str) -> RelatedAnswer:
    """It was wrong, or is no longer so. The row stays, with who ended it and when."""
    require(work.actor, Permission.IDENTIFY)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    row = await work.session.get(RelatedPerson, related_id)
    if row is None or row.patient_id != encounter.patient_id or row.ended_at is not None:
        raise NotFound(related=related_id)
    row.ended_at, row.ended_by = work.now, work.actor.id
    return await _changed(work, encounter, row)


def _row(work: Work, patient_id: str, given: NewRelated, related: str | None = None) -> RelatedPerson:
    return RelatedPerson(
        id=new_id(),
        patient_id=patient_id,
        related_patient_id=related,
        added_at=work.now,
        added_by=work.actor.id,
        **given.model_dump(),
    )


async def _changed(work: Work, encounter: Encounter, row: RelatedPerson) -> RelatedAnswer:
    version = encounters.changed(encounter)
    await work.record(RelatedChanged(encounter_id=encounter.id, happened_at=work.now))
    return RelatedAnswer(id=encounter.id, version=version, related_id=row.id)


async def related_of(session: AsyncSession, patient: Patient) -> tuple[Related, ...]:
    """Those who belong to the patient now, in the order they were put down."""
    found = await session.execute(
        select(RelatedPerson)
        .where(RelatedPerson.patient_id == patient.id, RelatedPerson.ended_at.is_(None))
        .order_by(RelatedPerson.added_at, RelatedPerson.id)
    )
    rows = found.scalars().all()
    numbers = await _numbers(session, [row.related_patient_id for row in rows if row.related_patient_id])
    return tuple(
        Related.model_validate(
            {
                "id": row.id,
                "relation": row.relation,
                "name": row.name,
                "phone": shown(patient, row.phone),
                "may_know": row.may_know,
                "encounter_number": numbers.get(row.related_patient_id or ""),
            }
        )
        for row in rows
    )


async def _numbers(session: AsyncSession, patients: Sequence[str]) -> dict[str, str]:
    found = await session.execute(
        select(Encounter.patient_id, Encounter.number).where(
            Encounter.patient_id.in_(patients), Encounter.status.in_(encounters.OPEN)
        )
    )
    return {row.patient_id: row.number for row in found}


def consent(age_months: int | None) -> Consent | None:
    """Who decides about treatment (samtykke); None when the age is not known."""
    if age_months is None:
        return None
    if age_months >= 16 * 12:
        return "patient"
    return "parents-child-heard" if age_months >= 12 * 12 else "parents"


async def as_newborn(
    work: Work, child: Patient, mother_encounter: str, *, today: date, order: int | None
) -> None:
    """Make the child the newborn of the patient in that encounter, told apart from a twin by number."""
    encounter = await work.session.get(Encounter, mother_encounter)
    if encounter is None or encounter.unit_id != work.unit:
        raise MotherUnknown
    mother = await work.session.get_one(Patient, encounter.patient_id)
    siblings = await _born_on(work.session, mother.id, child.birth_date or today)
    if order is not None and _is_taken(order, siblings):
        raise BirthOrderTaken(number=order)
    if order is None and siblings:
        order = next(each for each in count(len(siblings) + 1) if not _is_taken(each, siblings))
    if child.called == NEWBORN:
        child.called = newborn_name(child.sex, _short(mother), order)
    child.family = child.family or mother.family
    child.birth_date = child.birth_date or today
    if child.protection != mother.protection:
        child.protection = mother.protection  # a child lives where the mother does
    await work.session.flush()
    given = NewRelated(relation="mother", name=_full(mother), may_know="yes")
    work.session.add(_row(work, child.id, given, related=mother.id))


async def _born_on(session: AsyncSession, mother: str, born: date) -> Sequence[str]:
    found = await session.execute(
        select(Patient.called)
        .select_from(RelatedPerson)
        .join(Patient, Patient.id == RelatedPerson.patient_id)
        .where(
            RelatedPerson.related_patient_id == mother,
            RelatedPerson.relation == "mother",
            Patient.birth_date == born,
        )
    )
    return found.scalars().all()


_CHILD = {"female": "Nyfødt jente", "male": "Nyfødt gutt"}


def newborn_name(sex: str, mother: str, order: int | None) -> str:
    """`Nyfødt gutt nr. 2 av Kari N.`: whose child, and which of twins; never only a family name."""
    number = _numbered(order) if order else " "
    return f"{_CHILD.get(sex, 'Nyfødt barn')}{number}av {mother}"


def _numbered(order: int) -> str:
    return f" nr. {order} "


def _is_taken(order: int, siblings: Sequence[str]) -> bool:
    return any(_numbered(order) in each for each in siblings)


def _short(mother: Patient) -> str:
    if mother.given:
        return f"{mother.given} {mother.family[0].upper()}." if mother.family else mother.given
    return mother.called


def _full(patient: Patient) -> str:
    return " ".join(filter(None, (patient.given, patient.family))) or patient.called
