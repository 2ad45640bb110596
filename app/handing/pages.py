"""The addresses of handing over, and of a doctor's own lists (overlever, mine)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from app.handing.routes import SAME_OPENING
from app.pages import Language, pages_of, show
from app.screens.handing import pages as screens
from core.access.log import list_followed
from core.access.permissions import Permission, require
from core.access.staff import doctors
from core.http.call import EncounterPath, UnitPath, in_unit
from core.http.who import Who, store_of
from core.ids import Actor
from core.patients.open_record import open_record
from journal.queries.documents import documents
from journal.queries.encounter_page import encounter_page
from journal.queries.handing.finished import finished_lately
from journal.queries.handing.mine import mine
from journal.queries.handing.proposals import asked
from triage.queries.board import board

router = APIRouter(include_in_schema=False)


@router.get("/units/{unit}/mine")
async def mine_screen(
    unit: UnitPath, request: Request, language: Language = None, leaving: bool = False
) -> Response:
    """One's own patients, unsigned words and admissions; `leaving` before signing out (før du går)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.TAKE_PATIENT)
        await store.write(actor, list_followed, "mine", same_within=SAME_OPENING)
        now = store.clock()
        return screens.mine_page(
            await store.read(mine, unit, actor.id, now),
            board=await store.read(board, unit, now),
            leaving=leaving,
            me=actor,
            now=now,
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/units/{unit}/finished")
async def finished_screen(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """Who was finished in the last day (ferdige), each with the patient's own copy."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.READ_RECORD)
        await store.write(actor, list_followed, "finished", same_within=SAME_OPENING)
        now = store.clock()
        return screens.finished_page(
            await store.read(finished_lately, unit, now),
            unit=unit,
            me=actor,
            now=now,
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/units/{unit}/asked")
async def asked_part(unit: UnitPath, actor: Who, request: Request, language: Language = None) -> Response:
    """Who asks the reader to take over: a part that every page of a doctor's shows."""
    pages, store = pages_of(request), store_of(request)
    in_unit(actor, unit)
    require(actor, Permission.TAKE_PATIENT)
    found = await store.read(asked, unit, actor.id, store.clock())
    if found:
        await store.write(actor, list_followed, "hand-overs", same_within=SAME_OPENING)
    return HTMLResponse(screens.asked_part(found, language=pages.language(language)))


@router.get("/encounters/{encounter_id}/hand-over")
async def hand_over_screen(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """Handing over by ISBAR, filled from the record."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        require(actor, Permission.TAKE_PATIENT)
        page = await open_record(store, encounter_page, encounter_id, actor, documents=documents)
        return screens.hand_over_page(
            page,
            colleagues=[each for each in await store.read(doctors, page.unit) if each.id != actor.id],
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
