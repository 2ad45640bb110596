"""The address of one's own page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.own.page import own
from core.access.sign_in.door_log import Happened, lately
from core.access.sign_in.factors import FactorList, factors_of
from core.access.sign_in.sessions import sessions_of
from core.http.door import asking_token, require_person
from core.http.who import store_of
from core.ids import Actor
from core.patients.tables import Unit

router = APIRouter(include_in_schema=False)


@router.get("/me")
async def own_screen(request: Request, language: Language = None) -> Response:
    """One's own sign-in (min innlogging)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        require_person(actor)
        sessions = await store.read(sessions_of, actor.id, asking_token(request), store.clock())
        factors, happened, unit_name = await store.read(_own, actor)
        return own(
            sessions,
            factors,
            happened,
            me=actor,
            unit_name=unit_name,
            now=store.clock(),
            apps=pages.settings.factor_key is not None,
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


async def _own(session: AsyncSession, actor: Actor) -> tuple[FactorList, tuple[Happened, ...], str]:
    unit = await session.get_one(Unit, actor.unit)
    return await factors_of(session, actor.id), await lately(session, actor.id), unit.name
