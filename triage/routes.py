"""HTTP of triage: arrivals, assessments, what nurses do in between, and both boards as lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Response
from starlette.requests import Request as HTTPRequest

from core.access.log import board_opened, list_followed
from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.qr import QrCode, qr_code
from core.http.who import Who, settings_of, store_of
from core.text import ShortText
from triage.commands import check_in as door
from triage.commands import draft_triage as drafting
from triage.commands import hand_out_ticket as tickets
from triage.commands import look_after
from triage.commands.arrange_unit import Arranged, arrange_unit
from triage.commands.assess import Assessed, NewAssessment, assess
from triage.commands.call_back import Attempt, Tried, try_call_back
from triage.commands.call_doctor import DoctorIsCalled, call_doctor
from triage.commands.look_after import Changed
from triage.commands.take_alarm import AlarmIsTaken, Confirmed, confirm_level, take_alarm
from triage.queries.board import board
from triage.queries.board_row import Board
from triage.queries.overview import Overview, overview
from triage.queries.scales import scales_asked
from triage.queries.unit_settings import UnitSettings, unit_settings
from triage.queries.waiting_room import WaitingRoom, waiting_room
from triage.rules.scale_use.asked import Months, ScaleInput
from triage.rules.scales.beside import evaluate_all
from triage.rules.scales.engine import Evaluation
from triage.rules.unit.arrangement import Arrangement

router = APIRouter(prefix="/api", tags=["triage"], route_class=BodyRoute)
TaskPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Task id (oppgave)")]
ScalePath = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$", description="Scale id, e.g. sats or news2")]

_SAME_OPENING = timedelta(hours=1)


class Question(ScaleInput):
    """Findings to evaluate without making a record."""

    age_months: Months | None = None
    version: ShortText | None = None  # of the scale; None: the one the unit uses


class Evaluated(Evaluation):
    """What the scale says, with the scales beside it: one on trial, and the deterioration score."""

    beside: tuple[Evaluation, ...]


class HandedOut(tickets.TicketState):
    """The ticket with its link, and the link as a phone's camera reads it."""

    link: str
    code: QrCode


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


@router.post("/encounters/{encounter}/expected")
async def post_expected(
    encounter: EncounterPath, anew: door.NewExpectation, call: Calling, response: Response
) -> door.CheckedIn:
    """Somebody on the way comes at another time (nytt ventet tidspunkt)."""
    answer = await call.write(door.expect_anew, encounter, anew)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/assessments", status_code=201)
async def post_assessment(
    encounter: EncounterPath, given: NewAssessment, call: Calling, response: Response
) -> Assessed:
    """Assess (triagere)."""
    answer = await call.write(assess, encounter, given, call.version)
    return tagged(response, answer, answer.version)


@router.put("/encounters/{encounter}/triage-draft")
async def put_triage_draft(
    encounter: EncounterPath, text: drafting.TriageDraftText, call: Calling, response: Response
) -> drafting.TriageDraftSaved:
    """Save triage as far as it is written (kladd); 412 when it was changed elsewhere or taken over."""
    call.required_version()
    answer = await call.write(drafting.save_triage_draft, encounter, text, call.draft_version or 0)
    return tagged(response, answer, answer.version, answer.draft_version)


@router.post("/encounters/{encounter}/triage-draft/take-over")
async def post_take_over(
    encounter: EncounterPath, taking: drafting.TakingOver, call: Calling, response: Response
) -> drafting.TriageDraftSaved:
    """Go on where a colleague stopped (overta triagen)."""
    answer = await call.write(drafting.take_over_triage, encounter, taking)
    return tagged(response, answer, answer.version, answer.draft_version)


@router.post("/encounters/{encounter}/call-doctor")
async def post_call_doctor(encounter: EncounterPath, call: Calling, response: Response) -> DoctorIsCalled:
    """Call for a doctor now (varsle lege nå)."""
    answer = await call.write(call_doctor, encounter)
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


@router.post("/encounters/{encounter}/ticket")
async def post_ticket(
    encounter: EncounterPath, new: tickets.NewTicket, call: Calling, request: HTTPRequest
) -> HandedOut:
    """Hand out a ticket with a link of its own (kølapp). The link is in this answer, and is kept nowhere."""
    ticket = await call.write(tickets.hand_out_ticket, encounter, new)
    base = settings_of(request).public_url or str(request.base_url).rstrip("/")
    link = f"{base}/q/{new.secret}"
    return HandedOut(**dict(ticket), link=link, code=qr_code(link))


@router.post("/encounters/{encounter}/ticket/end")
async def post_ticket_end(encounter: EncounterPath, call: Calling) -> tickets.TicketState:
    """Take the ticket back (trekke kølappen)."""
    return await call.write(tickets.end_ticket, encounter)


@router.post("/encounters/{encounter}/take-alarm")
async def post_take_alarm(encounter: EncounterPath, call: Calling, response: Response) -> AlarmIsTaken:
    """Go to the patient (ta alarm)."""
    answer = await call.write(take_alarm, encounter)
    return tagged(response, answer, answer.version)


@router.post("/encounters/{encounter}/confirm-level")
async def post_confirm_level(encounter: EncounterPath, call: Calling, response: Response) -> Confirmed:
    """Stand by a lowered level as another person (annen persons vurdering)."""
    answer = await call.write(confirm_level, encounter)
    return tagged(response, answer, answer.version)


@router.post("/tasks/{task}/attempts")
async def post_attempt(task: TaskPath, attempt: Attempt, call: Calling) -> Tried:
    """Note a try to call somebody back (ringe tilbake)."""
    return await call.write(try_call_back, task, attempt)


@router.get("/units/{unit}/overview")
async def get_overview(unit: UnitPath, actor: Who, request: HTTPRequest) -> Overview:
    """What the coordinator steers by (koordinatoroversikt)."""
    in_unit(actor, unit)
    require(actor, Permission.LOOK_AFTER)
    store = store_of(request)
    # A coordinator's screen asks at each change: the log tells of the opening, not of each look.
    await store.write(actor, list_followed, "overview", same_within=_SAME_OPENING)
    return await store.read(overview, unit, store.clock())


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
    return await store.read(board, unit, store.clock(), names=actor.sees_names)


@router.get("/units/{unit}/settings")
async def get_settings(unit: UnitPath, actor: Who, request: HTTPRequest, response: Response) -> UnitSettings:
    """How the unit is arranged: rooms, desks, zones and columns (enhetens innredning)."""
    in_unit(actor, unit)
    require(actor, Permission.ARRANGE_UNIT)
    answer = await store_of(request).read(unit_settings, unit)
    return tagged(response, answer, answer.version)


@router.put("/units/{unit}/settings")
async def put_settings(unit: UnitPath, chosen: Arrangement, call: Calling, response: Response) -> Arranged:
    """Arrange the unit (innrede)."""
    in_unit(call.actor, unit)
    answer = await call.write(arrange_unit, chosen, call.required_version())
    return tagged(response, answer, answer.version)


@router.get("/units/{unit}/waiting-room")
async def get_waiting_room(unit: UnitPath, actor: Who, request: HTTPRequest) -> WaitingRoom:
    """The board in the waiting room (venteromstavle). It opens no patient, so there is nothing to log."""
    in_unit(actor, unit)
    require(actor, Permission.READ_WAITING_ROOM)
    store = store_of(request)
    return await store.read(waiting_room, unit, store.clock())


@router.post("/scales/{scale}/evaluate")
async def post_evaluate(scale: ScalePath, question: Question, actor: Who, request: HTTPRequest) -> Evaluated:
    """What a scale says about findings, and those beside it; nothing is recorded."""
    require(actor, Permission.ASSESS)
    asked = await store_of(request).read(scales_asked, actor.unit, scale, version=question.version)
    said, *beside = evaluate_all(asked.main, asked.trial, question.findings(question.age_months))
    return Evaluated(**dict(said), beside=tuple(beside))
