"""Medicines are added, answered for and changed in a contact (legemidler, samstemming)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from sqlalchemy import func, select

from core.access.permissions import Permission, require
from core.errors import NotFound, Stale
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.tables import Encounter
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.clinical_tables import MedicationStatement, medicine_lines
from journal.events import MedicineAnswered
from journal.rules.clinical.lines import KnownLine
from journal.rules.clinical.medicines import Change, MedicineListed, Use, require_whole, same_name
from journal.rules.clinical.sealed import MEDICINE, line_hash


class NewMedicine(Request):
    """A medicine that is on no list here. `new` says that it is begun in this contact, and why."""

    name: ShortText
    atc: str | None = Field(default=None, pattern=r"^[A-Z]\d\d[A-Z]{2}\d\d$")  # ATC, all seven signs
    dosage: ShortText | None = None
    source: Literal["patient", "relative", "gp-letter", "contact"]
    use: Use = "uses"
    change: Literal["new"] | None = None
    reason: ShortText | None = None


class MedicineUse(Request):
    """What the patient says about one line: uses it, does not, or does not know."""

    use: Use


class MedicineChanging(Request):
    """What this contact decides about one line, and why. None takes back what was decided."""

    change: Literal["stopped", "paused", "dose"] | None
    new_dosage: ShortText | None = None
    reason: ShortText | None = None


class MedicineVoid(Request):
    """Why the line should not have been there."""

    reason: ShortText


class MedicineAnswer(Answer):
    """The line as it stands now; `version` is its own."""

    id: str
    version: int
    recorded_at: Moment


async def add_medicine(work: Work, encounter_id: str, new: NewMedicine) -> MedicineAnswer:
    """Put a medicine on the list. Refused when a line has that name already; beginning one takes a doctor."""
    encounter = await _encounter(work, encounter_id)
    if new.change:
        require(work.actor, Permission.WRITE_NOTE)
    require_whole(new.change, None, new.reason)
    if any(same_name(new.name, line.name) for line in await medicine_lines(work.session, encounter)):
        raise MedicineListed(value=new.name)
    row = MedicationStatement(**new.model_dump(), source_as_of=work.now, external_id=None, new_dosage=None)
    row.item_id, row.number, row.void = new_id(), 1, False
    return await _keep(work, encounter, row)


async def answer_medicine(
    work: Work, encounter_id: str, item: str, said: MedicineUse, *, expected: int
) -> MedicineAnswer:
    """Uses, does not, does not know (bruker, bruker ikke, vet ikke)."""
    encounter = await _encounter(work, encounter_id)
    row = await _anew(work, await _line(work, encounter, item, expected))
    row.use = said.use
    return await _keep(work, encounter, row)


async def change_medicine(
    work: Work, encounter_id: str, item: str, changing: MedicineChanging, *, expected: int
) -> MedicineAnswer:
    """Stop, pause or change the dose, with the reason; or take that back. A doctor's decision."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await _encounter(work, encounter_id)
    row = await _anew(work, await _line(work, encounter, item, expected))
    change: Change | None = changing.change
    require_whole(change, changing.new_dosage, changing.reason)
    row.change, row.reason = change, changing.reason if change else None
    row.new_dosage = changing.new_dosage if change == "dose" else None
    return await _keep(work, encounter, row)


async def void_medicine(
    work: Work, encounter_id: str, item: str, why: MedicineVoid, *, expected: int
) -> MedicineAnswer:
    """The line was entered in error (feilført): off the list, still in the history."""
    encounter = await _encounter(work, encounter_id)
    row = await _anew(work, await _line(work, encounter, item, expected))
    row.void, row.reason = True, why.reason
    return await _keep(work, encounter, row)


async def _encounter(work: Work, encounter_id: str) -> Encounter:
    require(work.actor, Permission.ASSESS)
    encounter = await encounters.load(work, encounter_id)
    encounters.require_open(encounter)
    return encounter


async def _line(work: Work, encounter: Encounter, item: str, expected: int) -> KnownLine:
    lines = await medicine_lines(work.session, encounter)
    line = next((each for each in lines if each.id == item), None)
    if line is None:
        raise NotFound(item=item)
    if line.version != expected:
        raise Stale(version=line.version, expected=expected)
    return line


async def _anew(work: Work, line: KnownLine) -> MedicationStatement:
    """The next version, saying the same as the one before."""
    last = await work.session.execute(
        select(func.max(MedicationStatement.number)).where(MedicationStatement.item_id == line.id)
    )
    kept = ("name", "atc", "dosage", "source", "source_as_of", "external_id", "use", "change", "new_dosage")
    row = MedicationStatement(**{name: getattr(line, name) for name in (*kept, "reason")})
    row.item_id, row.number, row.void = line.id, (last.scalar_one() or 0) + 1, False
    return row


async def _keep(work: Work, encounter: Encounter, row: MedicationStatement) -> MedicineAnswer:
    row.id, row.encounter_id = new_id(), encounter.id
    row.recorded_by, row.recorded_at = work.actor.id, work.now
    row.content_hash = line_hash({name: getattr(row, name) for name in MEDICINE}, work.now)
    work.session.add(row)
    await work.record(MedicineAnswered(encounter_id=encounter.id, happened_at=work.now))
    return MedicineAnswer(id=row.item_id, version=row.number, recorded_at=work.now)
