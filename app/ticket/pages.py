"""The addresses of the ticket: for staff to print it, and for the patient who has it.

The patient's page is fetched with the secret in its address, once. What is new is asked for with the secret
in a header instead, so that it does not lie in anybody's list of addresses every fifteen seconds.
"""

from __future__ import annotations

import hashlib
import re

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.pages import Language, pages_of, show
from app.screens import pages as screens
from app.ticket.guesses import WrongGuesses
from app.ticket.line import Lines
from app.words import preferred
from core.http.call import EncounterPath
from core.http.who import store_of
from core.ids import Actor
from core.patients.open_record import open_record
from triage.queries.ticket.place import LinkUnknown, OwnPlace, holder_of, own_place
from triage.queries.ticket.print_page import ticket_page

router = APIRouter(include_in_schema=False)

_SECRET = re.compile(r"[A-Za-z0-9_-]{22,64}")
_UNSEEN = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}


@router.get("/encounters/{encounter_id}/ticket")
async def ticket_screen(encounter_id: EncounterPath, request: Request, language: Language = None) -> Response:
    """Where a ticket is made, printed and taken back (kølapp)."""
    pages, store = pages_of(request), store_of(request)
    shown = pages.language(language)

    async def draw(actor: Actor) -> str:
        page = await open_record(store, ticket_page, encounter_id, actor, what="ticket")
        return screens.ticket(
            page, me=actor, now=store.clock(), language=shown, asset_version=pages.asset_version
        )

    return await show(request, shown, draw)


@router.get("/q/{secret}")
async def own_page(secret: str, request: Request, language: Language = None) -> Response:
    """The patient's own page, complete before any script runs (pasientens side)."""
    pages = pages_of(request)
    shown = language or preferred(request.headers.get("accept-language", ""), pages.settings.language)
    options = {"language": shown, "asset_version": pages.asset_version}
    try:
        own = await _own(request, secret)
    except LinkUnknown:
        return HTMLResponse(screens.link_unknown(**options), LinkUnknown.status, headers=_UNSEEN)
    view = screens.place_view(own, language=shown)
    page = screens.own_place(view, tag=_tag(view), now=store_of(request).clock(), **options)
    return HTMLResponse(page, headers=_UNSEEN)


@router.get("/q")
async def news(request: Request, language: Language = None) -> Response:
    """The words of that page as they are now, for a phone that asks again; 304 when it has them."""
    own = await _own(request, request.headers.get("x-ticket", ""))
    view = screens.place_view(own, language=pages_of(request).language(language))
    headers = {**_UNSEEN, "ETag": _tag(view)}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return JSONResponse(view.model_dump(), headers=headers)


async def _own(request: Request, secret: str) -> OwnPlace:
    store = store_of(request)
    lines, wrong = request.app.state.lines, request.app.state.wrong_guesses
    assert isinstance(lines, Lines)
    assert isinstance(wrong, WrongGuesses)
    try:
        if not _SECRET.fullmatch(secret):
            raise LinkUnknown
        holder = await store.read(holder_of, secret, store.clock())
    except LinkUnknown:
        await wrong.slow_down()
        raise
    return own_place(await lines.of(holder.unit), holder.encounter)


def _tag(view: screens.PlaceView) -> str:
    return f'"{hashlib.sha256(view.model_dump_json().encode()).hexdigest()[:20]}"'
