"""What the telephone exchange tells (telefonsentralen melder): it rings, somebody answered, it was hung up.

The exchange knows a call by an id of its own. News may come twice, late or in the wrong order, and are
taken as they are: refusing them would make an exchange send them for ever.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from core.access.permissions import Permission, require
from core.access.tables import Staff
from core.errors import Invalid
from core.ids import new_id
from core.store.work import Work
from core.text import Answer, Moment, Request, ShortText
from triage.events import CallHeard
from triage.rules.telephone.course import CallStatus, News, Times, status_after, told
from triage.tables import TelephoneCall

_OLDEST, _AHEAD = timedelta(days=7), timedelta(minutes=1)


class NewsTimeNotPossible(Invalid):
    """The exchange's clock is wrong, or its news are older than a week."""

    code = "time-not-possible"


class CallNews(Request):
    """One piece of news of one call."""

    call: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,100}$")]  # the exchange's own id
    news: News
    at: Moment  # when it happened, by the exchange's clock
    caller: ShortText | None = None  # number
    operator: ShortText | None = None  # user name here of whoever answered


class CallKnown(Answer):
    """The call as we know it now."""

    id: str
    status: str


async def hear_of_call(work: Work, heard: CallNews) -> CallKnown:
    """Take in what the exchange tells; what was told already changes nothing."""
    require(work.actor, Permission.REPORT_CALLS)
    if not work.now - _OLDEST <= heard.at <= work.now + _AHEAD:
        raise NewsTimeNotPossible(field="at")
    call = await _known(work, heard.call) or _new(work, heard)
    before = (call.status, call.rang_at, call.answered_at, call.hung_up_at, call.caller, call.operator_id)
    times = told(Times(call.rang_at, call.answered_at, call.hung_up_at), heard.news, heard.at)
    call.rang_at, call.answered_at, call.hung_up_at = times.rang_at, times.answered_at, times.hung_up_at
    call.status = status_after(CallStatus(call.status), times).value
    call.caller = call.caller or heard.caller
    if heard.news == "answered" and call.operator_id is None:
        await _name_operator(work, call, heard)
    after = (call.status, call.rang_at, call.answered_at, call.hung_up_at, call.caller, call.operator_id)
    if before != after or call.version == 0:
        call.version += 1
        await work.record(CallHeard(encounter_id=None, happened_at=heard.at, call=call.id, news=heard.news))
    return CallKnown(id=call.id, status=call.status)


async def _known(work: Work, exchange_id: str) -> TelephoneCall | None:
    found = await work.session.execute(
        select(TelephoneCall).where(
            TelephoneCall.unit_id == work.unit, TelephoneCall.exchange_id == exchange_id
        )
    )
    return found.scalar_one_or_none()


def _new(work: Work, heard: CallNews) -> TelephoneCall:
    call = TelephoneCall(
        id=new_id(),
        unit_id=work.unit,
        exchange_id=heard.call,
        version=0,
        status=CallStatus.RINGING.value,
        known_at=heard.at,
    )
    work.session.add(call)
    return call


async def _name_operator(work: Work, call: TelephoneCall, heard: CallNews) -> None:
    if heard.operator is None:
        return  # somebody takes it by name on the screen
    found = await work.session.execute(
        select(Staff.id, Staff.name).where(
            Staff.username == heard.operator, Staff.unit_id == work.unit, Staff.active
        )
    )
    person = found.first()
    if person is not None:
        call.operator_id, call.operator_name, call.taken_at = person.id, person.name, heard.at
