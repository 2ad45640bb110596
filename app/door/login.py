"""The front door (logg inn): whoever cannot come in one way reads why, and finds the others open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from core.access.sign_in.machines import colleagues_here
from core.errors import NotSignedIn, Refused
from core.http.door import machine_of
from core.http.who import store_of, who
from core.ids import Actor, Role
from core.patients.tables import Unit

router = APIRouter(include_in_schema=False)

_FIRST_PAGES = {
    Role.DISPLAY: "/wall/{unit}",
    Role.WAITING_ROOM_DISPLAY: "/waiting-room/{unit}",
    Role.ADMIN: "/units/{unit}/displays",
    Role.AUDITOR: "/units/{unit}/access",
}


@router.get("/")
async def index(request: Request) -> Response:
    """To the queue of one's unit."""
    try:
        actor = await who(request)
    except NotSignedIn:
        return await _welcome(request) or RedirectResponse("/login", 303)
    place = _FIRST_PAGES.get(actor.role, "/units/{unit}")
    return RedirectResponse(place.format(unit=actor.unit), 303)


async def _welcome(request: Request) -> Response | None:
    """The demo's front page, where the demo runs."""
    pages = pages_of(request)
    if not pages.demo_accounts:
        return None
    units = await store_of(request).read(_units)
    page = screens.welcome(
        unit=units[0].id,
        unit_name=units[0].name,
        demo_accounts=pages.demo_accounts,
        display_token=pages.display_token,
        language=pages.language(None),
        asset_version=pages.asset_version,
    )
    return HTMLResponse(page)


async def _units(session: AsyncSession) -> Sequence[Unit]:
    return (await session.execute(select(Unit).order_by(Unit.id))).scalars().all()


@router.get("/login")
async def login(request: Request, next: str = "/", language: Language = None) -> Response:
    """The sign-in page (logg inn)."""
    return await sign_in_page(request, next=next, language=language)


@router.get("/unlocked")
async def unlocked(request: Request, language: Language = None) -> Response:
    """Back from signing in in a tab of its own, beside a screen that waits locked (låst opp)."""
    pages = pages_of(request)
    shown = pages.language(language)

    async def draw(_actor: Actor) -> str:
        return screens.unlocked(language=shown, asset_version=pages.asset_version)

    return await show(request, shown, draw)


async def sign_in_page(
    request: Request, *, next: str, language: str | None, refused: Refused | None = None
) -> Response:
    """The ways in; `refused`: what went wrong with one of them."""
    pages, store = pages_of(request), store_of(request)
    shift = timedelta(hours=pages.settings.session_hours)
    page = screens.sign_in(
        pages.demo_accounts,
        colleagues=await store.read(colleagues_here, machine_of(request), store.clock(), shift),
        language=pages.language(language),
        next=next,
        helseid=bool(pages.settings.helseid_sign_in_client),
        problem=refused.code if refused else None,
        asset_version=pages.asset_version,
    )
    return HTMLResponse(page, refused.status if refused else 200)
