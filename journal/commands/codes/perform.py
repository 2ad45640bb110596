"""Procedures and tariffs of an encounter (prosedyrer og takster): set and taken away before signing."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from sqlalchemy import delete, select

from core.access.permissions import Permission, require
from core.clock import local
from core.errors import Conflict, Invalid
from core.ids import new_id
from core.patients import encounter as encounters
from core.store.work import Work
from core.text import Answer, Code, Request
from journal.code_tables import CodePack, PerformedCode, packed_code, packs_on
from journal.events import CodesPerformed
from journal.rules.codes.choosing import CodeNotValid, require_valid


class NoCodePack(Invalid):
    """The site has brought no codes of this system that count that day."""

    code = "no-code-pack"


class PerformedAlready(Conflict):
    """The same code stands there already; its number is changed instead."""

    code = "performed-already"


class NewPerformed(Request):
    """A code from a pack of the site, and how many times (antall, 1-99)."""

    system: Code
    code: Code
    quantity: int = Field(1, ge=1, le=99)


class PerformedAnswer(Answer):
    """The encounter after the change."""

    id: str
    performed_id: str
    kind: Literal["procedure", "tariff"]
    display: str
    version: int


class RemovedAnswer(Answer):
    """The encounter after something was taken away."""

    id: str
    performed_id: str
    version: int


async def perform_code(work: Work, encounter_id: str, new: NewPerformed, expected: int) -> PerformedAnswer:
    """Add a procedure or a tariff, with the words its pack has for it on the day the patient came."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    day = local(encounter.arrived_at).date()
    pack = (await packs_on(work.session, day)).get(new.system)
    if pack is None or pack.kind == "diagnosis":
        raise NoCodePack(system=new.system)
    display = await _display(work, pack, new.code, day.isoformat())
    same = select(PerformedCode.id).where(
        PerformedCode.encounter_id == encounter.id,
        PerformedCode.system == new.system,
        PerformedCode.code == new.code,
    )
    if (await work.session.execute(same)).first() is not None:
        raise PerformedAlready(value=new.code)
    row = PerformedCode(
        id=new_id(),
        encounter_id=encounter.id,
        kind=pack.kind,
        system=pack.system,
        version=pack.version,
        code=new.code,
        display=display,
        quantity=new.quantity,
        set_by=work.actor.id,
        set_at=work.now,
    )
    work.session.add(row)
    version = encounters.changed(encounter)
    await work.record(CodesPerformed(encounter_id=encounter.id, happened_at=work.now))
    return PerformedAnswer.model_validate(
        {
            "id": encounter.id,
            "performed_id": row.id,
            "kind": row.kind,
            "display": row.display,
            "version": version,
        }
    )


async def remove_performed(work: Work, encounter_id: str, performed_id: str, expected: int) -> RemovedAnswer:
    """Take a procedure or a tariff away again, before signing."""
    require(work.actor, Permission.WRITE_NOTE)
    encounter = await encounters.load(work, encounter_id, expected)
    encounters.require_open(encounter)
    await work.session.execute(
        delete(PerformedCode).where(
            PerformedCode.id == performed_id, PerformedCode.encounter_id == encounter.id
        )
    )
    version = encounters.changed(encounter)
    await work.record(CodesPerformed(encounter_id=encounter.id, happened_at=work.now))
    return RemovedAnswer(id=encounter.id, performed_id=performed_id, version=version)


async def _display(work: Work, pack: CodePack, code: str, day: str) -> str:
    found = await packed_code(work.session, pack, code)
    if found is None:
        raise CodeNotValid(system=pack.system, value=code, day=day)
    require_valid(pack.system, code, day, begins=found.valid_from, ends=found.valid_to)
    return found.display
