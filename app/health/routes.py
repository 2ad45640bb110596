"""Is the service well (helsesjekk): alive, ready, and figures for those who watch it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy import Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.health.forwarding import forwarding_figures, tell_of_forwarding
from app.health.measures import gauge, tell_of_helseid, tell_of_process, tell_of_screens, tell_of_telephone
from app.migrations.run import is_current
from core.clock import utc_now
from core.http.who import store_of
from core.patients.encounter import OPEN
from core.patients.tables import Encounter, Unit
from integrations.tables import OutboxMessage, ReceiptRow
from triage.queries.telephone.calls import CallFigures, call_figures

router = APIRouter(tags=["health"])


@router.get("/health/live")
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


@router.get("/health/ready")
async def ready(request: Request) -> JSONResponse:
    """The database answers and has the schema this program was made for."""
    store = store_of(request)
    facts: dict[str, object] = {"sqlite": sqlite3.sqlite_version if store.database.is_sqlite else None}
    try:
        await store.read(_answers)
        facts["schema"] = "current" if await is_current(store.database) else "outdated"
    except Exception as fault:  # whatever is wrong, the answer is "not ready", with a word why
        facts["database"] = type(fault).__name__
    well = facts.get("schema") == "current"
    return JSONResponse({"status": "ok" if well else "not-ready", **facts}, 200 if well else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Figures for Prometheus: open encounters, messages by state, screens. No names, no numbers of people."""
    registry = CollectorRegistry()
    open_by_unit, by_state, strangers = await store_of(request).read(_figures)
    gauge(registry, "unmatched_receipts", "Receipts that answer nothing we know", strangers)
    encounters = Gauge("legevakt_open_encounters", "Open encounters", ["unit"], registry=registry)
    for unit, count in open_by_unit:
        encounters.labels(unit).set(count)
    messages = Gauge("legevakt_messages", "Messages out by state", ["channel", "state"], registry=registry)
    for channel, state, count in by_state:
        messages.labels(channel, state).set(count)
    tell_of_telephone(registry, await store_of(request).read(_calls))
    tell_of_forwarding(registry, await store_of(request).read(forwarding_figures))
    tell_of_screens(registry, request.app.state.hub)
    tell_of_process(registry, request.app.state.feed, request.app.state.leader)
    tell_of_helseid(registry, request.app.state.ways.helseid)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


async def _answers(session: AsyncSession) -> None:
    await session.execute(text("SELECT 1"))


async def _figures(
    session: AsyncSession,
) -> tuple[Sequence[Row[str, int]], Sequence[Row[str, str, int]], int]:
    open_by_unit = await session.execute(
        select(Encounter.unit_id, func.count()).where(Encounter.status.in_(OPEN)).group_by(Encounter.unit_id)
    )
    by_state = await session.execute(
        select(OutboxMessage.channel, OutboxMessage.state, func.count()).group_by(
            OutboxMessage.channel, OutboxMessage.state
        )
    )
    strangers = select(func.count()).select_from(ReceiptRow).where(ReceiptRow.outbox_id.is_(None))
    return open_by_unit.all(), by_state.all(), (await session.execute(strangers)).scalar_one()


async def _calls(session: AsyncSession) -> dict[str, CallFigures]:
    units = await session.execute(select(Unit.id).order_by(Unit.id))
    return {unit: await call_figures(session, unit, utc_now()) for unit in units.scalars()}
