"""Telephone contacts as operators see them (samtaler): those that wait, those under way, and today's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import day_began
from core.patients.tables import Unit
from core.text import Answer
from triage.queries.board_row import BoardRow
from triage.rules.telephone.answered import LATELY, Answered, Rung, answered, month_began, rung
from triage.rules.telephone.course import RANK, CallStatus
from triage.tables import Expectation, TelephoneAssessment, TelephoneCall

_SHOWN = 60


class CallRow(Answer):
    """One call (samtale). Times are moments; how long it has rung is reckoned where it is shown."""

    id: str
    version: int
    status: str
    since: datetime  # when it rang, else the first we heard of it
    answered_at: datetime | None
    hung_up_at: datetime | None
    by_hand: bool
    caller: str | None
    about: str | None
    place: str | None
    complaint: str | None
    advice: str | None
    urgency: str | None
    level: int | None  # the urgency's place among levels
    assessed_at: datetime | None
    operator: str | None  # staff id
    operator_name: str | None
    outcome: str | None
    closed_at: datetime | None
    encounter: str | None


class Share(Answer):
    """Calls answered within two minutes (besvart innen 2 min)."""

    in_time: int
    counted: int
    per_cent: int | None  # None: no call has rung


class CallFigures(Answer):
    """By the national rule: the last hour, today, and this month."""

    lately: Share
    day: Share
    month: Share


class ExpectedRow(BoardRow):
    """A row of the board with what was told beforehand of those on the way (ventet pasient)."""

    pre_alert: str | None = None
    called_at: datetime | None = None


class AboutCalls(TypedDict):
    """What operators know of the unit: its calls that are not closed."""

    unit: str
    unit_name: str
    calls: tuple[CallRow, ...]


class Calls(Answer):
    """Calls of a unit, and how soon they are answered."""

    server_time: datetime
    calls: tuple[CallRow, ...]  # not closed, the oldest first
    today: tuple[CallRow, ...]  # closed since midnight, what rang last first
    figures: CallFigures


class Told(Answer):
    """What was told on the telephone about somebody who is here now (telefonvurdering)."""

    called_at: datetime
    urgency: str | None
    level: int | None
    pre_alert: str | None
    advice: str | None
    by_name: str | None


async def calls(session: AsyncSession, unit: str, now: datetime) -> Calls:
    """Everything of the operators' screen that is not a patient on the board."""
    closed = await session.execute(
        select(TelephoneCall)
        .where(
            TelephoneCall.unit_id == unit,
            TelephoneCall.status == CallStatus.CLOSED.value,
            TelephoneCall.closed_at >= day_began(now),
        )
        .order_by(func.coalesce(TelephoneCall.rang_at, TelephoneCall.known_at).desc(), TelephoneCall.id)
        .limit(_SHOWN)
    )
    return Calls(
        server_time=now,
        calls=await open_calls(session, unit),
        today=tuple(_row(each) for each in closed.scalars()),
        figures=await call_figures(session, unit, now),
    )


async def open_calls(session: AsyncSession, unit: str) -> tuple[CallRow, ...]:
    """Calls that somebody must still do something about, the oldest first."""
    found = await session.execute(
        select(TelephoneCall).where(
            TelephoneCall.unit_id == unit, TelephoneCall.status != CallStatus.CLOSED.value
        )
    )
    rows = [_row(each) for each in found.scalars()]
    return tuple(sorted(rows, key=lambda row: (row.since, row.id)))


async def about_calls(session: AsyncSession, unit: str) -> AboutCalls:
    """The unit and its open calls."""
    place = await session.get_one(Unit, unit)
    return AboutCalls(unit=unit, unit_name=place.name, calls=await open_calls(session, unit))


async def call_figures(session: AsyncSession, unit: str, now: datetime) -> CallFigures:
    """How many calls were answered within two minutes, of those the exchange told the ringing of."""
    found = await session.execute(
        select(
            TelephoneCall.rang_at,
            TelephoneCall.answered_at,
            TelephoneCall.taken_at,
            TelephoneCall.hung_up_at,
        ).where(
            TelephoneCall.unit_id == unit,
            TelephoneCall.rang_at >= min(month_began(now), now - LATELY),
        )
    )
    rang = [
        rung(each.rang_at, answered_at=each.answered_at, taken_at=each.taken_at, hung_up_at=each.hung_up_at)
        for each in found
        if each.rang_at is not None
    ]
    return CallFigures(
        lately=_share(rang, now - LATELY, now),
        day=_share(rang, day_began(now), now),
        month=_share(rang, month_began(now), now),
    )


def _share(rang: Sequence[Rung], since: datetime, now: datetime) -> Share:
    found: Answered = answered((call for call in rang if call.rang_at >= since), now)
    return Share(in_time=found.in_time, counted=found.counted, per_cent=found.per_cent)


def _row(call: TelephoneCall) -> CallRow:
    same = ("id", "version", "status", "answered_at", "hung_up_at", "caller", "about", "place", "complaint")
    more = ("advice", "urgency", "assessed_at", "operator_name", "outcome", "closed_at")
    return CallRow(
        **{name: getattr(call, name) for name in (*same, *more)},
        since=call.rang_at or call.known_at,
        by_hand=call.exchange_id is None,
        level=RANK[call.urgency] if call.urgency else None,
        operator=call.operator_id,
        encounter=call.encounter_id,
    )


async def with_pre_alerts(session: AsyncSession, rows: Sequence[BoardRow]) -> list[ExpectedRow]:
    """The board's rows with what was told beforehand."""
    waited = [row.id for row in rows if row.status == "planned"]
    found = await session.execute(select(Expectation).where(Expectation.encounter_id.in_(waited)))
    told = {each.encounter_id: each for each in found.scalars()}
    return [
        ExpectedRow(
            **dict(row),
            pre_alert=told[row.id].pre_alert if row.id in told else None,
            called_at=told[row.id].called_at if row.id in told else None,
        )
        for row in rows
    ]


async def told_before(session: AsyncSession, encounter_id: str) -> Told | None:
    """What was told before the patient came; read with the record it belongs to, which is logged."""
    expectation = await session.get(Expectation, encounter_id)
    if expectation is None:
        return None
    latest = await session.execute(
        select(TelephoneAssessment)
        .where(TelephoneAssessment.call_id == expectation.call_id)
        .order_by(TelephoneAssessment.assessed_at.desc())
        .limit(1)
    )
    judged = latest.scalar_one_or_none()
    return Told(
        called_at=expectation.called_at,
        urgency=expectation.urgency,
        level=RANK[expectation.urgency] if expectation.urgency else None,
        pre_alert=expectation.pre_alert,
        advice=judged.advice if judged else None,
        by_name=judged.by_name if judged else None,
    )
