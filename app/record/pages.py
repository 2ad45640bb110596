"""The address of what was signed (det signerte): its history, correcting, adding and deleting."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.record import page as screens
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from integrations.dialogue.reading import DialogueLine, dialogue_of
from journal.copy_tables import Withheld, withheld_in
from journal.queries.documents import documents
from journal.queries.encounter_page import encounter_page
from journal.queries.page import EncounterPage

router = APIRouter(include_in_schema=False)


@router.get("/encounters/{encounter_id}/record")
async def record_screen(encounter_id: EncounterPath, request: Request, language: Language = None) -> Response:
    """Every version of what was signed, and what can be done about it."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        page, dialogue, withheld = await open_record(
            store, _whole, encounter_id, actor, documents=_shown, elsewhere=True
        )
        return screens.record(
            page,
            dialogue=dialogue,
            withheld=withheld,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


Whole = tuple[EncounterPage, tuple[DialogueLine, ...], tuple[Withheld, ...]]


async def _whole(session: AsyncSession, encounter_id: str, actor: Actor) -> Whole:
    """With dialogue for those who may ask for its deletion, and with what is kept from who asks to read."""
    page = await encounter_page(session, encounter_id, actor)
    dialogue = await dialogue_of(session, encounter_id, actor) if page.may.delete else ()
    return page, dialogue, tuple(await withheld_in(session, [encounter_id]))


def _shown(whole: Whole) -> tuple[str, ...]:
    page, dialogue, _ = whole
    return (*documents(page), *(f"dialogue:{each.id}" for each in dialogue))
