"""The patient's own page (pasientens side): number, place, range and call in words; nothing of anybody else.

The words come finished from here, also for a phone that asks again: its script has nothing to reckon out.
"""

from __future__ import annotations

from datetime import datetime

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import LANGUAGES, Texts, texts
from app.screens.waiting_room import waited
from core.text import Answer
from triage.queries.ticket.place import OwnPlace
from triage.queries.waiting_times import LevelWait

_SCRIPT_TEXTS = ("my_place.stale", "my_place.updated", "my_place.alert")
_TOLD = {
    "to-be-assessed": ("my_place.to_be_assessed", "my_place.to_be_assessed_why"),
    "with-staff": ("my_place.with_staff", "my_place.with_staff_why"),
    "over": ("my_place.over", "my_place.over_why"),
}
"""Where there is no place to tell: a headline and a sentence."""


class PlaceView(Answer):
    """What the page says now."""

    unit_name: str
    number: str
    has_number: bool
    called: bool
    called_key: str  # another for each call: the phone makes itself heard once for each
    called_to: str
    called_at: str
    told: bool  # a headline and a sentence instead of a place
    headline: str
    sentence: str
    placed: bool
    place: str
    timed: bool
    wait: str
    wait_text: str
    over: bool


def place_view(own: OwnPlace, *, language: str) -> PlaceView:
    """The same for the first page and for every answer after it."""
    t = texts(language)
    called = own.state == "called"
    headline, sentence = (t(key) for key in _TOLD[own.state]) if own.state in _TOLD else ("", "")
    timed = own.low is not None
    return PlaceView(
        unit_name=own.unit_name,
        number=own.number,
        has_number=bool(own.number),
        called=called,
        called_key=own.called_at.isoformat() if called and own.called_at else "",
        called_to=(own.called_to or t("my_place.desk")) if called else "",
        called_at=_at("my_place.called_at", own.called_at, t) if called else "",
        told=bool(headline),
        headline=headline,
        sentence=sentence,
        placed=own.place is not None,
        place=t("my_place.place", place=own.place) if own.place else "",
        timed=timed,
        wait=waited(LevelWait(level=0, low=own.low, high=own.high), t) if timed else "",
        wait_text=_at("my_place.wait_text", own.arrived_at, t) if timed else "",
        over=own.state == "over",
    )


def _at(key: str, moment: datetime | None, t: Texts) -> str:
    return t(key, clock=show.clock(moment)) if moment else ""


def own_place(view: PlaceView, *, tag: str, now: datetime, language: str, asset_version: str) -> str:
    """The whole page; `tag` is what the phone asks with whether anything is new."""
    t = texts(language)
    return render(
        "screens/own_place.html",
        t=t,
        asset_version=asset_version,
        view=view,
        tag=tag,
        now=now,
        languages=_languages(),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def link_unknown(*, language: str, asset_version: str) -> str:
    """What a link that leads nowhere says: never whether it once led somewhere."""
    return render(
        "screens/link_unknown.html",
        t=texts(language),
        asset_version=asset_version,
        languages=_languages(),
    )


def _languages() -> list[tuple[str, str]]:
    return [(each, texts(each)("language.name")) for each in LANGUAGES]
