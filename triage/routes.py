"""HTTP of triage: arrivals, assessments, what nurses do in between, and the board as a list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field
from starlette.requests import Request as HTTPRequest

from core.access.log import board_opened
from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.who import Who, settings_of, store_of
from triage.commands import check_in as door
from triage.commands import look_after
from triage.commands.assess import Assessed, NewAssessment, ScaleInput, assess
from triage.commands.look_after import Changed
from triage.queries.board import board
from triage.queries.board_row import Board
from triage.rules.scales.beside import evaluate_beside
from triage.rules.scales.engine import Evaluation, evaluate
from triage.rules.scales.packs import scale as scale_of

router = APIRouter(prefix="/api", tags=["triage"], route_class=BodyRoute)
ScalePath = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$", description="Scale id, e.g. sats or news2")]


class Question(ScaleInput):
    """Findings to evaluate without making a record."""

    age_months: Annotated[int, Field(ge=0, le=1500)] | None = None


class Evaluated(Evaluation):
    """What the scale says, with the deterioration score beside it."""

    beside: tuple[Evaluation, ...]


@router.post("/units/{unit}/arrivals", status_code=201)
async def post_arrival(
    unit: UnitPath, arrival: door.Arrival, call: Calling, request: HTTPRequest, response: Response
) -> door.CheckedIn:
    """Check a patient in (mottak)."""
    in_unit(call.actor, unit)
    environment = settings_of(request).environment
    answer = await call.write(door.check_in, arrival, unit, environment)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/arrive")
async def post_arrive(encounter: EncounterPath, call: Calling, response: Response) -> door.CheckedIn:
    """An expected patient has come (ventet pasient er kommet)."""
    answer = await call.write(door.arrive, encounter)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/assessments", status_code=201)
async def post_assessment(
    encounter: EncounterPath, given: NewAssessment, call: Calling, response: Response
) -> Assessed:
    """Assess (triagere)."""
    answer = await call.write(assess, encounter, given, call.version)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/seen")
async def post_seen(encounter: EncounterPath, call: Calling, response: Response) -> Changed:
    """Somebody looked to the patient (sett til)."""
    answer = await call.write(look_after.mark_seen, encounter, call.version)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/place")
async def post_place(
    encounter: EncounterPath, placing: look_after.Placing, call: Calling, response: Response
) -> Changed:
    """Show to a room (plassere)."""
    answer = await call.write(look_after.place_in_room, encounter, placing, call.version)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/call")
async def post_call(
    encounter: EncounterPath, calling: look_after.Calling, call: Calling, response: Response
) -> Changed:
    """Call the patient's number (kalle opp)."""
    answer = await call.write(look_after.call_patient, encounter, calling, call.version)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/left")
async def post_left(encounter: EncounterPath, call: Calling, response: Response) -> Changed:
    """The patient went without being seen (gikk uten å bli sett)."""
    answer = await call.write(look_after.register_left, encounter, call.required_version())
    return tagged(response, answer, answer.version)


@router.get("/units/{unit}/board")
async def get_board(unit: UnitPath, actor: Who, request: HTTPRequest) -> Board:
    """The staff board, in board order (personaltavle)."""
    in_unit(actor, unit)
    require(actor, Permission.READ_BOARD)
    store = store_of(request)
    await store.write(actor, board_opened, "board")
    return await store.read(board, unit, store.clock())


@router.post("/scales/{scale}/evaluate")
async def post_evaluate(scale: ScalePath, question: Question, actor: Who) -> Evaluated:
    """What a scale says about findings; nothing is recorded."""
    require(actor, Permission.ASSESS)
    findings = question.findings(question.age_months)
    evaluation = evaluate(scale_of(scale), findings)
    return Evaluated(**dict(evaluation), beside=evaluate_beside(evaluation.scale, findings))
