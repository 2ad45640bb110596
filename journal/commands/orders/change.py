"""What happens to an order until it is answered: begun, put on hold, done, revoked, left to somebody."""

from __future__ import annotations

from typing import Literal

from core.access.permissions import Permission, require
from core.store.work import Work
from core.text import Answer, Request, ShortText
from journal.commands.orders.existing import changed, load_order
from journal.events import OrderChanged
from journal.rules.orders.course import OrderStatus, ReasonMissing, require_step


class Progress(Request):
    """Begun, on hold, ordered again, or done without a result (utført), such as oxygen."""

    status: Literal["active", "in-progress", "on-hold", "completed"]
    reason: ShortText | None = None


class Revoking(Request):
    """Why it is not needed after all."""

    reason: ShortText


class FollowUp(Request):
    """Who follows up when it is unanswered at signing: the doctor, the legevakt, or the GP."""

    by: Literal["doctor", "unit", "gp"]


class OrderAnswer(Answer):
    """The order after the change; `version` is the order's own."""

    id: str
    status: str
    version: int


async def progress_order(
    work: Work, encounter_id: str, order_id: str, progress: Progress, *, expected: int
) -> OrderAnswer:
    """Say how far it has come (pågår, på vent, utført)."""
    require(work.actor, Permission.ASSESS)
    after = OrderStatus(progress.status)
    if after is OrderStatus.ON_HOLD and not progress.reason:
        raise ReasonMissing
    return await _move(work, encounter_id, order_id, after, progress.reason, expected)


async def revoke_order(
    work: Work, encounter_id: str, order_id: str, revoking: Revoking, *, expected: int
) -> OrderAnswer:
    """Take it back, with the reason (avbestille)."""
    require(work.actor, Permission.ASSESS)
    return await _move(work, encounter_id, order_id, OrderStatus.REVOKED, revoking.reason, expected)


async def follow_up_order(
    work: Work, encounter_id: str, order_id: str, wanted: FollowUp, *, expected: int
) -> OrderAnswer:
    """Name who follows it up when the patient leaves before the answer."""
    require(work.actor, Permission.WRITE_NOTE)
    order = await load_order(work, encounter_id, order_id, expected)
    order.follow_up = wanted.by
    version = changed(work, order)
    await work.record(
        OrderChanged(
            encounter_id=encounter_id, happened_at=work.now, order=order.id, status=f"follow-up-{wanted.by}"
        )
    )
    return OrderAnswer(id=order.id, status=order.status, version=version)


async def _move(
    work: Work, encounter_id: str, order_id: str, after: OrderStatus, reason: str | None, expected: int
) -> OrderAnswer:
    order = await load_order(work, encounter_id, order_id, expected)
    require_step(OrderStatus(order.status), after)
    order.status, order.reason = after.value, reason
    version = changed(work, order)
    await work.record(
        OrderChanged(encounter_id=encounter_id, happened_at=work.now, order=order.id, status=after.value)
    )
    return OrderAnswer(id=order.id, status=order.status, version=version)
