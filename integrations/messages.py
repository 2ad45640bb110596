"""What became of an encounter's messages (meldinger ut), and the balance per receiver and day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import local
from core.text import Answer
from integrations.reviews import open_review
from integrations.tables import OutboxMessage, ReceiptRow
from integrations.undone import UNDONE
from journal.queries.page import PageMessage, PageReceipt


class BalanceLine(Answer):
    """One receiver on one day: written = acknowledged + waiting + for a person + by hand, always."""

    day: date
    channel: str
    receiver: str | None
    written: int
    sent: int
    acknowledged: int
    waiting: int
    for_a_person: int
    by_hand: int  # not delivered, and a person has given it to somebody in another way


WAITS_FOR_A_PERSON = ("rejected", "given-up", "contradicted", "held")
UNDER_WAY = ("queued", "sent")
SETTLED = ("replaced", "withdrawn", "readdressed", UNDONE)
"""Another letter took its place before it left, or a person withdrew it or the signature: nobody waits."""

NOT_SETTLED = or_(
    OutboxMessage.state != "given-up",
    OutboxMessage.reason.is_(None),
    OutboxMessage.reason.not_in(SETTLED),
)

# A receipt that comes late speaks louder than what a person did meanwhile.
_BY_HAND = and_(OutboxMessage.by_hand.is_not(None), OutboxMessage.state.in_(WAITS_FOR_A_PERSON))


async def messages_of(session: AsyncSession, encounter_id: str) -> tuple[PageMessage, ...]:
    """Messages of one encounter with their receipts, oldest first."""
    found = await session.execute(
        select(OutboxMessage)
        .where(
            OutboxMessage.encounter_id == encounter_id,
            or_(OutboxMessage.reason.is_(None), OutboxMessage.reason != UNDONE),
        )
        .order_by(OutboxMessage.created_at, OutboxMessage.channel)
    )
    return tuple([await _message(session, row) for row in found.scalars()])


async def _message(session: AsyncSession, row: OutboxMessage) -> PageMessage:
    found = await session.execute(
        select(ReceiptRow).where(ReceiptRow.outbox_id == row.id).order_by(ReceiptRow.received_at)
    )
    receipts = tuple(
        PageReceipt.model_validate(
            {
                "kind": receipt.kind,
                "status": receipt.status,
                "errors": tuple(receipt.errors),
                "received_at": receipt.received_at,
            }
        )
        for receipt in found.scalars()
    )
    return PageMessage.model_validate(
        {
            "id": row.id,
            "channel": row.channel,
            "receiver": row.receiver,
            "state": row.state,
            "reason": row.reason,
            "message_id": row.message_id,
            "attempts": row.attempts,
            "changed_at": row.changed_at,
            "receipts": receipts,
            "review": await open_review(session, row.id),
            "address_source": row.address_source,
            "address_as_of": row.address_as_of,
            "not_before": row.not_before,
            "by_hand": row.by_hand,
            "by_hand_by": row.by_hand_by,
        }
    )


async def balance(session: AsyncSession, unit: str, now: datetime, days: int = 7) -> tuple[BalanceLine, ...]:
    """Per receiver and day, newest day first; what was written and not received is never rounded away."""
    found = await session.execute(
        select(
            OutboxMessage.created_at,
            OutboxMessage.channel,
            OutboxMessage.receiver,
            case((_BY_HAND, "by-hand"), else_=OutboxMessage.state),
        ).where(
            OutboxMessage.unit_id == unit,
            OutboxMessage.created_at > now - timedelta(days=days),
            NOT_SETTLED,
        )
    )
    lines: dict[tuple[date, str, str | None], list[str]] = {}
    for created_at, channel, receiver, state in found:
        lines.setdefault((local(created_at).date(), channel, receiver), []).append(state)
    ordered = sorted(lines, key=lambda key: (-key[0].toordinal(), key[1], key[2] or ""))
    return tuple(_line(key, lines[key]) for key in ordered)


def _line(key: tuple[date, str, str | None], states: list[str]) -> BalanceLine:
    return BalanceLine(
        day=key[0],
        channel=key[1],
        receiver=key[2],
        written=len(states),
        sent=sum(state in ("sent", "acknowledged", "rejected", "contradicted") for state in states),
        acknowledged=states.count("acknowledged"),
        waiting=states.count("queued") + states.count("sent"),
        for_a_person=sum(states.count(state) for state in WAITS_FOR_A_PERSON),
        by_hand=states.count("by-hand"),
    )
