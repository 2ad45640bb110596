"""HTTP of the patient's reading of the record: a copy is asked for, something is kept back or shown again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath
from journal.commands.copies.make import AskingCopy, CopyMade, make_copy
from journal.commands.copies.withhold import Decided, Lifting, Withholding, lift, withhold

router = APIRouter(prefix="/api/encounters/{encounter}", tags=["record"], route_class=BodyRoute)
WithheldPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Decision to keep back")]


@router.post("/record-copies", status_code=201)
async def post_copy(encounter: EncounterPath, asking: AskingCopy, call: Calling) -> CopyMade:
    """Write down who asks for a copy of the whole record (kopi av journalen); it can then be printed."""
    return await call.write(make_copy, encounter, asking)


@router.post("/withheld", status_code=201)
async def post_withheld(encounter: EncounterPath, wanted: Withholding, call: Calling) -> Decided:
    """Keep something from who asks to read (unnta fra innsyn), by its paragraph."""
    return await call.write(withhold, encounter, wanted)


@router.post("/withheld/{withheld}/lift")
async def post_lift(
    encounter: EncounterPath, withheld: WithheldPath, lifting: Lifting, call: Calling
) -> Decided:
    """Show it after all (oppheve)."""
    return await call.write(lift, encounter, withheld, lifting)
