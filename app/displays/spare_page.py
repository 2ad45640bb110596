"""What a screen keeps so that it can start without the server: its own page with nobody in it, and a worker.

The page of a screen is never kept by any cache, since it holds patients. This one holds what the unit is
called and how the screen is arranged, and nothing else; the last picture lies in the screen's own memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from core.access.displays import own_display
from core.access.permissions import Permission, require
from core.errors import NotAllowed
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import DISPLAYS, Actor
from triage.queries.board import about_unit
from triage.queries.board_row import Board, BoardFigures
from triage.queries.waiting_room import WaitingRoom, about_waiting_room

router = APIRouter(include_in_schema=False)

_WORKER = Path(__file__).parents[1] / "static" / "screen_worker.js"
_NOBODY: Mapping[str, Any] = {"epoch": "", "seq": 0, "count": 0, "rows": ()}
_MAY_BE_KEPT = {"Cache-Control": "no-cache"}  # by the screen that asked; it asks again whenever it can


@router.get("/screen-worker.js")
async def worker() -> Response:
    """The worker; from the top of the address, since it may only answer for pages below its own."""
    return FileResponse(_WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/wall/{unit}/spare")
async def spare_wall(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """The staff wall with nobody on it, for the screen that asks."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        _require_display(actor, unit, Permission.READ_BOARD)
        shows, now = await store.read(own_display, actor, store.clock()), store.clock()
        unknown = BoardFigures(
            longest_wait_since=None, median_minutes_to_doctor=None, share_within_target=None
        )
        about = await store.read(about_unit, unit)
        return screens.wall(
            Board(**about, **_NOBODY, server_time=now, figures=unknown),
            language=shown,
            theme=shows.theme,
            name_mode=shows.names,
            zone=shows.zone,
            websocket_path=f"/ws/units/{unit}/board",
            asset_version=pages.asset_version,
            sign_in_path="/pair",
            spare_path=f"/wall/{unit}/spare",
        )

    return await _kept(request, shown, draw)


@router.get("/waiting-room/{unit}/spare")
async def spare_waiting_room(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """The board of the waiting room without calls and without waiting times, for the screen that asks."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        _require_display(actor, unit, Permission.READ_WAITING_ROOM)
        shows, now = await store.read(own_display, actor, store.clock()), store.clock()
        about = await store.read(about_waiting_room, unit)
        return screens.waiting_room(
            WaitingRoom(**about, **_NOBODY, server_time=now, waits=(), computed_at=now),
            language=shown,
            theme=shows.theme,
            chime=shows.chime,
            websocket_path=f"/ws/units/{unit}/waiting-room",
            asset_version=pages.asset_version,
            sign_in_path="/pair",
            spare_path=f"/waiting-room/{unit}/spare",
        )

    return await _kept(request, shown, draw)


def _require_display(actor: Actor, unit: str, permission: Permission) -> None:
    """Only screens: a workstation must not keep a board after its user has signed out."""
    in_unit(actor, unit)
    require(actor, permission)
    if actor.role not in DISPLAYS:
        raise NotAllowed(permission=permission.value, role=actor.role.value)


async def _kept(request: Request, language: str, draw: Callable[[Actor], Awaitable[str]]) -> Response:
    page = await show(request, language, draw)
    if page.status_code == 200:
        page.headers.update(_MAY_BE_KEPT)
    return page
