"""The address of the preview before signing (forhåndsvis)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.outward.rehearsal import WouldLeave, rehearse
from app.pages import Language, pages_of, show
from app.screens.preview.page import preview
from core.access.permissions import Permission, require
from core.errors import Refused
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.commands.finish_encounter import Finishing
from journal.queries.documents import documents
from journal.queries.encounter_page import encounter_page
from journal.queries.page import EncounterPage

router = APIRouter(include_in_schema=False)


@router.get("/encounters/{encounter_id}/preview")
async def preview_screen(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """What each receiver would read if the saved draft were signed now, or why nothing would go."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        require(actor, Permission.FINISH)
        page = await open_record(store, encounter_page, encounter_id, actor, documents=documents)
        finishing = _finishing(page)
        letters: tuple[WouldLeave, ...] = ()
        refused: Refused | None = None
        if finishing is not None:
            try:
                letters = await rehearse(store, actor, encounter_id, finishing, version=page.version)
            except Refused as problem:
                refused = problem
        return preview(
            page,
            letters=letters,
            refused=refused,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


def _finishing(page: EncounterPage) -> Finishing | None:
    """As the saved draft would be signed; None while nobody has said what happens next."""
    draft = page.draft
    if draft.outcome is None:
        return None
    return Finishing(
        outcome=draft.outcome,
        asked_of_gp=draft.asked_of_gp or None,
        told_to_patient=draft.told_to_patient or None,
        medication_changes=draft.medication_changes or None,
        no_medication_changes="medication_changes" in draft.nothing,
    )
