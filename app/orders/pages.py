"""The address of the unit's list of orders and results; the opening is logged."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.orders.list import unit_orders_page
from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from journal.queries.orders.of_unit import unit_orders

router = APIRouter(include_in_schema=False)


@router.get("/units/{unit}/orders")
async def orders_screen(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """What waits to be done, and results that no doctor has seen (bestillinger)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.ASSESS)
        await store.write(actor, board_opened, "orders")
        return unit_orders_page(
            await store.read(unit_orders, unit),
            unit=unit,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
