"""The addresses of the screen of identity and of the wristband; each opening is logged."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.http.call import EncounterPath, UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from core.patients.identity.page import IdentityPage, identity_page
from core.patients.open_record import open_record
from core.patients.tables import Patient, Unit
from integrations.reviews import reviews_of
from journal.queries.clinical.person import PageRegistered, registered_person
from journal.queries.page import PageMessage

router = APIRouter(include_in_schema=False)
Shown = tuple[IdentityPage, PageRegistered | None, tuple[PageMessage, ...], str]


@router.get("/encounters/{encounter_id}/identity")
async def identity_screen(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """Who this is (identitet)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def everything(session: AsyncSession, id: str, actor: Actor) -> Shown:
        page = await identity_page(session, id, actor)
        unit = await session.get_one(Unit, page.unit)
        patient = await session.get_one(Patient, page.person.id)
        register = await registered_person(session, patient)
        return page, register, await pages.messages_of(session, id), unit.name

    async def draw(actor: Actor) -> str:
        page, register, messages, unit_name = await open_record(
            store, everything, encounter_id, actor, what="identity"
        )
        return screens.identity(
            page,
            messages,
            register=register,
            unit_name=unit_name,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/units/{unit}/message-reviews")
async def reviews_screen(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """Letters about somebody who turned out to be another (meldinger som må avklares)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.MERGE_PATIENTS)
        await store.write(actor, board_opened, "message-reviews")
        return screens.reviews(
            await store.read(reviews_of, unit),
            me=actor,
            unit=unit,
            unit_name=(await store.read(_unit, unit)).name,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


async def _unit(session: AsyncSession, unit: str) -> Unit:
    return await session.get_one(Unit, unit)


@router.get("/encounters/{encounter_id}/wristband")
async def wristband_screen(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """The wristband, to print (armbånd)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        page = await open_record(store, identity_page, encounter_id, actor, what="wristband")
        return screens.wristband(page, now=store.clock(), language=shown, asset_version=pages.asset_version)

    return await show(request, shown, draw)
