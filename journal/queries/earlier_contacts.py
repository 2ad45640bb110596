"""Earlier contacts (tidligere kontakter) of a patient, here and at other units of the same legal entity.

A handful of questions to the database whatever the number of contacts: the page that asks must be as quick
for somebody with two hundred of them as for a newborn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.relation import Access, Relation
from core.access.tables import Staff
from core.errors import NotFound
from core.ids import Actor
from core.patients.encounter import Status
from core.patients.need.relation_here import Standing, standing_of
from core.patients.tables import Encounter, Unit
from core.text import Answer
from journal.queries.page import PageDiagnosis
from journal.rules.corrections import counts_now
from journal.rules.summary import Outcome
from journal.tables import Conclusion, Correction, Diagnosis

ON_THE_PAGE = 5
"""So many stand on the encounter page; the rest are one key press away."""

ON_A_LIST = 50


class EarlierContact(Answer):
    """One contact before this one. What it was about is only told where the record would open at once."""

    id: str
    unit_name: str
    elsewhere: bool  # at another unit of the same legal entity
    arrived_at: datetime
    status: Literal["arrived", "triaged", "in-progress", "finished", "cancelled"]
    needs_reason: bool  # opens only with a reason (selvvalgt tilgang); nothing more is told before
    complaint: str | None = None  # what the patient came for
    diagnoses: tuple[PageDiagnosis, ...] = ()  # as corrected, the main one first
    outcome: Outcome | None = None
    doctor: str | None = None  # who was responsible at the end


class EarlierContacts(Answer):
    """A page of them, newest first."""

    encounter: str
    total: int
    contacts: tuple[EarlierContact, ...]
    next: str | None  # continue `after` this one; None: the oldest has been shown


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of the contacts on one page, by encounter."""

    diagnoses: Mapping[str, tuple[PageDiagnosis, ...]]
    outcomes: Mapping[str, Outcome]


async def earlier_contacts(
    session: AsyncSession,
    encounter_id: str,
    actor: Actor,
    *,
    now: datetime,
    most: int = ON_A_LIST,
    after: str | None = None,
) -> EarlierContacts:
    """Contacts before this one; call through `open_record`. Raises NotFound for an `after` not listed."""
    encounter = await session.get_one(Encounter, encounter_id)
    standing = await standing_of(session, encounter.patient_id, actor, now)
    listed = _listed(encounter, standing)
    total = (await session.execute(select(func.count()).select_from(listed.subquery()))).scalar_one()
    shown = listed.order_by(Encounter.arrived_at.desc(), Encounter.id.desc()).limit(most + 1)
    if after is not None:
        last = (await session.execute(listed.where(Encounter.id == after))).scalar_one_or_none()
        if last is None:
            raise NotFound(encounter=after)
        shown = shown.where(tuple_(Encounter.arrived_at, Encounter.id) < (last.arrived_at, last.id))
    rows = (await session.execute(shown)).scalars().all()
    contacts = await _contacts(session, rows[:most], standing)
    more = contacts[-1].id if len(rows) > most else None
    return EarlierContacts(encounter=encounter_id, total=total, contacts=contacts, next=more)


def _listed(encounter: Encounter, standing: Standing) -> Select[Encounter]:
    """What may be listed at all: other units' contacts only where they open."""
    units = {
        unit
        for unit in standing.family | {encounter.unit_id}
        if standing.access(_at(unit, encounter)) is not Access.NO
    }
    return select(Encounter).where(
        Encounter.patient_id.in_(standing.people),
        Encounter.unit_id.in_(sorted(units)),
        Encounter.id != encounter.id,
        Encounter.arrived_at <= encounter.arrived_at,
        Encounter.status != Status.PLANNED.value,
    )


def _at(unit: str, encounter: Encounter) -> Encounter:
    """An ended contact of the same patient at that unit, to ask whether such ones are open to the reader."""
    return Encounter(unit_id=unit, patient_id=encounter.patient_id, status=Status.FINISHED.value)


async def _contacts(
    session: AsyncSession, rows: Sequence[Encounter], standing: Standing
) -> tuple[EarlierContact, ...]:
    open_ = [row for row in rows if standing.access(row) is Access.YES]
    told = await _told(session, [row.id for row in open_])
    names = await _names(session, select(Staff.id, Staff.name), [row.doctor_id for row in open_])
    units = await _names(session, select(Unit.id, Unit.name), [row.unit_id for row in rows])
    return tuple(_contact(row, standing, told, names | units) for row in rows)


def _contact(row: Encounter, standing: Standing, told: _Told, names: Mapping[str, str]) -> EarlierContact:
    known: dict[str, Any] = {
        "id": row.id,
        "unit_name": names[row.unit_id],
        "elsewhere": standing.relation(row) is Relation.SAME_ENTITY,
        "arrived_at": row.arrived_at,
        "status": row.status,
        "needs_reason": standing.access(row) is not Access.YES,
    }
    if not known["needs_reason"]:
        known |= {
            "complaint": row.complaint,
            "diagnoses": told.diagnoses.get(row.id, ()),
            "outcome": told.outcomes.get(row.id),
            "doctor": names.get(row.doctor_id or ""),
        }
    return EarlierContact.model_validate(known)


async def _names(
    session: AsyncSession, names: Select[str, str], wanted: Sequence[str | None]
) -> dict[str, str]:
    ids = {id for id in wanted if id}
    column = names.selected_columns[0]
    found = await session.execute(names.where(column.in_(sorted(ids))))
    return {row.id: row.name for row in found}


async def _told(session: AsyncSession, encounters: Sequence[str]) -> _Told:
    """Diagnoses and outcome as they read now, corrections laid over what was signed first."""
    diagnoses: dict[str, tuple[PageDiagnosis, ...]] = {}
    found = await session.execute(
        select(Diagnosis).where(Diagnosis.encounter_id.in_(encounters)).order_by(Diagnosis.position)
    )
    for row in found.scalars():
        one = PageDiagnosis(id=row.id, system=row.system, code=row.code, display=row.display)
        diagnoses[row.encounter_id] = (*diagnoses.get(row.encounter_id, ()), one)
    ended = await session.execute(
        select(Conclusion.encounter_id, Conclusion.outcome).where(Conclusion.encounter_id.in_(encounters))
    )
    outcomes = {row.encounter_id: Outcome(row.outcome) for row in ended}
    for encounter, corrections in (await _corrections(session, encounters)).items():
        coded, closing = counts_now(corrections, "diagnoses"), counts_now(corrections, "conclusion")
        if coded:
            diagnoses[encounter] = tuple(
                PageDiagnosis(id=coded.id, **each) for each in coded.body["diagnoses"]
            )
        if closing:
            outcomes[encounter] = Outcome(closing.body["outcome"])
    return _Told(diagnoses, outcomes)


async def _corrections(session: AsyncSession, encounters: Sequence[str]) -> Mapping[str, list[Correction]]:
    found = await session.execute(
        select(Correction).where(Correction.encounter_id.in_(encounters)).order_by(Correction.number)
    )
    corrected: dict[str, list[Correction]] = {}
    for row in found.scalars():
        corrected.setdefault(row.encounter_id, []).append(row)
    return corrected


def told_about(contacts: EarlierContacts) -> tuple[str, ...]:
    """Which contacts a reader was told about, for the access log."""
    return tuple(f"contact:{each.id}" for each in contacts.contacts if not each.needs_reason)
