"""The address of the patient's own copy: only of what is signed, and the opening is logged."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.plain.page import patient_copy_page
from core.errors import Conflict
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.queries.summary import summary
from journal.rules.plain.patient_copy import PatientCopy, patient_copy
from journal.tables import Conclusion

router = APIRouter(include_in_schema=False)


class NotSignedYet(Conflict):
    """There is no copy of what nobody has signed."""

    code = "not-signed-yet"


@router.get("/encounters/{encounter_id}/patient-copy")
async def patient_copy_screen(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """The summary in plain words, in the language asked for, to print and hand over."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def copy(session: AsyncSession, id: str, _: Actor) -> PatientCopy:
        if await session.get(Conclusion, id) is None:
            raise NotSignedYet
        return patient_copy(await summary(session, id))

    async def draw(actor: Actor) -> str:
        found = await open_record(store, copy, encounter_id, actor, what="patient-copy")
        return patient_copy_page(
            found, encounter=encounter_id, language=shown, asset_version=pages.asset_version
        )

    return await show(request, shown, draw)
