"""Kjernejournal and SFM on a real socket: indicator, critical information, medication list."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from app.sandbox.faults import Place
from app.sandbox.house import House, Trouble, house_of
from app.sandbox.national import clinical
from app.sandbox.national.clinical import Told

router = APIRouter()
Sandbox = Annotated[House, Depends(house_of)]
_FHIR = "application/fhir+json"


class Asked(BaseModel):
    """The portal's question."""

    model_config = ConfigDict(extra="forbid")

    fnr: str
    samtykke: Literal["HPMOTTATTSAMTYKKE", "HPAKUTT", "HPUNNTAK"]


@router.post("/sandbox/clinical", status_code=204)
async def tell(told: Told, house: Sandbox) -> Response:
    """A patient gets an allergy, a medicine, or blocks."""
    house.clinical.people.update(told.people)
    return Response(status_code=204)


@router.post("/kj/v1/helseindikator")
async def helseindikator(asked: Asked, request: Request, house: Sandbox) -> dict[str, Any]:
    """Whether there is critical information."""
    await _open(request, house, "kj")
    if not request.headers.get("x-epj-system"):
        raise Trouble(400, "X-EPJ-System is missing")
    house.clinical.asked += 1
    return clinical.indicator(house.clinical.of(asked.fnr), at=house.clock())


@router.post("/kj/fhir/{kind}/_search")
async def critical(kind: Literal["AllergyIntolerance", "Flag"], request: Request, house: Sandbox) -> Response:
    """What it says. The number stands in the form, never in the address."""
    await _open(request, house, "kj")
    by = "patient.identifier" if kind == "AllergyIntolerance" else "subject.identifier"
    form = dict(parse_qsl((await request.body()).decode()))
    system, _, number = form.get(by, "").partition("|")
    if not system or not number:
        return _refusal(400, "required", f"{by} is missing")
    known = house.clinical.of(number)
    if known.blocked:
        return _refusal(403, "suppressed", "The patient has blocked access")
    return JSONResponse(clinical.critical(known, kind, number), media_type=_FHIR)


@router.post("/sfm/Patient/$getMedication")
async def get_medication(request: Request, house: Sandbox) -> Response:
    """The list as a document."""
    await _open(request, house, "sfm")
    asked = await request.json()
    given = {each.get("name"): each for each in asked.get("parameter", ())}
    numbers = given.get("patient", {}).get("resource", {}).get("identifier", ())
    number = next((each.get("value") for each in numbers), None)
    if asked.get("resourceType") != "Parameters" or not number:
        return _refusal(400, "required", "patient is missing")
    known = house.clinical.of(number)
    if known.blocked:
        return _refusal(403, "suppressed", "The patient has blocked access")
    return JSONResponse(clinical.medication(known, number, at=house.clock()), media_type=_FHIR)


async def _open(request: Request, house: House, place: Place) -> None:
    house.check_caller(request)
    await house.meet(place)


def _refusal(status: int, code: str, why: str) -> Response:
    issue = {"severity": "error", "code": code, "diagnostics": why}
    return JSONResponse({"resourceType": "OperationOutcome", "issue": [issue]}, status, media_type=_FHIR)
