"""The address of the day's settlement (oppgjør); each patient in it is logged as opened."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.codes.settlement import settlement_page
from core.access.permissions import Permission, require
from core.clock import local
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from journal.queries.codes.settlement import settlement_of_day

router = APIRouter(include_in_schema=False)
Asked = Annotated[date | None, Query(ge=date(2015, 1, 1), le=date(2199, 12, 31))]


@router.get("/units/{unit}/settlement")
async def settlement_screen(
    unit: UnitPath, request: Request, day: Asked = None, language: Language = None
) -> Response:
    """Tariffs and procedures of one day, and the file for the settlement program."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.SETTLE)
        now = store.clock()
        found = await store.write(actor, settlement_of_day, day or local(now).date())
        return settlement_page(found, me=actor, now=now, language=shown, asset_version=pages.asset_version)

    return await show(request, shown, draw)
