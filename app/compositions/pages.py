"""The address of a sick note or a referral: its form while it is a draft, the paper when it is signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.compositions.page import composition_page
from core.errors import NotFound
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.queries.compositions.paper import paper_of

router = APIRouter(include_in_schema=False)
CompositionPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


@router.get("/encounters/{encounter_id}/compositions/{composition}")
async def composition_screen(
    encounter_id: EncounterPath, composition: CompositionPath, request: Request, language: Language = None
) -> Response:
    """One version of a document (sykmelding, henvisning)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        papers = await open_record(
            store,
            paper_of,
            encounter_id,
            actor,
            what="composition",
            documents=lambda papers: ("person", f"composition:{composition}"),
        )
        if papers.of(composition) is None:
            raise NotFound(encounter=encounter_id)
        return composition_page(
            papers,
            composition,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
