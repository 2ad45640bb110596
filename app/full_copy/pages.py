"""The addresses of the whole record on paper: where it is asked for, and the sheets to print."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.outward.whole import Whole, whole
from app.pages import Language, pages_of, show
from app.screens.full_copy.page import asking_page, copy_page
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from journal.commands.copies.make import about_copy, open_copy

router = APIRouter(include_in_schema=False)
CopyPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


@router.get("/encounters/{encounter_id}/full-copy")
async def asking_screen(encounter_id: EncounterPath, request: Request, language: Language = None) -> Response:
    """Who asks for a copy of the whole record, and how that was seen."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        return asking_page(
            await store.write(actor, about_copy, encounter_id),
            encounter=encounter_id,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/encounters/{encounter_id}/full-copy/{copy_id}")
async def copy_screen(
    encounter_id: EncounterPath, copy_id: CopyPath, request: Request, language: Language = None
) -> Response:
    """The sheets. The opening is logged as what the patient asked for, before anything is read."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        copy = await store.write(actor, open_copy, encounter_id, copy_id)
        read: Whole = await store.read(whole, copy.id, actor)
        return copy_page(read, encounter=encounter_id, language=shown, asset_version=pages.asset_version)

    return await show(request, shown, draw)
