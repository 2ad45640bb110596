"""Templates and phrases (maler og fraser): what there is, and a form for a new one or another text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.screens.encounter import HEADINGS
from app.screens.render import data_block, render
from app.screens.texts import texts
from core.ids import Actor
from journal.queries.writing.offered import OfferedAid


def writing_aids_page(
    aids: Sequence[OfferedAid],
    *,
    unit: str,
    unit_name: str,
    me: Actor,
    own: bool,
    units: bool,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The page; `own` and `units` say which the reader may change."""
    t = texts(language)
    return render(
        "screens/writing_aids.html",
        t=t,
        asset_version=asset_version,
        current="writing",
        unit=unit,
        unit_name=unit_name,
        me=me,
        now=now,
        own=own,
        units=units,
        kinds=[(kind, [each for each in aids if each.kind == kind]) for kind in ("phrase", "template")],
        headings=HEADINGS,
        words=data_block(t.subset(("error.", "form."))),
    )
