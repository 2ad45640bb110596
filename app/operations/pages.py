"""The address of the operations screen (drift): figures and letters, no names of patients."""

from __future__ import annotations

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from app.pages import Language, pages_of, show
from app.screens.operations.page import operations
from core.access.permissions import Permission, require
from core.http.call import UnitPath, in_unit
from core.http.who import store_of
from core.ids import Actor
from core.patients.tables import Unit
from integrations.messages import BalanceLine, balance
from integrations.watch.readiness import Readiness, readiness
from integrations.watch.worklist import Worklist, worklist
from triage.queries.figures.running_today import RunningToday, running_today

router = APIRouter(include_in_schema=False)
_Shown = tuple[str, RunningToday, Worklist, tuple[BalanceLine, ...], Readiness]


@router.get("/units/{unit}/operations")
async def operations_screen(unit: UnitPath, request: Request, language: Language = None) -> Response:
    """How it goes today, and whether everything that was written has been received (drift)."""
    pages, store = pages_of(request), store_of(request)
    shown, now = pages.language(language), store.clock()

    state = request.app.state
    missing = sum(count for (where, _), count in state.hub.figures.missing.items() if where == unit)

    async def seen(session: AsyncSession) -> _Shown:
        place, letters = await session.get_one(Unit, unit), await worklist(session, unit, now)
        ready = await readiness(
            session,
            unit,
            now,
            ways=state.ways.channels,
            troubles=letters.troubles,
            missing=missing,
            canary=bool(state.ways.exchange and state.settings.canary_her_id),
        )
        days = await balance(session, unit, now)
        return place.name, await running_today(session, unit, now), letters, days, ready

    async def draw(actor: Actor) -> str:
        in_unit(actor, unit)
        require(actor, Permission.READ_BALANCE)
        name, today, letters, days, ready = await store.read(seen)
        return operations(
            today=today,
            letters=letters,
            days=days,
            ready=ready,
            me=actor,
            unit=unit,
            unit_name=name,
            now=now,
            language=shown,
            asset_version=pages.asset_version,
        )

    return await show(request, shown, draw)
