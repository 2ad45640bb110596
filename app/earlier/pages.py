"""The address of all earlier contacts of a patient; the opening is logged with what was told."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.earlier.page import earlier_page
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from core.patients.tables import Encounter, Patient, Unit
from journal.queries.earlier_contacts import EarlierContacts, earlier_contacts, told_about

router = APIRouter(include_in_schema=False)
After = Annotated[str | None, Query(pattern=r"^[0-9a-f-]{36}$")]


@router.get("/encounters/{encounter_id}/earlier")
async def earlier_screen(
    encounter_id: EncounterPath, request: Request, after: After = None, language: Language = None
) -> Response:
    """All contacts before this one (tidligere kontakter), fifty on a page."""
    pages, store = pages_of(request), store_of(request)
    shown, now = pages.language(language), store.clock()

    async def listed(session: AsyncSession, id: str, reader: Actor) -> tuple[EarlierContacts, str, str]:
        encounter = await session.get_one(Encounter, id)
        patient = await session.get_one(Patient, encounter.patient_id)
        name = " ".join(filter(None, (patient.given, patient.family))) or patient.called
        unit = await session.get_one(Unit, reader.unit)
        return await earlier_contacts(session, id, reader, now=now, after=after), name, unit.name

    async def draw(actor: Actor) -> str:
        contacts, name, unit_name = await open_record(
            store,
            listed,
            encounter_id,
            actor,
            what="earlier-contacts",
            documents=lambda found: told_about(found[0]),
            elsewhere=True,
        )
        return earlier_page(
            contacts,
            name=name,
            me=actor,
            unit_name=unit_name,
            first=after is None,
            now=now,
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
