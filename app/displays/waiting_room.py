"""The address of the board in the waiting room (venteromstavle)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from core.access.displays import Theme, own_display
from core.access.permissions import Permission, require
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import DISPLAYS, Actor
from triage.queries.waiting_room import waiting_room

router = APIRouter(include_in_schema=False)


@router.get("/waiting-room/{unit}")
async def waiting_room_page(
    unit: UnitPath, request: Request, language: Language = None, theme: Theme = "light"
) -> Response:
    """The board as it is now. It opens no patient, so there is nothing to log."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.READ_WAITING_ROOM)
        shows = await store.read(own_display, actor, store.clock()) if actor.role in DISPLAYS else None
        return screens.waiting_room(
            await store.read(waiting_room, unit, store.clock()),
            language=shown,
            theme=shows.theme if shows else theme,
            chime=shows.chime if shows else None,
            websocket_path=f"/ws/units/{unit}/waiting-room",
            asset_version=pages.asset_version,
            spare_path=f"/waiting-room/{unit}/spare" if shows else "",
            sign_in_path="/pair" if shows else f"/login?next=/waiting-room/{unit}",
        )

    return await show(request, shown, draw)
