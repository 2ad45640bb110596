"""Something is kept from who asks to read (unnta fra innsyn), by a doctor's decision that can be lifted."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from core.access.legal.bases import Kind, chosen
from core.access.permissions import Permission, require
from core.errors import Conflict, NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.need.relation_here import require_need
from core.store.work import Work
from core.text import Answer, Code, Moment, Request, ShortText
from journal.copy_tables import Withheld, withheld_in
from journal.rules.deleting import What
from journal.rules.reading import AskedBy
from journal.whole_things import find_doomed

_Reason = Annotated[ShortText, Field(min_length=10)]


class WithheldAlready(Conflict):
    """It is kept back; a new decision is made after the old one is lifted."""

    code = "withheld-already"


class Withholding(Request):
    """What is kept back, from whom, by which paragraph and why."""

    what: What
    id: ShortText
    from_whom: Annotated[tuple[AskedBy, ...], Field(min_length=1, max_length=4)]
    basis: Code
    reason: _Reason


class Lifting(Request):
    """Why it is shown after all."""

    reason: _Reason


class Decided(Answer):
    """How it stands."""

    id: str
    encounter: str
    withheld: bool
    at: Moment


async def withhold(work: Work, encounter_id: str, wanted: Withholding) -> Decided:
    """Keep something of this contact from copies that the named people ask for."""
    require(work.actor, Permission.WITHHOLD)
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    if wanted.what == "dialogue" or await find_doomed(work, encounter, wanted.what, wanted.id) is None:
        raise NotFound(**{wanted.what: wanted.id})
    standing = await withheld_in(work.session, [encounter.id])
    if any(each.object_id == wanted.id for each in standing):
        raise WithheldAlready
    row = Withheld(
        id=new_id(),
        encounter_id=encounter.id,
        what=wanted.what,
        object_id=wanted.id,
        from_whom=sorted(set(wanted.from_whom)),
        basis=chosen(wanted.basis, Kind.WITHHOLDING, work.now).code,
        reason=wanted.reason,
        decided_by=work.actor.id,
        decided_at=work.now,
    )
    work.session.add(row)
    return Decided(id=row.id, encounter=encounter.id, withheld=True, at=work.now)


async def lift(work: Work, encounter_id: str, withheld_id: str, lifting: Lifting) -> Decided:
    """Show it again. That it was kept back, and why, stays."""
    require(work.actor, Permission.WITHHOLD)
    encounter = await encounters.load(work, encounter_id)
    await require_need(work, encounter)
    row = await work.session.get(Withheld, withheld_id, with_for_update=True)
    if row is None or row.encounter_id != encounter.id or row.lifted_at is not None:
        raise NotFound(withheld=withheld_id)
    row.lifted_by, row.lifted_at, row.lift_reason = work.actor.id, work.now, lifting.reason
    return Decided(id=row.id, encounter=encounter.id, withheld=False, at=work.now)
