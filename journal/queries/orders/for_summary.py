"""What leaves the ward of orders: results as they stand now, and what is not answered."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from journal.queries.orders.of_encounter import orders_of
from journal.rules.summary import SummaryResult, SummaryUnanswered


async def results_and_unanswered(
    session: AsyncSession, encounter_id: str
) -> tuple[tuple[SummaryResult, ...], tuple[SummaryUnanswered, ...]]:
    """The newest version of each result; and tests and pictures that wait. Care does not."""
    orders, results = await orders_of(session, [encounter_id])
    answers = tuple(
        SummaryResult(
            name=each.display,
            value=each.value,
            text=each.text,
            unit=each.unit,
            mark=each.mark,
            status=each.status,
            at=each.at,
        )
        for each in results
        if each.newest
    )
    waiting = tuple(
        SummaryUnanswered(name=each.display, follow_up=each.follow_up or "unit")
        for each in orders
        if each.unanswered and each.category != "treatment"
    )
    return answers, waiting
