"""The address where templates and phrases are kept (maler og fraser)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.writing.page import writing_aids_page
from app.writing.routes import require_writer
from core.access.permissions import Permission, may
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from core.patients.tables import Unit
from journal.queries.writing.offered import offered_aids

router = APIRouter(include_in_schema=False)


@router.get("/units/{unit}/writing-aids")
async def writing_aids_screen(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """The unit's and one's own."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require_writer(actor)
        here = await store.read(lambda session: session.get_one(Unit, unit))
        return writing_aids_page(
            await store.read(offered_aids, unit, actor.id),
            unit=unit,
            unit_name=here.name,
            me=actor,
            own=may(actor, Permission.WRITE_NOTE),
            units=may(actor, Permission.KEEP_UNIT_TEXTS),
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
