"""The unit's screens (skjermer), for those who arrange them: which hang where, are connected, show what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import Texts, texts
from core.access.displays import DisplayList, DisplayView, Kind, Names, Theme
from core.clock import local
from core.ids import Actor
from triage.rules.unit.zones import Zone

_SCRIPT_TEXTS = ("displays.", "error.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One screen as words; `app/static/screens/displays_view.js` says the same."""

    id: str
    name: str
    state: str
    state_class: str
    shows: str
    settings: str
    added: str


def displays(
    listed: DisplayList,
    *,
    me: Actor,
    unit: str,
    unit_name: str,
    zones: Sequence[Zone],
    language: str,
    asset_version: str,
) -> str:
    """The page."""
    t = texts(language)
    return render(
        "screens/displays.html",
        t=t,
        asset_version=asset_version,
        current="displays",
        me=me,
        now=listed.server_time,
        unit=unit,
        unit_name=unit_name,
        zones=zones,
        kinds=get_args(Kind),
        names=get_args(Names),
        themes=get_args(Theme),
        lines=[line(each, now=listed.server_time, zones=zones, t=t) for each in listed.displays],
        blank=Line(id="", name="", state="", state_class="", shows="", settings="", added=""),
        data=data_block(
            {
                **listed.model_dump(mode="json"),
                "zones": [{"id": zone.id, "name": zone.name} for zone in zones],
            }
        ),
        words=data_block(t.subset(_SCRIPT_TEXTS)),
    )


def line(display: DisplayView, *, now: datetime, zones: Sequence[Zone], t: Texts) -> Line:
    """The screen as it reads now."""
    return Line(
        id=display.id,
        name=display.name,
        state=_state(display, now, t),
        state_class="here" if display.connected else "away",
        added=t("displays.added", day=show.day(display.added_at)),
        shows=" · ".join(
            part for part in (t(f"displays.kind_{display.kind}"), _zone(display, zones, t)) if part
        ),
        settings=" · ".join(
            ([t(f"displays.names_{display.names}")] if display.kind == "wall" else [])
            + [t(f"displays.theme_{display.theme}")]
            + ([t("displays.chime_on")] if display.kind == "waiting-room" and display.chime else [])
        ),
    )


def _state(display: DisplayView, now: datetime, t: Texts) -> str:
    if display.connected:
        return t("displays.connected")
    if display.seen_at is None:
        return t("displays.never")
    today = local(display.seen_at).date() == local(now).date()
    said = show.clock(display.seen_at) if today else show.day_and_clock(display.seen_at)
    return t("displays.seen", clock=said)


def _zone(display: DisplayView, zones: Sequence[Zone], t: Texts) -> str:
    if display.kind != "wall" or not (zones or display.zone):
        return ""
    if display.zone is None:
        return t("displays.zone_all")
    return next((zone.name for zone in zones if zone.id == display.zone), t("displays.zone_gone"))
