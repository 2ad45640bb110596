"""The addresses of a screen that is new, and of those who arrange the screens and the ward they show."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from core.access.displays import displays_of
from core.access.permissions import Permission, require
from core.errors import Refused
from core.http.call import UnitPath, in_unit
from core.http.who import store_of, who
from core.ids import DISPLAYS, Actor
from triage.queries.board import about_unit
from triage.queries.unit_settings import unit_settings

router = APIRouter(include_in_schema=False)

Unit = Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,40}$")]


@router.get("/pair")
async def pair(request: Request, unit: Unit = None, language: Language = None) -> Response:
    """Where a screen starts: with its code when it is new, else straight to what it shows."""
    pages = pages_of(request)
    try:
        asking = await who(request)
    except Refused:
        pass  # nobody yet, or no way to know: the page asks again by itself
    else:
        if asking.role in DISPLAYS:
            return RedirectResponse("/", 303)
    page = screens.pairing(unit=unit, language=pages.language(language), asset_version=pages.asset_version)
    return HTMLResponse(page)


@router.get("/display/{unit}")
async def display(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """Where a wall screen hands in its token, once."""
    pages = pages_of(request)
    return HTMLResponse(
        screens.display_entry(unit, language=pages.language(language), asset_version=pages.asset_version)
    )


@router.get("/units/{unit}/displays")
async def displays_page(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """The unit's screens (skjermer)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.ARRANGE_UNIT)
        place = await store.read(about_unit, unit)
        return screens.displays(
            await store.read(displays_of, unit, store.clock()),
            me=actor,
            unit=unit,
            unit_name=place["unit_name"],
            zones=place["zones"],
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/units/{unit}/settings")
async def settings_page(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """Rooms, zones, columns and desks of the unit (rom og soner)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.ARRANGE_UNIT)
        return screens.unit_settings(
            await store.read(unit_settings, unit),
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
