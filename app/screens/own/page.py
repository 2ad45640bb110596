"""One's own sign-in: where, with what, the password, and what happened at the door lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.screens import show
from app.screens.render import data_block, render
from app.screens.texts import texts
from core.access.sign_in.door_log import Happened
from core.access.sign_in.factors import FactorList
from core.access.sign_in.sessions import SessionList
from core.ids import Actor

_SCRIPT_TEXTS = ("error.", "own.script.")


def own(
    sessions: SessionList,
    factors: FactorList,
    happened: Sequence[Happened],
    *,
    me: Actor,
    unit_name: str,
    now: datetime,
    apps: bool,
    language: str,
    asset_version: str,
) -> str:
    """The page. `apps`: whether the site has set up authenticator apps."""
    t = texts(language)
    return render(
        "screens/own.html",
        t=t,
        asset_version=asset_version,
        words=data_block(t.subset(_SCRIPT_TEXTS)),
        current="own",
        me=me,
        now=now,
        unit=me.unit,
        unit_name=unit_name,
        sessions=sessions.sessions,
        factors=factors,
        happened=happened,
        apps=apps,
        moment=_moment,
        device=_device,
        method=lambda given: t.known(f"own.method_{given}", "own.method_other") if given else None,
    )


def _moment(at: datetime) -> str:
    return f"{show.day(at)} {show.clock(at)}"


def _device(agent: str | None) -> str:
    """`Firefox, Windows` of what a browser calls itself; what is not known is shown as it is."""
    agent = agent or ""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system))) or agent[:40] or "–"


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    *(("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad")),
    *(("Mac OS", "macOS"), ("Linux", "Linux")),
)
