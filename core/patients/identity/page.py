"""Who a patient is as far as we know, and how we came to know it (identitet og historikk)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.permissions import Permission, may
from core.clock import local
from core.ids import Actor
from core.patients.encounter import OPEN
from core.patients.identity.id_numbers import masked, numbers_of
from core.patients.identity.undo import permission_for
from core.patients.identity_tables import IdentityChange, IdentityEffect, SimilarName
from core.patients.protection import Protection, shown
from core.patients.related import Consent, Related, consent, related_of
from core.patients.tables import Encounter, Patient
from core.text import Answer

_PRIVATE = frozenset({"address", "phone", "gp"})  # the history tells that they changed, not to what


class KnownNumber(Answer):
    """A number, masked until somebody asks for it."""

    kind: str
    country: str
    masked: str


class Person(Answer):
    """One record of a person, as much as helps to see whether two are the same."""

    id: str
    called: str
    given: str | None
    family: str | None
    birth_date: date | None
    sex: Literal["female", "male", "unknown"]
    residence: str | None
    protection: Protection
    address: str | None  # None also when protected
    phone: str | None
    gp: str | None
    numbers: tuple[KnownNumber, ...]
    active: bool
    replaced_by: str | None
    here: str | None  # contact number, when on this unit's board
    here_id: str | None  # the encounter of that number
    visits: int  # in this unit
    last_visit: datetime | None


class ChangedValue(Answer):
    """One value before and after; None where it was or is unknown, or not to be shown."""

    what: str
    before: str | None
    after: str | None


class Change(Answer):
    """One decision about who this is, newest first."""

    id: str
    kind: Literal["checked-in", "identified", "merged", "split", "undone"]
    at: datetime
    by: str
    role: str
    reason: str | None
    values: tuple[ChangedValue, ...]
    undone: bool
    may_undo: bool


class IdentityMay(Answer):
    """What the reader may do."""

    identify: bool
    merge: bool


class IdentityPage(Answer):
    """Everything about who somebody is."""

    id: str  # encounter
    version: int
    unit: str
    number: str
    status: str
    complaint: str
    arrived_at: datetime
    recorded_at: datetime
    flags: tuple[str, ...]
    person: Person
    related: tuple[Related, ...]
    consent: Consent | None
    similar: tuple[Person, ...]  # those who are here and could be taken for this one
    history: tuple[Change, ...]
    may: IdentityMay


async def identity_page(session: AsyncSession, encounter_id: str, actor: Actor) -> IdentityPage:
    """Who this is; call through `open_record`, which checks and logs."""
    encounter = await session.get_one(Encounter, encounter_id)
    patient = await session.get_one(Patient, encounter.patient_id)
    months = _months(patient.birth_date, local(encounter.arrived_at).date())
    return IdentityPage(
        id=encounter.id,
        version=encounter.version,
        unit=encounter.unit_id,
        number=encounter.number,
        status=encounter.status,
        complaint=encounter.complaint,
        arrived_at=encounter.arrived_at,
        recorded_at=encounter.recorded_at,
        flags=tuple(encounter.flags),
        person=await person(session, patient, encounter.unit_id),
        related=await related_of(session, patient),
        consent=consent(months),
        similar=await _similar(session, encounter),
        history=await _history(session, encounter, actor),
        may=IdentityMay(
            identify=may(actor, Permission.IDENTIFY), merge=may(actor, Permission.MERGE_PATIENTS)
        ),
    )


def _months(born: date | None, on: date) -> int | None:
    if born is None or born > on:
        return None
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


async def person(session: AsyncSession, patient: Patient, unit: str) -> Person:
    """One record, with what this unit has seen of it."""
    visits, last = await _visits(session, patient.id, unit)
    here = await _here(session, patient.id, unit)
    return Person.model_validate(
        {
            "id": patient.id,
            "called": patient.called,
            "given": patient.given,
            "family": patient.family,
            "birth_date": patient.birth_date,
            "sex": patient.sex,
            "residence": patient.residence,
            "protection": patient.protection,
            "address": shown(patient, patient.address),
            "phone": shown(patient, patient.phone),
            "gp": shown(
                patient, f"{patient.gp['name']}, {patient.gp['office_name']}" if patient.gp else None
            ),
            "numbers": tuple(
                KnownNumber(kind=row.kind, country=row.country, masked=masked(row.kind, row.value))
                for row in await numbers_of(session, patient.id)
            ),
            "active": patient.active,
            "replaced_by": patient.replaced_by,
            "here": here[1] if here else None,
            "here_id": here[0] if here else None,
            "visits": visits,
            "last_visit": last,
        }
    )


async def _visits(session: AsyncSession, patient: str, unit: str) -> tuple[int, datetime | None]:
    found = await session.execute(
        select(func.count(), func.max(Encounter.arrived_at)).where(
            Encounter.patient_id == patient, Encounter.unit_id == unit
        )
    )
    count, last = found.one()
    return count, last


async def _here(session: AsyncSession, patient: str, unit: str) -> tuple[str, str] | None:
    found = await session.execute(
        select(Encounter.id, Encounter.number).where(
            Encounter.patient_id == patient, Encounter.unit_id == unit, Encounter.status.in_(OPEN)
        )
    )
    row = found.first()
    return (row.id, row.number) if row else None


async def _similar(session: AsyncSession, encounter: Encounter) -> tuple[Person, ...]:
    found = await session.execute(
        select(Patient)
        .join(Encounter, Encounter.patient_id == Patient.id)
        .join(SimilarName, SimilarName.other_id == Encounter.id)
        .where(
            SimilarName.encounter_id == encounter.id,
            Encounter.status.in_(OPEN),
            Patient.id != encounter.patient_id,
        )
        .order_by(Encounter.arrived_at)
    )
    return tuple([await person(session, each, encounter.unit_id) for each in found.scalars()])


async def _history(session: AsyncSession, encounter: Encounter, actor: Actor) -> tuple[Change, ...]:
    patient = encounter.patient_id
    found = await session.execute(
        select(IdentityChange)
        .where(
            or_(
                IdentityChange.patient_id == patient,
                IdentityChange.other_id == patient,
                IdentityChange.encounter_id == encounter.id,
            )
        )
        .order_by(IdentityChange.number.desc())
    )
    changes = found.scalars().all()
    undone = {change.undoes for change in changes}
    effects = await _effects(session, [change.number for change in changes])
    names = await _names(session, effects)
    return tuple(
        Change.model_validate(
            {
                "id": change.id,
                "kind": change.kind,
                "at": change.at,
                "by": change.by_name,
                "role": change.by_role,
                "reason": change.reason,
                "values": tuple(
                    _value(each, names) for each in effects if each.change_number == change.number
                ),
                "undone": change.number in undone,
                "may_undo": change.kind != "undone"
                and change.number not in undone
                and may(actor, permission_for(change.kind)),
            }
        )
        for change in changes
    )


async def _effects(session: AsyncSession, numbers: Sequence[int]) -> Sequence[IdentityEffect]:
    found = await session.execute(
        select(IdentityEffect)
        .where(IdentityEffect.change_number.in_(numbers))
        .order_by(IdentityEffect.change_number, IdentityEffect.position)
    )
    return found.scalars().all()


async def _names(session: AsyncSession, effects: Iterable[IdentityEffect]) -> dict[str, str]:
    """What the history calls patients and encounters: as written at the door, and the contact number."""
    ids = {part.partition(" ")[0] for e in effects for part in (e.before, e.after) if part}
    ids |= {effect.subject for effect in effects}
    patients = await session.execute(select(Patient.id, Patient.called).where(Patient.id.in_(ids)))
    visits = await session.execute(select(Encounter.id, Encounter.number).where(Encounter.id.in_(ids)))
    return {id: name for found in (patients, visits) for id, name in found}


def _value(effect: IdentityEffect, names: dict[str, str]) -> ChangedValue:
    if effect.what == "number":
        kind, _, value = effect.subject.split(":", 2)
        number = f"{masked(kind, value)}"
        if effect.before is None or effect.after is None:
            return ChangedValue(
                what=f"number.{kind}",
                before=number if effect.before else None,
                after=number if effect.after else None,
            )
        return ChangedValue(what=f"number.{kind}", before=_named(effect.before, names), after=number)
    if effect.what in ("encounter", "related"):
        return ChangedValue(
            what=f"{effect.what}.{names.get(effect.subject, '')}".rstrip("."),
            before=_named(effect.before, names),
            after=_named(effect.after, names),
        )
    hidden = effect.field in _PRIVATE
    return ChangedValue(
        what=effect.field,
        before=None if hidden else _named(effect.before, names),
        after=None if hidden else _named(effect.after, names),
    )


def _named(value: str | None, names: dict[str, str]) -> str | None:
    return names.get(value.partition(" ")[0], value) if value else value
