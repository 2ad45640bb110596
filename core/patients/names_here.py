"""Watching for names to confuse (like navn) among those who are here, when somebody comes, goes or is named.

A reaction in the same transaction, so that the note is on both rows at once and gone from both at once. The
patient it happened to is redrawn anyway; the others get an event of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Exists, delete, or_, select

from core.patients import encounter as encounters
from core.patients.encounter import OPEN
from core.patients.identity_tables import SimilarName
from core.patients.similar_names import Named, similar
from core.patients.tables import Encounter, Patient
from core.store.event_log import Event
from core.store.work import Work

_MOST = 5
"""Of those somebody can be confused with, so many are kept: one is enough for the note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesAlike(Event):
    """Somebody is here now whose name is like this patient's (like navn)."""

    kind: ClassVar[str] = "names-alike"

    encounter_id: str
    number: str

    def facts(self) -> dict[str, Any]:
        return {"number": self.number}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesApart(Event):
    """Nobody is here any more whose name is like this patient's."""

    kind: ClassVar[str] = "names-apart"

    encounter_id: str


def has_similar_name() -> Exists:
    """For a query over encounters: whether somebody else who is here could be taken for this one."""
    return select(SimilarName.other_id).where(SimilarName.encounter_id == Encounter.id).exists()


async def look_again(work: Work, event: Event) -> None:
    """The reaction to everything that opens an encounter or changes a name: compare with all who are here."""
    if event.encounter_id is None:
        return
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    here = await _here(work, encounter.unit_id)
    mine = _like(here, encounter.id)
    before = await _partners(work, encounter.id)
    noted = before | await _noted(work, mine)
    if before:  # the note stands on both rows, so whoever has no partner is nobody's
        await _forget(work, encounter.id)
    without = set(mine[_MOST:]) - await _noted(work, mine[_MOST:])
    _pair(work, encounter.id, *mine[:_MOST], *sorted(without))
    await _settle(work, encounter, here, before | set(mine), noted)


async def look_after_leaving(work: Work, event: Event) -> None:
    """The reaction to everything else: whoever is gone is nobody's like name any more."""
    if event.encounter_id is None or isinstance(event, NamesAlike | NamesApart):
        return
    encounter = await work.session.get_one(Encounter, event.encounter_id)
    if encounters.is_open(encounter):
        return
    before = await _partners(work, encounter.id)
    if before:
        await _forget(work, encounter.id)
        await _settle(work, encounter, await _here(work, encounter.unit_id), before, before)


async def _settle(
    work: Work, encounter: Encounter, here: Mapping[str, Named], others: set[str], noted: set[str]
) -> None:
    """Give the note to those who should have it, and tell those for whom it came or went."""
    await work.session.flush()
    for other in sorted(others - await _noted(work, others)):
        if await _noted(work, [other]):
            continue  # got the note together with the one before
        # Only some of those alike were kept: perhaps another one is still here.
        _pair(work, other, *_like(here, other)[:_MOST])
        await work.session.flush()
    noted_now = await _noted(work, others)
    for other in sorted(noted_now - noted):
        alike = NamesAlike(encounter_id=other, happened_at=work.now, number=encounter.number)
        await _record(work, encounter, alike)
    for other in sorted(noted - noted_now):
        await _record(work, encounter, NamesApart(encounter_id=other, happened_at=work.now))


async def _record(work: Work, encounter: Encounter, event: Event) -> None:
    await work.record(event, unit=encounter.unit_id)


async def _here(work: Work, unit: str) -> dict[str, Named]:
    found = await work.session.execute(
        select(Encounter.id, Patient.given, Patient.family, Patient.called, Patient.birth_date)
        .join(Patient, Patient.id == Encounter.patient_id)
        .where(Encounter.unit_id == unit, Encounter.status.in_(OPEN))
        .order_by(Encounter.id)
    )
    return {id: Named(given, family, called, born) for id, given, family, called, born in found}


def _like(here: Mapping[str, Named], encounter_id: str) -> list[str]:
    me = here.get(encounter_id)
    if me is None:
        return []
    return [id for id, other in here.items() if id != encounter_id and similar(me, other)]


async def _partners(work: Work, encounter_id: str) -> set[str]:
    found = await work.session.execute(
        select(SimilarName.other_id).where(SimilarName.encounter_id == encounter_id)
    )
    return set(found.scalars())


async def _noted(work: Work, encounter_ids: Collection[str]) -> set[str]:
    """Those of these who have the note."""
    if not encounter_ids:
        return set()
    found = await work.session.execute(
        select(SimilarName.encounter_id).where(SimilarName.encounter_id.in_(encounter_ids)).distinct()
    )
    return set(found.scalars())


async def _forget(work: Work, encounter_id: str) -> None:
    mine = or_(SimilarName.encounter_id == encounter_id, SimilarName.other_id == encounter_id)
    await work.session.execute(delete(SimilarName).where(mine))


def _pair(work: Work, one: str, *others: str) -> None:
    pairs = [(one, other) for other in others] + [(other, one) for other in others]
    work.session.add_all(SimilarName(encounter_id=here, other_id=there) for here, there in pairs)
