"""The address of the coordinator's screen: board and overview are read together and logged as one opening."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from triage.queries.board import board
from triage.queries.board_row import Board
from triage.queries.overview import Overview, overview

router = APIRouter(include_in_schema=False)


@router.get("/units/{unit}/coordinator")
async def coordinator_page(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """Alarms, the load and tasks (koordinator)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.LOOK_AFTER)
        await store.write(actor, board_opened, "overview")
        rows, seen = await store.read(_both, unit, store.clock())
        return screens.coordinator(
            rows,
            seen,
            me=actor,
            language=shown,
            websocket_path=f"/ws/units/{unit}/board",
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


async def _both(session: AsyncSession, unit: str, now: datetime) -> tuple[Board, Overview]:
    # In one picture of the record: an alarm of somebody who is not on the board cannot be.
    return await board(session, unit, now), await overview(session, unit, now)
