"""All earlier contacts of a patient on a page of their own."""

from __future__ import annotations

from datetime import datetime

from app.screens.earlier.contacts import earlier_views
from app.screens.render import data_block, render
from app.screens.texts import texts
from core.ids import Actor
from journal.queries.earlier_contacts import EarlierContacts


def earlier_page(
    contacts: EarlierContacts,
    *,
    name: str,
    me: Actor,
    unit_name: str,
    first: bool,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The list; each line leads to the record of that contact, by the same rules as any record."""
    t = texts(language)
    return render(
        "screens/earlier.html",
        t=t,
        asset_version=asset_version,
        current="encounter",
        unit=me.unit,
        unit_name=unit_name,
        me=me,
        now=now,
        name=name,
        contacts=contacts,
        earlier=earlier_views(contacts.contacts, t),
        elsewhere=any(each.elsewhere for each in contacts.contacts),
        first=first,
        words=data_block(t.subset(("error.", "form."))),
    )
