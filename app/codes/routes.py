"""HTTP of codes: searching them as they are typed, what was done, and the day's settlement."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.requests import Request as HTTPRequest

from app.codes.settlement_file import as_csv
from core.access.permissions import Permission, require
from core.http.body import BodyRoute
from core.http.call import Calling, EncounterPath, UnitPath, in_unit, tagged
from core.http.who import Who, store_of
from journal.commands.codes.perform import (
    NewPerformed,
    PerformedAnswer,
    RemovedAnswer,
    perform_code,
    remove_performed,
)
from journal.queries.codes.search import FoundCode, search_codes
from journal.queries.codes.settlement import settlement_of_day
from journal.rules.codes.pack import CodeKind

router = APIRouter(prefix="/api", tags=["journal"], route_class=BodyRoute)
PerformedPath = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="Procedure or tariff set here")]
Day = Annotated[date, Query(ge=date(2015, 1, 1), le=date(2199, 12, 31))]
Typed = Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")]


@router.get("/units/{unit}/codes")
async def get_codes(
    unit: UnitPath,
    actor: Who,
    request: HTTPRequest,
    kind: CodeKind = CodeKind.DIAGNOSIS,
    typed: Typed = "",
) -> tuple[FoundCode, ...]:
    """Codes that count today, by the beginnings of words in any order; the most used here first (kodesøk)."""
    in_unit(actor, unit)
    require(actor, Permission.WRITE_NOTE)
    store = store_of(request)
    return await store.read(search_codes, unit, kind.value, typed, now=store.clock())


@router.post("/encounters/{encounter}/performed", status_code=201)
async def post_performed(
    encounter: EncounterPath, new: NewPerformed, call: Calling, response: Response
) -> PerformedAnswer:
    """Add a procedure or a tariff (prosedyre, takst)."""
    answer = await call.write(perform_code, encounter, new, call.required_version())
    return tagged(response, answer, answer.version)


@router.delete("/encounters/{encounter}/performed/{performed}")
async def delete_performed(
    encounter: EncounterPath, performed: PerformedPath, call: Calling, response: Response
) -> RemovedAnswer:
    """Take a procedure or a tariff away before signing."""
    answer = await call.write(remove_performed, encounter, performed, call.required_version())
    return tagged(response, answer, answer.version)


@router.get("/units/{unit}/settlement.csv", response_class=Response)
async def get_settlement(unit: UnitPath, day: Day, actor: Who, request: HTTPRequest) -> Response:
    """The day's tariffs and procedures as CSV (oppgjør). Each patient in it is logged as opened."""
    in_unit(actor, unit)
    found = await store_of(request).write(actor, settlement_of_day, day)
    name = f"oppgjor-{unit}-{day.isoformat()}.csv"
    return Response(
        as_csv(found),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )
