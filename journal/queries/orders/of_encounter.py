"""Orders and results of one encounter, with who has seen what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.access.tables import Staff
from journal.order_tables import Result, ResultSeen, ServiceRequest
from journal.queries.orders.view import PageOrder, PageResult, SeenBy
from journal.rules.orders.catalogue import mark
from journal.rules.orders.course import UNANSWERED

Orders = tuple[tuple[PageOrder, ...], tuple[PageResult, ...]]


async def orders_of(session: AsyncSession, encounters: Sequence[str]) -> Orders:
    """Orders as they were made, and all versions of their results as they came."""
    orders = (
        await session.execute(
            select(ServiceRequest)
            .where(ServiceRequest.encounter_id.in_(encounters))
            .order_by(ServiceRequest.ordered_at, ServiceRequest.requisition, ServiceRequest.position)
        )
    ).scalars()
    rows = list(orders)
    if not rows:
        return (), ()
    results = await session.execute(
        select(Result)
        .where(Result.order_id.in_([row.id for row in rows]))
        .order_by(Result.reported_at, Result.number)
    )
    came = list(results.scalars())
    seen = await session.execute(select(ResultSeen).where(ResultSeen.encounter_id.in_(encounters)))
    looks = list(seen.scalars())
    names = await _names(session, rows, came, looks)
    displays = {row.id: row.display for row in rows}
    newest = {row.order_id: row.number for row in sorted(came, key=lambda row: row.number)}
    return (
        tuple(order_view(row, names) for row in rows),
        tuple(_result(row, displays[row.order_id], newest[row.order_id], looks, names) for row in came),
    )


def order_view(row: ServiceRequest, names: Mapping[str, str]) -> PageOrder:
    """The order with the names of who made and last changed it."""
    kept = ("id", "version", "requisition", "category", "code", "display", "question", "status")
    return PageOrder.model_validate(
        {name: getattr(row, name) for name in (*kept, "reason", "follow_up", "changed_at")}
        | {"by": names[row.ordered_by], "at": row.ordered_at, "changed_by": names[row.changed_by]}
        | {"unanswered": row.status in UNANSWERED, "encounter": row.encounter_id}
    )


def _result(
    row: Result, display: str, newest: int, looks: Iterable[ResultSeen], names: Mapping[str, str]
) -> PageResult:
    seen = [
        SeenBy(
            id=look.staff_id,
            name=names[look.staff_id],
            by_doctor=look.by_doctor,
            responsible=look.responsible,
            at=look.seen_at,
        )
        for look in looks
        if look.result_id == row.id
    ]
    kept = ("id", "number", "status", "value", "text", "unit", "low", "high", "reason")
    return PageResult.model_validate(
        {name: getattr(row, name) for name in kept}
        | {"order": row.order_id, "display": display, "mark": mark(row.value, row.low, row.high)}
        | {"by": names[row.reported_by], "at": row.reported_at, "newest": row.number == newest}
        | {"seen": tuple(sorted(seen, key=lambda each: each.at))}
    )


async def _names(
    session: AsyncSession,
    orders: Iterable[ServiceRequest],
    results: Iterable[Result],
    looks: Iterable[ResultSeen],
) -> dict[str, str]:
    ids = {id for row in orders for id in (row.ordered_by, row.changed_by)}
    ids |= {row.reported_by for row in results} | {look.staff_id for look in looks}
    found = await session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))
    return {row.id: row.name for row in found}
