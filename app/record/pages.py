"""The address of what was signed (det signerte): its history, correcting, adding and deleting."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.record import page as screens
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.queries.documents import documents
from journal.queries.encounter_page import encounter_page

router = APIRouter(include_in_schema=False)


@router.get("/encounters/{encounter_id}/record")
async def record_screen(encounter_id: EncounterPath, request: Request, language: Language = None) -> Response:
    """Every version of what was signed, and what can be done about it."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        page = await open_record(
            store, encounter_page, encounter_id, actor, documents=documents, elsewhere=True
        )
        return screens.record(
            page, me=actor, now=store.clock(), language=shown, asset_version=pages.asset_version
        )

    return await show(request, shown, draw)
