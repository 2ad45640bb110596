"""The person register on a real socket: Persontjenesten, version 3."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from app.sandbox.house import House, house_of
from app.sandbox.national.persons import PARTS, Told

router = APIRouter()
Sandbox = Annotated[House, Depends(house_of)]


@router.post("/sandbox/persons", status_code=204)
async def tell(told: Told, house: Sandbox) -> Response:
    """Somebody moves, dies, gets another number, or is protected."""
    house.persons.people.update(told.people)
    return Response(status_code=204)


@router.post("/person/api/v3/{access}/person/get-by-nin")
async def get_by_nin(
    access: Literal["full-access", "restricted-access"],
    request: Request,
    house: Sandbox,
    informationParts: Annotated[list[str] | None, Query()] = None,  # noqa: N803
) -> Response:
    """One person by number, which stands in the form and never in the address."""
    house.check_caller(request)
    await house.meet("person")
    house.persons.asked += 1
    form = parse_qs((await request.body()).decode(), max_num_fields=5)
    number = form.get("nin", [""])[0]
    unknown = [part for part in informationParts or [] if part not in PARTS]
    if request.headers.get("api-version") != "3" or not informationParts or unknown or not number:
        return _problem(400, f"Bad request: Api-Version, informationParts or nin {unknown}")
    found = house.persons.answer(number, informationParts)
    return _problem(404, "No person found") if found is None else JSONResponse(found)


def _problem(status: int, title: str) -> Response:
    said = {"type": "about:blank", "title": title, "status": status}
    return JSONResponse(said, status_code=status, media_type="application/json")
