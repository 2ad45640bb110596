"""The address of the operators' screen: calls and board are read together and logged as one opening."""

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
from triage.queries.telephone.calls import Calls, calls, with_pre_alerts

router = APIRouter(include_in_schema=False)


@router.get("/units/{unit}/calls")
async def calls_page(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """Calls that wait, the call one has, and who is on the way (telefon)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.TAKE_CALLS)
        await store.write(actor, board_opened, "calls")
        rows, known = await store.read(_both, unit, store.clock())
        return screens.calls(
            rows,
            known,
            me=actor,
            language=shown,
            websocket_path=f"/ws/units/{unit}/calls",
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


async def _both(session: AsyncSession, unit: str, now: datetime) -> tuple[Board, Calls]:
    shown = await board(session, unit, now)
    rows = await with_pre_alerts(session, shown.rows)
    return shown.model_copy(update={"rows": tuple(rows)}), await calls(session, unit, now)
