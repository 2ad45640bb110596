"""HTTP of the draft that doctors share: merged as it is saved, read anew, chosen in, and looked back on."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, tagged
from core.http.who import Who, store_of
from core.patients.open_record import open_record
from journal.commands.save_draft import (
    Choosing,
    Chosen,
    DraftMerged,
    DraftSent,
    choose_in_draft,
    merge_in_draft,
)
from journal.commands.writing.bring_back import BringBack, BroughtBack, bring_back
from journal.queries.drafts.shared import DraftHistory, DraftNow, draft_history, draft_now

SAME_OPENING = timedelta(hours=12)
"""A page that stays open is one opening in the access log; what is new on it is logged when it is shown."""

ConflictPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Conflict in the draft")]

NumberPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="Number of the version")]

router = APIRouter(prefix="/api/encounters/{encounter}/draft", tags=["journal"], route_class=BodyRoute)


@router.get("")
async def get_draft(encounter: EncounterPath, actor: Who, request: Request, response: Response) -> DraftNow:
    """The shared draft as it is now (kladd); asked for by a page that is open, so no new opening."""
    require(actor, Permission.WRITE_NOTE)
    answer = await open_record(store_of(request), draft_now, encounter, actor, again_within=SAME_OPENING)
    return tagged(response, answer, answer.version, answer.draft_version)


@router.patch("")
async def patch_draft(
    encounter: EncounterPath, sent: DraftSent, call: Calling, response: Response
) -> DraftMerged:
    """Save what was written, together with what colleagues wrote since the version in If-Match."""
    version = call.required_version()
    answer = await call.write(merge_in_draft, encounter, sent, based_on=call.draft_version, version=version)
    return tagged(response, answer, answer.version, answer.draft_version)


@router.get("/versions")
async def get_versions(encounter: EncounterPath, actor: Who, request: Request) -> DraftHistory:
    """Each version that was saved (historikk), newest first, until the encounter is over."""
    require(actor, Permission.WRITE_NOTE)
    return await open_record(store_of(request), draft_history, encounter, actor, what="draft-versions")


@router.post("/versions/{number}/bring-back")
async def post_bring_back(
    encounter: EncounterPath, number: NumberPath, asked: BringBack, call: Calling
) -> BroughtBack:
    """Put words of an older version into the draft again, below what stands there (hente tilbake)."""
    return await call.write(bring_back, encounter, number, asked)


@router.post("/conflicts/{conflict}/choose")
async def post_choice(
    encounter: EncounterPath, conflict: ConflictPath, choosing: Choosing, call: Calling
) -> Chosen:
    """Choose which words stay where two differ (velge)."""
    return await call.write(choose_in_draft, encounter, conflict, choosing)
