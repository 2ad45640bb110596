"""Letters about somebody who turned out to be another (må avklares), and what to do about each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.screens.render import data_block, render
from app.screens.texts import texts
from core.ids import Actor
from integrations.reviews import ReviewLine

_SCRIPT_TEXTS = ("error.", "reviews.decided")
_OF_HELD, _OF_LEFT = ("send-anew", "send", "withdraw"), ("told", "send-anew", "still-right")


def reviews(
    lines: Sequence[ReviewLine],
    *,
    me: Actor,
    unit: str,
    unit_name: str,
    now: datetime,
    language: str,
    asset_version: str,
) -> str:
    """The page; the oldest doubt first."""
    t = texts(language)
    return render(
        "screens/reviews.html",
        t=t,
        asset_version=asset_version,
        current="reviews",
        me=me,
        now=now,
        unit=unit,
        unit_name=unit_name,
        lines=[(line, _OF_HELD if line.held else _OF_LEFT) for line in lines],
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )
