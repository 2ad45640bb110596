"""A copy of the whole record is asked for (kopi av journalen, pbrl § 5-1): by whom, and how it was seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from core.access.log import PATIENT_ASKED, Line, add_line
from core.access.permissions import Permission, require
from core.access.relation import Relation
from core.errors import Conflict, NotAllowed, NotFound
from core.ids import new_id
from core.patients import encounter as encounters
from core.patients.need.relation_here import same_person, standing_of
from core.patients.tables import Encounter, Patient, Unit
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from journal.copy_tables import RecordCopy, contacts_of
from journal.rules.reading import AskedBy

STANDS = timedelta(hours=24)
"""So long the same request is printed from; later somebody asks anew."""


class OwnCopy(NotAllowed):
    """Nobody makes the copy of their own record: a colleague does, as for other patients."""

    code = "own-copy"


class CopyByAnother(NotAllowed):
    """The patient has blocked this colleague: somebody else makes the copy, or it would be the way around."""

    code = "copy-by-another"


class CopyTooOld(Conflict):
    """It was asked for too long ago to be printed again."""

    code = "copy-too-old"


class AskingCopy(Request):
    """Who wants it, and how it was made sure that it is they."""

    asked_by: AskedBy
    identity_seen: Annotated[ShortText, Field(min_length=3)]


class CopyMade(Answer):
    """It can be printed for a day."""

    id: str
    encounter: str
    asked_by: AskedBy
    made_at: Moment


class CopyAsked(Answer):
    """Whose record it is, and the copies made before."""

    name: str
    unit_name: str
    before: tuple[CopyMade, ...]


async def about_copy(work: Work, encounter_id: str) -> CopyAsked:
    """What is shown before a copy is asked for; the look is the patient's errand, and logged so."""
    encounter = await _encounter(work, encounter_id)
    await add_line(
        work,
        Line(
            what="person",
            patient_id=encounter.patient_id,
            encounter_id=encounter.id,
            purpose=PATIENT_ASKED,
        ),
    )
    patient = await work.session.get_one(Patient, encounter.patient_id)
    unit = await work.session.get_one(Unit, encounter.unit_id)
    found = await work.session.execute(
        select(RecordCopy)
        .where(RecordCopy.patient_id == encounter.patient_id, RecordCopy.unit_id == work.unit)
        .order_by(RecordCopy.made_at.desc(), RecordCopy.id)
    )
    return CopyAsked(
        name=" ".join(filter(None, (patient.given, patient.family))) or patient.called,
        unit_name=unit.name,
        before=tuple(_made(each) for each in found.scalars()),
    )


def _made(copy: RecordCopy) -> CopyMade:
    return CopyMade.model_validate(
        {
            "id": copy.id,
            "encounter": copy.encounter_id,
            "asked_by": copy.asked_by,
            "made_at": copy.made_at,
        }
    )


async def make_copy(work: Work, encounter_id: str, asking: AskingCopy) -> CopyMade:
    """Write down the request. The patient has a right to it: neither age nor a blocked unit stops it."""
    encounter = await _encounter(work, encounter_id)
    copy = RecordCopy(
        id=new_id(),
        unit_id=work.unit,
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        asked_by=asking.asked_by,
        identity_seen=asking.identity_seen,
        made_by=work.actor.id,
        made_at=work.now,
    )
    work.session.add(copy)
    return _made(copy)


async def open_copy(work: Work, encounter_id: str, copy_id: str) -> RecordCopy:
    """Let it be read, and log it first, with every contact in it. Reading it comes after."""
    encounter = await _encounter(work, encounter_id)
    copy = await work.session.get(RecordCopy, copy_id)
    if copy is None or copy.encounter_id != encounter.id or copy.unit_id != work.unit:
        raise NotFound(copy=copy_id)
    if work.now - copy.made_at > STANDS:
        raise CopyTooOld
    people = await same_person(work.session, encounter.patient_id)
    contacts = (await work.session.execute(contacts_of(people, work.unit))).scalars()
    await add_line(
        work,
        Line(
            what="record-copy",
            patient_id=encounter.patient_id,
            encounter_id=encounter.id,
            documents=[f"encounter:{each.id}" for each in contacts],
            purpose=PATIENT_ASKED,
        ),
    )
    return copy


async def _encounter(work: Work, encounter_id: str) -> Encounter:
    require(work.actor, Permission.COPY_RECORD)
    encounter = await encounters.load(work, encounter_id)
    standing = await standing_of(work.session, encounter.patient_id, work.actor, work.now)
    if standing.relation(encounter) is Relation.SELF:
        raise OwnCopy
    if "person" in standing.blocks:
        raise CopyByAnother
    return encounter
