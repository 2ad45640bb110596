"""The addresses of dialogue with GPs (henvendelser); every opening is logged."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.dialogue.routes import DialoguePath
from app.pages import Language, pages_of, show
from app.screens.dialogue.page import About, encounter_dialogue, waiting_dialogue
from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.http.call import EncounterPath, UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from core.patients.tables import Encounter, Patient, Unit
from integrations.dialogue.files import OpenedFile, file_of
from integrations.dialogue.reading import DialogueLine, dialogue_of, unit_dialogue

router = APIRouter(include_in_schema=False)
FilePath = Annotated[int, Path(ge=0, le=99)]


@router.get("/units/{unit}/dialogue")
async def unit_screen(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """What GPs have written and nobody has dealt with, with who answers and by when."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.READ_RECORD)
        await store.write(actor, board_opened, "dialogue")
        return waiting_dialogue(
            await store.read(unit_dialogue, unit),
            unit=unit,
            unit_name=await store.read(_name, unit),
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/encounters/{encounter_id}/dialogue")
async def encounter_screen(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """What has been written to and from the GP about one encounter."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        lines, about = await open_record(store, _whole, encounter_id, actor, what="dialogue")
        return encounter_dialogue(
            lines,
            about,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/encounters/{encounter_id}/dialogue/{dialogue}/files/{number}")
async def file_screen(
    encounter_id: EncounterPath, dialogue: DialoguePath, number: FilePath, request: Request
) -> Response:
    """A file that came with a message (vedlegg), where it is of a kind that is safe to open; logged."""
    store, language = store_of(request), pages_of(request).language(None)

    async def found(session: AsyncSession, id: str, reader: Actor) -> OpenedFile:
        return await file_of(session, id, reader, dialogue=dialogue, number=number)

    async def fetch(actor: Actor) -> Response:
        documents = (f"dialogue:{dialogue}", f"file:{number}")
        file = await open_record(
            store, found, encounter_id, actor, what="dialogue-file", documents=lambda _: documents
        )
        return Response(file.content, media_type=file.kind, headers=_alone(file))

    return await show(request, language, fetch)


def _alone(file: OpenedFile) -> dict[str, str]:
    """A page of its own that can run and fetch nothing. Browsers show no PDF in such a one: it is saved."""
    how = "attachment" if file.kind == "application/pdf" else "inline"
    return {
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(file.name, safe='')}",
    }


async def _whole(
    session: AsyncSession, encounter: str, actor: Actor
) -> tuple[tuple[DialogueLine, ...], About]:
    row = await session.get_one(Encounter, encounter)
    patient = await session.get_one(Patient, row.patient_id)
    about = About(
        encounter=row.id,
        number=row.number,
        unit=row.unit_id,
        unit_name=await _name(session, row.unit_id),
        patient=" ".join(filter(None, (patient.given, patient.family))) or patient.called,
    )
    return await dialogue_of(session, encounter, actor), about


async def _name(session: AsyncSession, unit: str) -> str:
    return (await session.get_one(Unit, unit)).name
