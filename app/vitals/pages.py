"""The address of a unit's standing orders, for its doctors to approve and everybody there to read."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.vitals.standing import standing_orders_page
from core.access.permissions import Permission, require
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from journal.queries.medication.of_encounter import standing_orders_of

router = APIRouter(include_in_schema=False)


@router.get("/units/{unit}/standing-orders")
async def standing_orders_screen(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """Every version with who approved it (delegeringer). It opens no patient, so there is nothing to log."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.LOOK_AFTER)
        return standing_orders_page(
            await store.read(standing_orders_of, unit, store.clock()),
            unit=unit,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
