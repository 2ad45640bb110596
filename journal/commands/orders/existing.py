"""The order that a command is about, found in the unit and as new as its reader thinks."""

from __future__ import annotations

from sqlalchemy import select

from core.errors import NotFound, Stale
from core.store.work import Work
from journal.order_tables import ServiceRequest


async def load_order(
    work: Work, encounter_id: str, order_id: str, expected: int | None = None
) -> ServiceRequest:
    """The order. Another unit's or another patient's is not found; an older `expected` version is stale."""
    found = await work.session.execute(
        select(ServiceRequest).where(
            ServiceRequest.id == order_id,
            ServiceRequest.encounter_id == encounter_id,
            ServiceRequest.unit_id == work.unit,
        )
    )
    order = found.scalar_one_or_none()
    if order is None:
        raise NotFound(encounter=encounter_id)
    if expected is not None and expected != order.version:
        raise Stale(version=order.version, expected=expected)
    return order


def changed(work: Work, order: ServiceRequest) -> int:
    """Count the change and who made it."""
    order.version += 1
    order.changed_by, order.changed_at = work.actor.id, work.now
    return order.version
