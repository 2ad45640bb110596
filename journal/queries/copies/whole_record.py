"""Every contact of a patient in the legal entity, as the patient may read it (kopi av journalen)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.access.legal.bases import known
from core.access.tables import Staff
from core.ids import Actor
from core.patients.need.patients_view import Seen, looks_at
from core.patients.need.relation_here import same_person
from core.patients.tables import Encounter, Unit
from journal.copy_tables import RecordCopy, Withheld, contacts_of, withheld_in
from journal.queries.copies.kept_back import without
from journal.queries.encounter_page import MessagesOf, encounter_page
from journal.queries.page import EncounterPage


@dataclass(frozen=True, slots=True)
class CopiedContact:
    """One contact without what is kept back; `kept_back` says by which paragraphs, once each."""

    page: EncounterPage
    kept_back: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WholeRecord:
    """The copy: who asked, all contacts with the oldest first, and who has looked."""

    asked_by: str
    identity_seen: str
    made_at: datetime
    made_by: str
    unit_name: str
    contacts: tuple[CopiedContact, ...]
    seen: tuple[Seen, ...]


async def whole_record(
    session: AsyncSession, copy_id: str, actor: Actor, messages_of: MessagesOf
) -> WholeRecord:
    """As it stands now; call after `open_copy`, which checks and logs."""
    copy = await session.get_one(RecordCopy, copy_id)
    asked_from = await session.get_one(Encounter, copy.encounter_id)
    people = await same_person(session, asked_from.patient_id)
    contacts = (await session.execute(contacts_of(people, copy.unit_id))).scalars().all()
    kept = [
        each
        for each in await withheld_in(session, [contact.id for contact in contacts])
        if copy.asked_by in each.from_whom
    ]
    return WholeRecord(
        asked_by=copy.asked_by,
        identity_seen=copy.identity_seen,
        made_at=copy.made_at,
        made_by=(await session.get_one(Staff, copy.made_by)).name,
        unit_name=(await session.get_one(Unit, copy.unit_id)).name,
        contacts=tuple(
            [_copied(await encounter_page(session, each.id, actor, messages_of), kept) for each in contacts]
        ),
        seen=await looks_at(session, people),
    )


def _copied(page: EncounterPage, kept: Sequence[Withheld]) -> CopiedContact:
    # A line of critical information stands on every contact's page, and is kept back on each.
    here = [each for each in kept if each.encounter_id == page.id]
    named = (known(each.basis) for each in here)
    references = dict.fromkeys(each.reference for each in named if each)
    return CopiedContact(without(page, {each.object_id for each in kept}), tuple(references))
