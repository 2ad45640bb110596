"""For tests and demonstrations: what has arrived, and what is to go wrong."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.sandbox.bad_days import DAYS
from app.sandbox.faults import Fault, Place, Weather
from app.sandbox.house import House, house_of

router = APIRouter(prefix="/sandbox")
Sandbox = Annotated[House, Depends(house_of)]


@router.get("/received")
async def received(house: Sandbox) -> Response:
    """One element for each thing taken in, with how often it was sent. A message never has two."""
    letters = [
        {
            "channel": letter.channel,
            "message_id": letter.message_id,
            "attempts": letter.attempts,
            "different_bodies": letter.different_bodies,
            "sha256": letter.sha256,
            "status": letter.status,
            "errors": letter.errors,
        }
        for letter in house.store.letters()
    ]
    documents = [
        {
            "channel": "shared-record",
            "message_id": document.master,
            "attempts": document.attempts,
            "different_bodies": document.different_bodies,
            "sha256": document.sha256,
            "status": "ok",
            "errors": [],
        }
        for document in house.store.documents()
    ]
    return JSONResponse([*letters, *documents])


@router.post("/faults", status_code=204)
async def add_faults(faults: dict[Place, Fault | list[Fault]], house: Sandbox) -> Response:
    """Line up trouble, e.g. `{"edi": {"status": 503, "times": 3}}`."""
    for place, told in faults.items():
        for fault in told if isinstance(told, list) else [told]:
            house.faults.add(place, fault)
    return Response(status_code=204)


@router.put("/weather", status_code=204)
async def set_weather(weather: Weather, house: Sandbox) -> Response:
    """From now on trouble comes by chance, until the faults are cleared."""
    house.faults.let_be(weather)
    return Response(status_code=204)


@router.get("/told")
async def told(house: Sandbox) -> Response:
    """What the GP's system did beside answering once as it should: by document, for whoever counts."""
    return JSONResponse(house.told)


@router.post("/days", name="choose-day")
async def choose_day(request: Request, house: Sandbox) -> Response:
    """The bad day that was pressed begins, instead of the one before; without a name all is well again."""
    name = dict(parse_qsl((await request.body()).decode())).get("day", "")
    if name and name not in DAYS:
        raise HTTPException(404)
    house.faults.clear()
    if name:
        house.faults.let_be(DAYS[name].weather(), name)
    return RedirectResponse(request.url_for("bad-days"), 303)


@router.delete("/faults", status_code=204)
async def clear_faults(house: Sandbox) -> Response:
    """Behave again."""
    house.faults.clear()
    return Response(status_code=204)
