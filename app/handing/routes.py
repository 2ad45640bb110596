"""HTTP of handing over (overlevering) and of a doctor's own lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request as HTTPRequest

from core.access.log import list_followed
from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.who import Who, store_of
from journal.commands import propose_hand_over as handing
from journal.commands.sign_notes import NotesSigned, sign_notes
from journal.queries.handing.mine import mine
from journal.queries.handing.proposals import asked
from journal.queries.handing.view import Asked, Mine

router = APIRouter(prefix="/api", tags=["hand-over"], route_class=BodyRoute)
ProposalPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Proposal id (forslag)")]
_PROPOSALS = "/encounters/{encounter}/hand-over/proposals"

SAME_OPENING = timedelta(hours=1)
"""A list that a screen asks for again within this time is the same opening of it."""


@router.post(_PROPOSALS, status_code=201)
async def post_proposal(
    encounter: EncounterPath, wanted: handing.Proposing, call: Calling, response: Response
) -> handing.Proposal:
    """Ask a colleague to take over (foreslå overlevering); nobody else is responsible before they say yes."""
    answer = await call.write(handing.propose_hand_over, encounter, wanted, call.required_version())
    return tagged(response, answer, answer.version)


@router.post(f"{_PROPOSALS}/{{proposal}}/confirm")
async def post_confirm(
    encounter: EncounterPath, proposal: ProposalPath, call: Calling, response: Response
) -> handing.Proposal:
    """Take over (bekrefte): responsible from this moment; 409 when it was taken back or ran out."""
    answer = await call.write(handing.confirm_hand_over, encounter, proposal)
    return tagged(response, answer, answer.version)


@router.post(f"{_PROPOSALS}/{{proposal}}/decline")
async def post_decline(
    encounter: EncounterPath, proposal: ProposalPath, why: handing.Declining, call: Calling
) -> handing.Proposal:
    """Say no (avslå); the patient stays with who asked."""
    return await call.write(handing.decline_hand_over, encounter, proposal, why)


@router.post(f"{_PROPOSALS}/{{proposal}}/withdraw")
async def post_withdraw(encounter: EncounterPath, proposal: ProposalPath, call: Calling) -> handing.Proposal:
    """Take the question back (trekke)."""
    return await call.write(handing.withdraw_hand_over, encounter, proposal)


@router.post("/encounters/{encounter}/notes/sign")
async def post_sign(encounter: EncounterPath, call: Calling) -> NotesSigned:
    """Sign one's own notes that are not signed yet (signere), in a visit that a colleague finishes."""
    return await call.write(sign_notes, encounter)


@router.get("/units/{unit}/hand-overs")
async def get_hand_overs(unit: UnitPath, actor: Who, request: HTTPRequest) -> tuple[Asked, ...]:
    """Proposals that wait for the reader's answer, and those the reader waits for (overleveringer)."""
    in_unit(actor, unit)
    require(actor, Permission.TAKE_PATIENT)
    store = store_of(request)
    found = await store.read(asked, unit, actor.id, store.clock())
    if found:
        await store.write(actor, list_followed, "hand-overs", same_within=SAME_OPENING)
    return found


@router.get("/units/{unit}/mine")
async def get_mine(unit: UnitPath, actor: Who, request: HTTPRequest) -> Mine:
    """The reader's patients, unsigned words and admissions (mine pasienter, usignert, mine innleggelser)."""
    in_unit(actor, unit)
    require(actor, Permission.TAKE_PATIENT)
    store = store_of(request)
    await store.write(actor, list_followed, "mine", same_within=SAME_OPENING)
    return await store.read(mine, unit, actor.id, store.clock())
