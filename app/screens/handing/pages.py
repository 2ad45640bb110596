"""Handing over by ISBAR, who asks, and a doctor's own lists, as pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.screens.render import data_block, render
from app.screens.texts import texts
from core.access.tables import Staff
from core.ids import Actor
from journal.queries.handing.view import Asked, FinishedLately, Mine
from journal.queries.isbar import isbar_of
from journal.queries.page import EncounterPage
from journal.rules.isbar import HEADINGS
from triage.queries.board_row import Board


def mine_page(
    lists: Mine, *, board: Board, leaving: bool, me: Actor, now: datetime, language: str, asset_version: str
) -> str:
    """Everything of one doctor's that is not finished; `leaving`, said before the way out."""
    t = texts(language)
    return render(
        "screens/mine.html",
        t=t,
        asset_version=asset_version,
        current="mine",
        linked=True,
        unit=board.unit,
        unit_name=lists.unit_name,
        me=me,
        now=now,
        lists=lists,
        leaving=leaving,
        board_data=data_block(board.model_dump(mode="json")),
        words=data_block(t.subset(("error.", "form.", "live."))),
    )


def finished_page(
    lately: FinishedLately, *, unit: str, me: Actor, now: datetime, language: str, asset_version: str
) -> str:
    """Who was finished lately; from here the patient's copy is printed."""
    t = texts(language)
    return render(
        "screens/finished.html",
        t=t,
        asset_version=asset_version,
        current="finished",
        unit=unit,
        unit_name=lately.unit_name,
        me=me,
        now=now,
        finished=lately.patients,
        words=data_block(t.subset(("error.", "form."))),
    )


def asked_part(asked: Sequence[Asked], *, language: str) -> str:
    """Who asks; nothing when nobody does."""
    t = texts(language)
    return render("parts/handing/asked.html", t=t, asked=[a for a in asked if not a.mine])


def hand_over_page(
    page: EncounterPage,
    *,
    colleagues: Sequence[Staff],
    me: Actor,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The words to hand over with, filled from the record, and how far it has come."""
    t = texts(language)
    waits = next((each for each in page.hand_overs if each.state == "proposed"), None)
    return render(
        "screens/hand_over.html",
        t=t,
        asset_version=asset_version,
        current="encounter",
        unit=page.unit,
        unit_name=page.unit_name,
        me=me,
        now=now,
        page=page,
        headings=HEADINGS,
        isbar=isbar_of(page).model_dump(),
        colleagues=colleagues,
        waits=waits if waits and waits.expires_at > now else None,
        data=data_block({"encounter": page.id, "version": page.version}),
        words=data_block(t.subset(("error.", "form."))),
    )
