"""A thing in the record as a whole: the rows that hold it with all its versions, and whose words they are.

What is deleted by decision, or kept from who asks to read, is named by one id and is more than one row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from core.patients.tables import Encounter
from core.store.work import Work
from journal.clinical_tables import CriticalInformation, MedicationStatement, contacts_here
from journal.code_tables import Composition
from journal.order_tables import Result, ServiceRequest
from journal.tables import Conclusion, Correction, Diagnosis, DraftKept, Note
from journal.vitals_tables import MedicationAdministration
from triage.tables import Assessment
from triage.vitals_tables import Measurement


@dataclass(frozen=True, slots=True)
class Doomed:
    """Rows by what their tombstone is called, those that point to others first; what the closing keeps."""

    authors: frozenset[str]
    rows: tuple[tuple[str, Any], ...]
    in_letters: bool = True
    closing: Mapping[str, Any] = field(default_factory=dict)  # column of the conclusion -> what is left


async def find_doomed(work: Work, encounter: Encounter, what: str, id: str) -> Doomed | None:
    """Everything that holds it, with every version; None when the encounter has no such thing."""
    return await _FINDERS[what](work, encounter, id)


async def _one(work: Work, table: type[Any], encounter: Encounter, id: str) -> Any | None:
    row = await work.session.get(table, id)
    return row if row is not None and row.encounter_id == encounter.id else None


async def _all(work: Work, rows: Select[Any]) -> Sequence[Any]:
    found: Sequence[Any] = (await work.session.execute(rows)).scalars().all()
    return found


def _named(what: str, rows: Iterable[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((what, each) for each in rows)


async def _note(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    note = await _one(work, Note, encounter, id)
    if note is None:
        return None
    about = await _all(work, select(Correction).where(Correction.note_id == note.id))
    kept = await _kept(work, encounter, note.author_id)
    return Doomed(
        frozenset({note.author_id}), (("note", note), *_named("correction", about), *_named("draft", kept))
    )


async def _kept(work: Work, encounter: Encounter, author: str) -> Sequence[DraftKept]:
    of_author = (DraftKept.encounter_id == encounter.id) & (DraftKept.author_id == author)
    return await _all(work, select(DraftKept).where(of_author))


async def _diagnosis(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    """Whole lists that name it go; the newest that does not name it counts."""
    row = await _one(work, Diagnosis, encounter, id)
    if row is None:
        return None
    lists = [
        each
        for each in await _corrections(work, encounter, "diagnoses")
        if any(said["code"] == row.code for said in each.body.get("diagnoses", ()))
    ]
    return Doomed(frozenset({row.set_by}), (("diagnosis", row), *_named("correction", lists)))


async def _corrections(work: Work, encounter: Encounter, target: str) -> Sequence[Correction]:
    of_it = (Correction.encounter_id == encounter.id) & (Correction.target == target)
    return await _all(work, select(Correction).where(of_it))


async def _correction(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    row = await _one(work, Correction, encounter, id)
    return Doomed(frozenset({row.author_id}), (("correction", row),)) if row else None


async def _composition(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    row = await _one(work, Composition, encounter, id)
    if row is None:
        return None
    versions = await _all(work, select(Composition).where(Composition.document_id == row.document_id))
    authors = frozenset(each.author_id for each in versions)
    return Doomed(authors, _named("composition", versions), in_letters=False)


async def _conclusion(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    """The words of the closing. That nobody said anything of medicines is then what is told, not "none"."""
    row = await work.session.get(Conclusion, encounter.id) if id == encounter.id else None
    if row is None:
        return None
    later = await _corrections(work, encounter, "conclusion")
    kept = await _kept(work, encounter, row.signed_by)
    words = dict.fromkeys(("asked_of_gp", "told_to_patient", "medication_changes"))
    return Doomed(
        frozenset({row.signed_by, *(each.author_id for each in later)}),
        (*_named("correction", later), *_named("draft", kept)),
        closing={**words, "medication_stated": "not-stated", "medicines": {"changes": []}},
    )


async def _assessment(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    row = await _one(work, Assessment, encounter, id)
    return Doomed(frozenset({row.by_id}), (("assessment", row),)) if row else None


async def _measurement(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    rows = await _versions(work, Measurement, encounter, id)
    return Doomed(frozenset(each.by_id for each in rows), _named("measurement", rows)) if rows else None


async def _administration(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    rows = await _versions(work, MedicationAdministration, encounter, id)
    people = {each for row in rows for each in (row.given_by, row.recorded_by, row.ordered_by) if each}
    return Doomed(frozenset(people), _named("administration", rows)) if rows else None


async def _versions(work: Work, table: type[Any], encounter: Encounter, id: str) -> list[Any]:
    """All that replace each other, whichever of them is named; the newest first."""
    of_it = await _all(work, select(table).where(table.encounter_id == encounter.id))
    after = {each.replaces: each for each in of_it if each.replaces}
    by_id = {each.id: each for each in of_it}
    newest = by_id.get(id)
    while newest is not None and newest.id in after:
        newest = after[newest.id]
    found = []
    while newest is not None:
        found.append(newest)
        newest = by_id.get(newest.replaces or "")
    return found


async def _order(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    """With its results: either of them tells the other."""
    order = await _one(work, ServiceRequest, encounter, id)
    if order is None:
        return None
    results = await _all(work, select(Result).where(Result.order_id == order.id))
    people = {order.ordered_by, *(each.reported_by for each in results)}
    return Doomed(frozenset(people), (*_named("result", results), ("order", order)))


async def _critical(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    """A line is the patient's: what other contacts here have made of it goes too."""
    here = CriticalInformation.encounter_id.in_(contacts_here(encounter))
    rows = await _all(work, select(CriticalInformation).where(CriticalInformation.item_id == id, here))
    if not rows:
        return None
    return Doomed(frozenset(each.recorded_by for each in rows), _named("critical", rows), in_letters=False)


async def _medicine(work: Work, encounter: Encounter, id: str) -> Doomed | None:
    """As this contact has it: what other contacts asked and were told is theirs."""
    of_it = (MedicationStatement.item_id == id) & (MedicationStatement.encounter_id == encounter.id)
    rows = await _all(work, select(MedicationStatement).where(of_it))
    if not rows:
        return None
    names = {each.name for each in rows}
    closing = await work.session.get(Conclusion, encounter.id)
    changes = (closing.medicines or {}).get("changes", []) if closing else []
    left = [each for each in changes if each["name"] not in names]
    # A corrected closing says all changes anew in words: it goes, and the one before it counts.
    later = [each for each in await _corrections(work, encounter, "conclusion") if _says(each, names)]
    changed = len(left) < len(changes)
    people = {*(each.recorded_by for each in rows), *(each.author_id for each in later)}
    return Doomed(
        frozenset(people),
        (*_named("medicine", rows), *_named("correction", later)),
        in_letters=changed or bool(later),
        closing=_without(left, closing) if changed else {},
    )


def _says(correction: Correction, names: set[str]) -> bool:
    return any(name in (correction.body.get("medication_changes") or "") for name in names)


def _without(left: list[dict[str, Any]], closing: Conclusion | None) -> dict[str, Any]:
    silent = not left and not (closing and closing.medication_changes)
    return {"medicines": {"changes": left}, **({"medication_stated": "not-stated"} if silent else {})}


_FINDERS: Mapping[str, Callable[[Work, Encounter, str], Awaitable[Doomed | None]]] = {
    "note": _note,
    "diagnosis": _diagnosis,
    "correction": _correction,
    "composition": _composition,
    "conclusion": _conclusion,
    "assessment": _assessment,
    "measurement": _measurement,
    "order": _order,
    "administration": _administration,
    "critical": _critical,
    "medicine": _medicine,
}
