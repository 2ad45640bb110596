"""What an operator does with a call (samtale): writes it down, takes it, notes, judges and closes it."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from core.access.permissions import Permission, require
from core.errors import Conflict, Invalid, NotFound, Stale
from core.ids import new_id
from core.store.work import Work
from core.text import Answer, LongText, Moment, Request, ShortText
from triage.events import CallAssessed, CallClosed, CallNoted, CallTaken
from triage.rules.telephone.course import EXPECTED, CallStatus, Outcome, Urgency, can
from triage.tables import TelephoneAssessment, TelephoneCall

_AHEAD = timedelta(hours=48)
_EARLIER = timedelta(minutes=5)
Advice = Annotated[LongText, Field(max_length=2000)]


class CallTakenAlready(Conflict):
    """A colleague has this call (samtalen er tatt)."""

    code = "call-taken"


class CallNotPossibleNow(Conflict):
    """The call is at a point where this cannot happen, e.g. closed already."""

    code = "call-not-possible-now"


class CallNotAssessed(Conflict):
    """Nobody has said how urgent it is (samtalen er ikke vurdert)."""

    code = "call-not-assessed"


class ExpectedTimeMissing(Invalid):
    """Somebody is to come, and it was not said when or for what."""

    code = "expected-time-missing"


class ExpectedTimeNotPossible(Invalid):
    """In the past, or further ahead than an emergency ward plans."""

    code = "time-not-possible"


class CallByHand(Request):
    """A call that no exchange tells of. The number and the complaint are enough."""

    caller: ShortText
    complaint: ShortText


class CallNotes(Request):
    """What the operator has written so far; all of it each time."""

    caller: ShortText | None = None
    about: ShortText | None = None
    place: ShortText | None = None
    complaint: ShortText | None = None
    advice: Advice | None = None


class NewCallAssessment(CallNotes):
    """How urgent it is, and what was said."""

    urgency: Urgency


class Closing(Request):
    """What came of the call."""

    outcome: Outcome
    expected_at: Moment | None = None  # come-now and appointment need it
    by_ambulance: bool = False


class CallChanged(Answer):
    """The call after the change."""

    id: str
    version: int
    status: str
    encounter: str | None = None


async def write_down_call(work: Work, written: CallByHand) -> CallChanged:
    """A call on another telephone (registrere samtale): it has no time of ringing, and is not counted."""
    require(work.actor, Permission.TAKE_CALLS)
    call = TelephoneCall(
        id=new_id(),
        unit_id=work.unit,
        version=1,
        status=CallStatus.ANSWERED.value,
        known_at=work.now,
        answered_at=work.now,
        operator_id=work.actor.id,
        operator_name=work.actor.name,
        taken_at=work.now,
        **written.model_dump(),
    )
    work.session.add(call)
    await work.record(CallTaken(encounter_id=None, happened_at=work.now, call=call.id))
    return _answer(call)


async def take_call(work: Work, call_id: str) -> CallChanged:
    """Answer, or call back somebody who hung up (svare, ringe tilbake): one operator wins."""
    call = await _load(work, call_id)
    if call.operator_id == work.actor.id and call.status == CallStatus.ANSWERED:
        return _answer(call)
    if call.operator_id is not None:
        raise CallTakenAlready(by=call.operator_name, since=call.taken_at)
    _move(call, CallStatus.ANSWERED)
    call.operator_id, call.operator_name, call.taken_at = work.actor.id, work.actor.name, work.now
    return await _changed(work, call, CallTaken(encounter_id=None, happened_at=work.now, call=call.id))


async def take_over_call(work: Work, call_id: str) -> CallChanged:
    """Go on with a colleague's call (overta samtalen); the log says from whom."""
    call = await _load(work, call_id)
    _move(call, CallStatus.ANSWERED)
    call.operator_id, call.operator_name = work.actor.id, work.actor.name
    call.taken_at = call.taken_at or work.now  # when it was answered does not change with who has it
    return await _changed(work, call, CallTaken(encounter_id=None, happened_at=work.now, call=call.id))


async def note_call(work: Work, call_id: str, notes: CallNotes, expected: int) -> CallChanged:
    """Keep what is written so far (kladd)."""
    call = await _own(work, call_id)
    if call.version != expected:
        raise Stale(version=call.version, expected=expected)
    _write(call, notes)
    return await _changed(work, call, CallNoted(encounter_id=None, happened_at=work.now, call=call.id))


async def assess_call(work: Work, call_id: str, given: NewCallAssessment) -> CallChanged:
    """Judge how urgent it is (telefonvurdering); an earlier judgement stays beside it."""
    call = await _own(work, call_id)
    _write(call, given)
    call.urgency, call.assessed_at = given.urgency, work.now
    work.session.add(
        TelephoneAssessment(
            id=new_id(),
            call_id=call.id,
            urgency=given.urgency,
            complaint=call.complaint,
            advice=call.advice,
            assessed_at=work.now,
            by_id=work.actor.id,
            by_name=work.actor.name,
            by_role=work.actor.role.value,
        )
    )
    event = CallAssessed(encounter_id=None, happened_at=work.now, call=call.id, urgency=given.urgency)
    return await _changed(work, call, event)


async def close_call(work: Work, call_id: str, closing: Closing) -> CallChanged:
    """End the call with what came of it (utfall). Whoever is to come gets a place on the board at once."""
    call = await _load(work, call_id)
    if call.status == CallStatus.ANSWERED and call.operator_id not in (None, work.actor.id):
        raise CallTakenAlready(by=call.operator_name, since=call.taken_at)
    _require_closable(call, closing, work)
    _move(call, CallStatus.CLOSED)
    call.outcome, call.closed_at = closing.outcome, work.now
    event = CallClosed(
        encounter_id=None,
        happened_at=work.now,
        call=call.id,
        outcome=closing.outcome,
        expected_at=closing.expected_at,
        by_ambulance=closing.by_ambulance,
    )
    return await _changed(work, call, event)


def _require_closable(call: TelephoneCall, closing: Closing, work: Work) -> None:
    if call.urgency is None and closing.outcome != "not-reached":
        raise CallNotAssessed
    at = closing.expected_at
    if at is None:
        if closing.outcome in EXPECTED:
            raise ExpectedTimeMissing(field="expected_at")
        return
    if call.complaint is None:
        raise ExpectedTimeMissing(field="complaint")
    if not work.now - _EARLIER <= at <= work.now + _AHEAD:
        raise ExpectedTimeNotPossible(field="expected_at")


def _write(call: TelephoneCall, notes: CallNotes) -> None:
    for name in CallNotes.model_fields:
        setattr(call, name, getattr(notes, name) or None)


async def _load(work: Work, call_id: str) -> TelephoneCall:
    require(work.actor, Permission.TAKE_CALLS)
    call = await work.session.get(TelephoneCall, call_id)
    if call is None or call.unit_id != work.unit:
        raise NotFound(call=call_id)
    return call


async def _own(work: Work, call_id: str) -> TelephoneCall:
    """A call that this operator has; another's is taken over first: nobody writes over a colleague."""
    call = await _load(work, call_id)
    if call.status != CallStatus.ANSWERED:
        raise CallNotPossibleNow(call_status=call.status)
    if call.operator_id is None:  # the exchange did not say by whom it was answered: whoever writes has it
        call.operator_id, call.operator_name = work.actor.id, work.actor.name
        call.taken_at = call.taken_at or work.now
    if call.operator_id != work.actor.id:
        raise CallTakenAlready(by=call.operator_name, since=call.taken_at)
    return call


def _move(call: TelephoneCall, to: CallStatus) -> None:
    if not can(CallStatus(call.status), to):
        raise CallNotPossibleNow(call_status=call.status, wanted=to.value)
    call.status = to.value


async def _changed(
    work: Work, call: TelephoneCall, event: CallTaken | CallNoted | CallAssessed | CallClosed
) -> CallChanged:
    call.version += 1
    await work.record(event)
    return _answer(call)


def _answer(call: TelephoneCall) -> CallChanged:
    return CallChanged(id=call.id, version=call.version, status=call.status, encounter=call.encounter_id)
