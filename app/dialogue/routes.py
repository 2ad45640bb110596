"""HTTP of dialogue with GPs: what waits, who answers, and what we write."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request as HTTPRequest

from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.who import Who, store_of
from core.patients.open_record import open_record
from integrations.dialogue import handling, reading, writing

router = APIRouter(prefix="/api", tags=["dialogue"], route_class=BodyRoute)
DialoguePath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Dialogue message id")]


@router.get("/units/{unit}/dialogue")
async def get_waiting(unit: UnitPath, actor: Who, request: HTTPRequest) -> tuple[reading.DialogueLine, ...]:
    """What GPs have written and nobody has dealt with (henvendelser). The opening is logged."""
    in_unit(actor, unit)
    require(actor, Permission.READ_RECORD)
    store = store_of(request)
    await store.write(actor, board_opened, "dialogue")
    return await store.read(reading.unit_dialogue, unit)


@router.get("/encounters/{encounter}/dialogue")
async def get_dialogue(
    encounter: EncounterPath, actor: Who, request: HTTPRequest
) -> tuple[reading.DialogueLine, ...]:
    """What has been written to and from the GP about this encounter. The opening is logged."""
    return await open_record(
        store_of(request),
        reading.dialogue_of,
        encounter,
        actor,
        what="dialogue",
        again_within=timedelta(minutes=10),
    )


@router.post("/encounters/{encounter}/dialogue", status_code=201)
async def post_question(encounter: EncounterPath, asking: writing.Asking, call: Calling) -> writing.Written:
    """Ask the patient's GP (spørre fastlegen)."""
    return await call.write(writing.ask, encounter, asking)


@router.post("/encounters/{encounter}/dialogue/{dialogue}/answer", status_code=201)
async def post_answer(
    encounter: EncounterPath, dialogue: DialoguePath, said: writing.Answering, call: Calling
) -> writing.Written:
    """Answer a GP (svare). If-Match is the message's own version."""
    return await call.write(writing.answer, encounter, dialogue, said, expected=call.required_version())


@router.post("/dialogue/{dialogue}/assign")
async def post_assign(dialogue: DialoguePath, call: Calling, response: Response) -> handling.Handled:
    """Say that one will answer it (jeg svarer)."""
    done = await call.write(handling.assign, dialogue, expected=call.required_version())
    return tagged(response, done, done.version)


@router.post("/dialogue/{dialogue}/close")
async def post_close(dialogue: DialoguePath, call: Calling, response: Response) -> handling.Handled:
    """It has been read and needs no answer (lest)."""
    done = await call.write(handling.close, dialogue, expected=call.required_version())
    return tagged(response, done, done.version)


@router.post("/dialogue/{dialogue}/place")
async def post_place(
    dialogue: DialoguePath, placing: handling.Placing, call: Calling, response: Response
) -> handling.Handled:
    """Say which encounter it is about (plassere)."""
    done = await call.write(handling.place, dialogue, placing, expected=call.required_version())
    return tagged(response, done, done.version)
