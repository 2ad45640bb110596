"""The shared record as others read it: Find Document References (ITI-67) and Retrieve Document (ITI-68).

By form body as the national service has it: an identity number must never stand in an address.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fhir.resources.R4B.bundle import Bundle

from app.sandbox.house import House, house_of
from app.sandbox.national.shared_record import about, held

router = APIRouter(prefix="/mhd")
_FHIR = "application/fhir+json"
Sandbox = Annotated[House, Depends(house_of)]


@router.post("/DocumentReference/_search")
async def search(request: Request, house: Sandbox) -> Response:
    """The documents of one person with that status."""
    house.check_caller(request)
    asked = parse_qs((await request.body()).decode(), max_num_fields=10)
    system, _, value = asked.get("patient.identifier", [""])[0].partition("|")
    status = asked.get("status", ["current"])[0]
    entries = [
        {"fullUrl": f"urn:uuid:{each.reference['id']}", "resource": each.reference}
        for each in about(held(house.store.documents()), system, value)
        if each.reference["status"] == status
    ]
    answer = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
    return Response(Bundle.model_validate(answer).model_dump_json(), media_type=_FHIR)


@router.get("/document")
async def retrieve(request: Request, house: Sandbox, documentUniqueId: str) -> Response:  # noqa: N803
    """One document by its master identifier, whether it counts or not."""
    house.check_caller(request)
    for each in held(house.store.documents()):
        if each.master == documentUniqueId:
            return Response(Bundle.model_validate(each.document).model_dump_json(), media_type=_FHIR)
    raise HTTPException(404)
