"""The page a ticket is made and printed from (kølapp); on the paper two languages, and never a name."""

from __future__ import annotations

from datetime import datetime

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import texts
from app.screens.waiting_room import tongues
from core.ids import Actor
from triage.queries.ticket.print_page import TicketPage

_SCRIPT_TEXTS = ("ticket.", "error.")


def ticket(page: TicketPage, *, me: Actor, now: datetime, language: str, asset_version: str) -> str:
    """The page; its paper is empty until a ticket is made, since nobody can read an earlier link again."""
    t = texts(language)
    return render(
        "screens/ticket.html",
        t=t,
        both=tongues(language),
        asset_version=asset_version,
        current="ticket",
        me=me,
        now=now,
        unit=page.unit,
        unit_name=page.unit_name,
        page=page,
        state=t("ticket.out", clock=show.clock(page.issued_at)) if page.issued_at else t("ticket.none"),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )
