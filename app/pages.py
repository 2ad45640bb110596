"""The screens' addresses: each page is fetched, its record opened and logged, and drawn complete."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.live.drafts import SAME_OPENING
from app.live.place import places
from app.opening.patient_page import open_with_earlier
from app.screens import pages as screens
from app.screens.texts import LANGUAGES
from core.access.displays import DisplayView, Names, Theme, own_display
from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.access.staff import doctors
from core.errors import NotSignedIn, Refused
from core.http.call import EncounterPath, UnitPath, in_unit
from core.http.who import store_of, who
from core.ids import DISPLAYS, Actor, initials
from core.patients.open_record import open_record
from core.patients.tables import Unit
from core.settings import Settings
from core.store.work import Store
from integrations.dialogue.reading import unread_on
from integrations.messages import messages_of
from journal.queries.common_diagnoses import common_diagnoses
from journal.queries.documents import documents
from journal.queries.encounter_page import encounter_page, no_messages
from journal.queries.medication.of_encounter import offered_to
from journal.queries.page import EncounterPage, PagePerson
from triage.queries.board import board
from triage.queries.board_row import Board
from triage.queries.common_complaints import common_complaints
from triage.queries.intake import open_intake
from triage.queries.known_gps import known_gps
from triage.rules.levels import Level
from triage.rules.scales.beside import BESIDE
from triage.rules.scales.packs import scale
from triage.rules.scales.scale import Scale
from triage.scale_packs import scale_in_use, scale_on_trial, unit_levels

router = APIRouter(include_in_schema=False)

_SCREENS = ("/wall/", "/waiting-room/")
Language = Annotated[Literal["nb", "nn", "en"] | None, Query()]


class Pages:
    """What every page needs to know of this installation."""

    def __init__(self, settings: Settings, static: Path) -> None:
        self.settings = settings
        self.asset_version = _fingerprint(static)
        self.demo_accounts: Sequence[screens.DemoAccount] = ()  # filled by the demo, and only there
        self.display_token: str | None = None
        self.messages_of = messages_of if "integrations" in settings.modules else no_messages

    def language(self, asked: str | None) -> str:
        """The language asked for, or the installation's."""
        return asked if asked in LANGUAGES else self.settings.language


def _fingerprint(static: Path) -> str:
    files = sorted(path for path in static.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def pages_of(request: Request) -> Pages:
    """What this installation's pages need to know."""
    pages = request.app.state.pages
    assert isinstance(pages, Pages)
    return pages


async def show(
    request: Request, language: str, draw: Callable[[Actor], Awaitable[str | Response]]
) -> Response:
    """The page for whoever is signed in; others go to the sign-in page and come back, screens are paired."""
    try:
        drawn = await draw(await who(request))
        return drawn if isinstance(drawn, Response) else HTMLResponse(drawn)
    except NotSignedIn:
        if request.url.path.startswith(_SCREENS):
            return RedirectResponse(f"/pair?unit={request.url.path.rpartition('/')[2]}", 303)
        return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
    except Refused as refused:
        version = pages_of(request).asset_version
        page = screens.refused(refused, language=language, asset_version=version)
        return HTMLResponse(page, refused.status)


def refusal_page(request: Request, code: str, status: int) -> Response:
    """What a person sees who came to an address that is not there, or went wrong before it was a page."""
    pages = pages_of(request)
    page = screens.problem(code, status, language=pages.language(None), asset_version=pages.asset_version)
    return HTMLResponse(page, status)


async def _board(store: Store, actor: Actor, unit: str, what: str) -> Board:
    in_unit(actor, unit)
    require(actor, Permission.READ_BOARD)
    await store.write(actor, board_opened, what)
    return await store.read(board, unit, store.clock(), names=actor.sees_names)


async def _arranged(store: Store, actor: Actor) -> DisplayView | None:
    """What the screen that asks was arranged to show; None for a person."""
    return await store.read(own_display, actor, store.clock()) if actor.role in DISPLAYS else None


async def _open(request: Request, actor: Actor, encounter_id: str) -> EncounterPage:
    messages = pages_of(request).messages_of

    async def page(session: AsyncSession, id: str, reader: Actor) -> EncounterPage:
        return await encounter_page(session, id, reader, messages)

    return await open_record(store_of(request), page, encounter_id, actor, documents=documents)


@router.get("/wall/{unit}")
async def wall_page(
    unit: UnitPath,
    request: Request,
    language: Language = None,
    theme: Theme = "dark",
    names: Names = "name",
    zone: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """The staff wall (personaltavle). A screen shows what it was arranged to; staff choose in the address."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        shows = await _arranged(store, actor)
        return screens.wall(
            await _board(store, actor, unit, "wall"),
            language=shown,
            theme=shows.theme if shows else theme,
            name_mode=shows.names if shows else names,
            zone=shows.zone if shows else zone,
            websocket_path=f"/ws/units/{unit}/board",
            asset_version=pages.asset_version,
            spare_path=f"/wall/{unit}/spare" if shows else "",
            sign_in_path="/pair" if shows else f"/login?next=/wall/{unit}",
        )

    return await show(request, shown, draw)


@router.get("/units/{unit}")
async def desk_page(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """The desk (kø): check in, and everybody who is here."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        require(actor, Permission.READ_RECORD)
        return screens.desk(
            await _board(store, actor, unit, "desk"),
            me=actor,
            gps=await store.read(known_gps, unit, store.clock()),
            common=await store.read(common_complaints, unit, store.clock(), shown),
            language=shown,
            websocket_path=f"/ws/units/{unit}/board",
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/encounters/{encounter_id}/triage")
async def triage_page(encounter_id: EncounterPath, request: Request, language: Language = None) -> Response:
    """Triage (triage) of one patient."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        require(actor, Permission.ASSESS)
        page = await _open(request, actor, encounter_id)
        used, offered, trial = await store.read(_scales_of, page.unit)
        return screens.triage(
            page,
            intake=await store.write(actor, open_intake, encounter_id, shown),
            scale=used,
            companion=scale(BESIDE) if used.id != BESIDE else None,
            trial=trial,
            levels=offered,
            me=actor,
            now=store.clock(),
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


@router.get("/encounters/{encounter_id}")
async def encounter_screen(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """The journal page (journalsiden)."""
    return await _encounter(request, encounter_id, language, None)


@router.get("/encounters/{encounter_id}/parts")
async def encounter_parts(
    encounter_id: EncounterPath, request: Request, language: Language = None
) -> Response:
    """The same page for a window that has it open and was told of something new: no second opening."""
    return await _encounter(request, encounter_id, language, SAME_OPENING)


async def _encounter(
    request: Request, encounter_id: str, language: str | None, again_within: timedelta | None
) -> Response:
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        now, own = store.clock(), actor.unit or ""  # the queue is one's own whatever record is open
        place = (await store.read(places, {encounter_id: own}))[encounter_id]  # before: the page is no older
        page, before = await open_with_earlier(
            store, pages.messages_of, encounter_id, actor, again_within=again_within
        )
        return screens.encounter(
            page,
            me=actor,
            board=await store.read(board, own, now),
            codes=await store.read(common_diagnoses, own, now),
            colleagues=await store.read(_colleagues, own),
            before=before,
            offers=await store.read(offered_to, encounter_id, now) if page.may.assess else (),
            unread=await store.read(unread_on, encounter_id),
            live={"socket": f"/ws/encounters/{page.id}", **asdict(place)} if page.unit == own else None,
            now=now,
            language=shown,
            websocket_path=f"/ws/units/{own}/board",
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)


async def _scales_of(session: AsyncSession, unit: str) -> tuple[Scale, tuple[Level, ...], Scale | None]:
    row = await session.get_one(Unit, unit)
    used = await scale_in_use(session, row)
    return used, unit_levels(row, used), await scale_on_trial(session, row, used)


async def _colleagues(session: AsyncSession, unit: str) -> tuple[PagePerson, ...]:
    return tuple(
        PagePerson(id=each.id, name=each.name, initials=initials(each.name), role=each.role)
        for each in await doctors(session, unit)
    )
