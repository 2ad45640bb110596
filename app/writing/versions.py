"""The address where older versions of a draft are read (kladdens versjoner)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.writing.versions import versions_page
from core.access.permissions import Permission, require
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.queries.drafts.looked_back import LookedBack, looked_back

router = APIRouter(include_in_schema=False)
Before = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("/encounters/{encounter_id}/draft-versions")
async def versions_screen(
    encounter_id: EncounterPath, request: Request, before: Before = None, language: Language = None
) -> Response:
    """What stood in the draft before: who, when and what differs; words can be fetched back."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def found(session: AsyncSession, id: str, reader: Actor) -> LookedBack:
        return await looked_back(session, id, reader, before=before)

    async def draw(actor: Actor) -> str:
        require(actor, Permission.WRITE_NOTE)
        page = await open_record(store, found, encounter_id, actor, what="draft-versions")
        return versions_page(
            page, me=actor, now=store.clock(), language=shown, asset_version=pages.asset_version
        )

    return await show(request, shown, draw)
