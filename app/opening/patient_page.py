"""A patient's page and the contacts before it, in one opening: one look at the rules, one line in the log."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.ids import Actor
from core.patients.open_record import open_record
from core.store.work import Store
from journal.queries.documents import documents
from journal.queries.earlier_contacts import ON_THE_PAGE, EarlierContacts, earlier_contacts, told_about
from journal.queries.encounter_page import MessagesOf, encounter_page
from journal.queries.page import EncounterPage

Opened = tuple[EncounterPage, EarlierContacts]


async def open_with_earlier(
    store: Store,
    messages_of: MessagesOf,
    encounter_id: str,
    actor: Actor,
    *,
    again_within: timedelta | None = None,
) -> Opened:
    """The page and the newest of the earlier contacts; also of another unit of the same legal entity.

    `again_within`: drawn anew where it stands open, which is the same opening.
    """
    now = store.clock()

    async def both(session: AsyncSession, id: str, reader: Actor) -> Opened:
        page = await encounter_page(session, id, reader, messages_of)
        return page, await earlier_contacts(session, id, reader, now=now, most=ON_THE_PAGE)

    def shown(opened: Opened) -> tuple[str, ...]:
        return (*documents(opened[0]), *told_about(opened[1]))

    return await open_record(
        store, both, encounter_id, actor, documents=shown, elsewhere=True, again_within=again_within
    )
