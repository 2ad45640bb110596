"""The day's settlement (oppgjør): contacts with their tariffs, and the file of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

from app.screens.render import data_block, render
from app.screens.texts import texts
from core.clock import local
from core.ids import Actor
from journal.queries.codes.settlement import Settlement


def settlement_page(
    settlement: Settlement, *, me: Actor, now: datetime, language: str, asset_version: str
) -> str:
    """The page. Identity numbers are in the file alone, not on the screen."""
    t = texts(language)
    contacts = [list(lines) for _, lines in groupby(settlement.lines, key=lambda line: line.encounter)]
    return render(
        "screens/settlement.html",
        t=t,
        asset_version=asset_version,
        current="settlement",
        unit=settlement.unit,
        unit_name=settlement.unit_name,
        me=me,
        now=now,
        settlement=settlement,
        contacts=contacts,
        before=settlement.day - timedelta(days=1),
        after=settlement.day + timedelta(days=1) if settlement.day < local(now).date() else None,
        words=data_block(t.subset(("error.", "form."))),
    )
