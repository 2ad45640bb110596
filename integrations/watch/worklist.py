"""Letters as those who run the ward see them (utgående meldinger): what waits for a person first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Row, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import day_began, local
from core.patients.tables import Encounter
from core.text import Answer
from integrations.inbox.tasks import TaskLine, count_open, open_tasks
from integrations.messages import NOT_SETTLED, UNDER_WAY, WAITS_FOR_A_PERSON
from integrations.tables import OutboxMessage
from integrations.watch.draining import Draining, draining
from integrations.watch.volume import unusually_few

Group = Literal["person", "underway", "delivered"]
_SHOWN = 100
_DELIVERED_SHOWN = 8
_HOUR = timedelta(hours=1)
_WEEKS = 8


class LetterLine(Answer):
    """One letter (melding ut)."""

    id: str
    encounter: str
    number: str  # contact number
    channel: str
    receiver: str | None
    state: str
    group: Group
    reason: str | None
    attempts: int
    created_at: datetime
    changed_at: datetime


class Silence(Answer):
    """A receiver that hears unusually little today (uvanlig få); None: the way as a whole."""

    channel: str
    receiver: str | None
    today: int
    usual: int


class Trouble(Answer):
    """A way out where letters are tried again and again (ustabil)."""

    channel: str
    waiting: int
    since: datetime


class Worklist(Answer):
    """What those who run the ward must know of its letters."""

    lines: tuple[LetterLine, ...]
    for_a_person: int  # letters and tasks
    under_way: int
    delivered_today: int
    last_delivered_at: datetime | None
    oldest_for_a_person: datetime | None
    within_an_hour: int  # GP summaries delivered within an hour of signing, of those old enough to judge
    judged: int
    troubles: tuple[Trouble, ...]
    silences: tuple[Silence, ...]
    tasks: tuple[TaskLine, ...] = ()  # what came in and cannot be placed
    draining: Draining | None = None  # while a backlog gets smaller


async def worklist(session: AsyncSession, unit: str, now: datetime, shown: int = _SHOWN) -> Worklist:
    """Everything at once, so that the numbers and the lines are of one moment; `shown` lines of a group."""
    begun = day_began(now)
    counts = await _counts(session, unit)
    delivered, last = await _delivered(session, unit, begun)
    in_time, judged = await _within_an_hour(session, unit, begun, now)
    person = await _lines(session, unit, "person", WAITS_FOR_A_PERSON, shown)
    tasks, oldest_task = await count_open(session, unit)
    oldest = [each for each in (oldest_task, person[0].created_at if person else None) if each]
    return Worklist(
        lines=(
            *person,
            *await _lines(session, unit, "underway", UNDER_WAY, shown),
            *await _lines(session, unit, "delivered", ("acknowledged",), _DELIVERED_SHOWN),
        ),
        tasks=await open_tasks(session, unit, shown),
        for_a_person=tasks + sum(counts[state] for state in WAITS_FOR_A_PERSON),
        under_way=sum(counts[state] for state in UNDER_WAY),
        delivered_today=delivered,
        last_delivered_at=last,
        oldest_for_a_person=min(oldest, default=None),
        within_an_hour=in_time,
        judged=judged,
        troubles=await _troubles(session, unit),
        silences=await _silences(session, unit, now),
        draining=await draining(session, unit, now),
    )


# A delivered letter stays delivered, whatever a person did before the receipt came.
_OPEN = and_(NOT_SETTLED, or_(OutboxMessage.state == "acknowledged", OutboxMessage.by_hand.is_(None)))


async def _counts(session: AsyncSession, unit: str) -> Mapping[str, int]:
    found = await session.execute(
        select(OutboxMessage.state, func.count())
        .where(
            OutboxMessage.unit_id == unit, OutboxMessage.state.in_((*WAITS_FOR_A_PERSON, *UNDER_WAY)), _OPEN
        )
        .group_by(OutboxMessage.state)
    )
    return Counter({row[0]: row[1] for row in found})


async def _lines(
    session: AsyncSession, unit: str, group: Group, states: Sequence[str], most: int
) -> tuple[LetterLine, ...]:
    newest_first = group == "delivered"
    order = OutboxMessage.changed_at.desc() if newest_first else OutboxMessage.created_at
    found = await session.execute(
        select(OutboxMessage, Encounter.number)
        .join(Encounter, Encounter.id == OutboxMessage.encounter_id)
        .where(OutboxMessage.unit_id == unit, OutboxMessage.state.in_(states), _OPEN)
        .order_by(order, OutboxMessage.id)
        .limit(most)
    )
    return tuple(
        LetterLine(
            id=row.id,
            encounter=row.encounter_id,
            number=number,
            channel=row.channel,
            receiver=row.receiver,
            state=row.state,
            group=group,
            reason=row.reason,
            attempts=row.attempts,
            created_at=row.created_at,
            changed_at=row.changed_at,
        )
        for row, number in found
    )


async def _delivered(session: AsyncSession, unit: str, begun: datetime) -> tuple[int, datetime | None]:
    found = await session.execute(
        select(func.count(), func.max(OutboxMessage.changed_at)).where(
            OutboxMessage.unit_id == unit,
            OutboxMessage.state == "acknowledged",
            OutboxMessage.changed_at >= begun,
        )
    )
    count, last = found.one()
    return count, last


async def _within_an_hour(
    session: AsyncSession, unit: str, begun: datetime, now: datetime
) -> tuple[int, int]:
    found = await session.execute(
        select(OutboxMessage.state, OutboxMessage.created_at, OutboxMessage.changed_at).where(
            OutboxMessage.unit_id == unit,
            OutboxMessage.channel == "gp-summary",
            OutboxMessage.created_at >= begun,
            NOT_SETTLED,
        )
    )
    judged = [
        state == "acknowledged" and changed - made <= _HOUR
        for state, made, changed in found
        if state == "acknowledged" or now - made > _HOUR
    ]
    return sum(judged), len(judged)


async def _troubles(session: AsyncSession, unit: str) -> tuple[Trouble, ...]:
    found = await session.execute(
        select(OutboxMessage.channel, func.count(), func.min(OutboxMessage.created_at))
        .where(
            OutboxMessage.unit_id == unit, OutboxMessage.state == "queued", OutboxMessage.reason.is_not(None)
        )
        .group_by(OutboxMessage.channel)
        .order_by(OutboxMessage.channel)
    )
    return tuple(Trouble(channel=channel, waiting=count, since=since) for channel, count, since in found)


async def _silences(session: AsyncSession, unit: str, now: datetime) -> tuple[Silence, ...]:
    found = await session.execute(
        select(OutboxMessage.channel, OutboxMessage.receiver, OutboxMessage.created_at).where(
            OutboxMessage.unit_id == unit,
            OutboxMessage.created_at > now - timedelta(days=7 * _WEEKS + 1),
            OutboxMessage.receiver.is_not(None),
        )
    )
    return _silent(found.all(), now)


def _silent(letters: Sequence[Row[str, str | None, datetime]], now: datetime) -> tuple[Silence, ...]:
    shown, days, by_receiver = local(now), set[date](), dict[tuple[str, str | None], Counter[date]]()
    for channel, receiver, made in letters:
        at = local(made)
        if (shown.date() - at.date()).days % 7 == 0 and at.time() <= shown.time():
            days.add(at.date())
            for whom in (receiver, None):  # each, and the way as a whole
                by_receiver.setdefault((channel, whom), Counter())[at.date()] += 1
    before = sorted(days - {shown.date()})
    silences = []
    for (channel, receiver), counts in sorted(by_receiver.items(), key=lambda each: str(each[0])):
        usual = [counts[day] for day in before]
        today = counts[shown.date()]
        if unusually_few(today, usual):
            silences.append(
                Silence(channel=channel, receiver=receiver, today=today, usual=round(sum(usual) / len(usual)))
            )
    return tuple(silences)
