"""HTTP of access (tilgang): opening with a reason, the patient's blocks, later control, who has seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit
from core.http.who import Who, store_of
from core.patients.need.blocks import Block, BlockList, NewBlock, blocks_of, set_block, withdraw_block
from core.patients.need.break_glass import GlassIsBroken, Reason, Reviewed, Verdict, break_glass, review
from core.patients.need.control import Looking, Report, control
from core.patients.need.patients_view import WhoHasSeen, who_has_seen
from core.patients.open_record import open_record

router = APIRouter(prefix="/api", tags=["access"], route_class=BodyRoute)
_ID = r"^[0-9a-f-]{36}$"
BlockPath = Annotated[str, Path(pattern=_ID, description="Block (sperring)")]
GlassPath = Annotated[str, Path(pattern=_ID, description="Opening with a reason")]
PatientPath = Annotated[str, Path(pattern=_ID, description="Patient id")]


@router.post("/encounters/{encounter}/break-glass", status_code=201)
async def post_break_glass(encounter: EncounterPath, said: Reason, call: Calling) -> GlassIsBroken:
    """Open with a reason (selvvalgt tilgang, nødrett); it is told in the record and reviewed."""
    return await call.write(break_glass, encounter, said)


@router.get("/encounters/{encounter}/blocks")
async def get_blocks(encounter: EncounterPath, actor: Who, request: Request) -> BlockList:
    """Whom the patient has blocked (sperringer)."""
    return await open_record(store_of(request), blocks_of, encounter, actor, what="blocks")


@router.post("/encounters/{encounter}/blocks", status_code=201)
async def post_block(encounter: EncounterPath, wanted: NewBlock, call: Calling) -> Block:
    """Block a person, the unit, or letters, as the patient wants (sperre)."""
    return await call.write(set_block, encounter, wanted)


@router.post("/encounters/{encounter}/blocks/{block}/withdraw")
async def post_withdraw(encounter: EncounterPath, block: BlockPath, call: Calling) -> BlockList:
    """The patient has taken it back (oppheve)."""
    return await call.write(withdraw_block, encounter, block)


@router.get("/units/{unit}/access-report")
async def get_report(
    unit: UnitPath, actor: Who, request: Request, looking: Annotated[Looking, Query()]
) -> Report:
    """Who has opened what in the unit (kontroll). Logged itself."""
    in_unit(actor, unit)
    return await store_of(request).write(actor, control, looking)


@router.post("/units/{unit}/break-glass/{glass}/review")
async def post_review(unit: UnitPath, glass: GlassPath, found: Verdict, call: Calling) -> Reviewed:
    """Say whether an opening with a reason was right (etterkontroll)."""
    in_unit(call.actor, unit)
    return await call.write(review, glass, found)


@router.get("/patients/{patient}/access-log")
async def get_who_has_seen(patient: PatientPath, actor: Who, request: Request) -> WhoHasSeen:
    """Everybody who has opened the patient's record, for the patient (innsyn)."""
    return await store_of(request).write(actor, who_has_seen, patient)
