"""What `/metrics` says of forwarding (videresending): the inbox, dialogue that is late, and the canary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.clock import utc_now
from core.patients.tables import Unit
from integrations.tables import DialogueMessage, InboxTask
from integrations.watch.canary import is_silent, last_answer, latest


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarding:
    """One unit's figures."""

    unit: str
    tasks: int
    late: int
    canary_silent: bool | None  # None: none was ever sent
    answered_at: datetime | None


async def forwarding_figures(session: AsyncSession) -> tuple[Forwarding, ...]:
    """Of every unit."""
    units, now = await session.execute(select(Unit.id).order_by(Unit.id)), utc_now()
    return tuple([await _of(session, unit, now) for unit in units.scalars()])


async def _of(session: AsyncSession, unit: str, now: datetime) -> Forwarding:
    tasks = select(func.count()).where(InboxTask.unit_id == unit, InboxTask.settled_at.is_(None))
    late = select(func.count()).where(
        DialogueMessage.unit_id == unit, DialogueMessage.closed_at.is_(None), DialogueMessage.due_at < now
    )
    canary = await latest(session, unit)
    return Forwarding(
        unit=unit,
        tasks=(await session.execute(tasks)).scalar_one(),
        late=(await session.execute(late)).scalar_one(),
        canary_silent=is_silent(canary, now) if canary else None,
        answered_at=await last_answer(session, unit),
    )


def tell_of_forwarding(registry: CollectorRegistry, figures: tuple[Forwarding, ...]) -> None:
    """`legevakt_canary_silent` 1 is an alarm: letters may not arrive although each looks sent."""

    def of_unit(name: str, meaning: str) -> Gauge:
        return Gauge(f"legevakt_{name}", meaning, ["unit"], registry=registry)

    tasks = of_unit("inbox_tasks", "What came in and waits for a person")
    late = of_unit("dialogue_late", "Questions from GPs that should have been answered")
    silent = of_unit("canary_silent", "The hourly test message is not answered")
    answered = of_unit("canary_answered_at", "When it was last answered, in seconds since 1970")
    for each in figures:
        tasks.labels(each.unit).set(each.tasks)
        late.labels(each.unit).set(each.late)
        if each.canary_silent is not None:
            silent.labels(each.unit).set(each.canary_silent)
        if each.answered_at:
            answered.labels(each.unit).set(each.answered_at.timestamp())
