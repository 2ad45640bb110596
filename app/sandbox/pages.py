"""Pages for people: what the GP and the shared record have received."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.templating import Jinja2Templates

from app.sandbox.bad_days import DAYS
from app.sandbox.house import House, house_of
from app.sandbox.store import Letter, SharedDocument
from core.clock import local
from integrations.gp_summary.read import read
from integrations.gp_summary.shown import GpPage, gp_page
from integrations.kith.safe_xml import UnreadableMessage
from integrations.shared_record.shown import shared_page

router = APIRouter()
Sandbox = Annotated[House, Depends(house_of)]
_HERE = Path(__file__).parent
_templates = Jinja2Templates(directory=[_HERE / "templates", _HERE.parent / "templates"])


def draw(request: Request, template: str, facts: dict[str, Any]) -> Response:
    """One of the sandbox's pages."""
    return _templates.TemplateResponse(request, template, facts)


@router.get("/", name="sandbox-index")
async def index(request: Request, house: Sandbox) -> Response:
    """The way in."""
    counts = {"letters": len(house.store.letters()), "documents": len(house.store.documents())}
    return _templates.TemplateResponse(request, "index.html", counts)


@router.get("/gp", name="gp-inbox")
async def gp_inbox(request: Request, house: Sandbox) -> Response:
    """The GP's inbox."""
    rows = [_inbox_row(letter) for letter in house.store.letters()]
    return _templates.TemplateResponse(request, "gp_inbox.html", {"rows": rows})


@router.get("/gp/{message_id}", name="gp-summary")
async def gp_summary(message_id: str, request: Request, house: Sandbox) -> Response:
    """One summary as the GP reads it."""
    letter = next((found for found in house.store.letters() if found.message_id == message_id), None)
    page = _page(letter) if letter else None
    if letter is None or page is None:
        raise HTTPException(404)
    facts = {"page": page, "letter": letter}
    return _templates.TemplateResponse(request, "gp_summary.html", facts)


@router.get("/record", name="shared-record")
async def shared_record(request: Request, house: Sandbox) -> Response:
    """All documents in the shared record."""
    rows = [_shared(document) for document in house.store.documents()]
    return _templates.TemplateResponse(request, "record.html", {"rows": rows})


@router.get("/record/{document_id}", name="shared-document")
async def shared_document(document_id: str, request: Request, house: Sandbox) -> Response:
    """One document as the shared record shows it."""
    found = (kept for kept in house.store.documents() if kept.master == f"urn:uuid:{document_id}")
    document = next(found, None)
    if document is None:
        raise HTTPException(404)
    return _templates.TemplateResponse(request, "document.html", _shared(document))


@router.get("/bad-days", name="bad-days")
async def bad_days(request: Request, house: Sandbox) -> Response:
    """What is to go wrong from now on, to press."""
    return _templates.TemplateResponse(request, "bad_days.html", {"days": DAYS, "now": house.faults.day})


def _page(letter: Letter) -> GpPage | None:
    try:
        return gp_page(read(letter.body), received_at=letter.first_seen)
    except UnreadableMessage:
        return None


def _inbox_row(letter: Letter) -> dict[str, Any]:
    return {
        "letter": letter,
        "page": _page(letter),
        "received": f"{local(letter.first_seen):%d.%m. kl. %H:%M}",
    }


def _shared(document: SharedDocument) -> dict[str, Any]:
    return {
        "id": document.master.removeprefix("urn:uuid:"),
        "shared": shared_page(document.body),
        "attempts": document.attempts,
        "received": f"{local(document.first_seen):%d.%m.%Y kl. %H:%M}",
    }
