"""The shared record's side (dokumentdeling): takes IHE MHD ITI-65 transactions and keeps the documents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import StreamingResponse
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.operationoutcome import OperationOutcome
from pydantic import ValidationError

from app.sandbox.house import House, house_of
from app.sandbox.national.shared_record import named, superseded

router = APIRouter(prefix="/mhd")
_FHIR = "application/fhir+json"
_SUPERSEDING = {"path": "DocumentReference.status", "type": "replace", "value": "superseded"}
_PERSONS = tuple(f"urn:oid:2.16.578.1.12.4.1.4.{number}" for number in (1, 2, 3))


@router.post("/Bundle")
async def provide(
    request: Request,
    house: Annotated[House, Depends(house_of)],
    content_type: Annotated[str, Header()] = "",
) -> Response:
    """Share a document. The same master identifier again gets the same answer again."""
    house.check_caller(request)
    fault = await house.meet("mhd")
    body = await request.body()
    if not content_type.startswith(_FHIR):
        return _refusal(415, ["content-type must be application/fhir+json"])
    try:
        transaction = Bundle.model_validate_json(body).model_dump()
    except (ValidationError, ValueError) as unreadable:
        return _refusal(400, [f"not FHIR R4: {unreadable}"[:2000]])
    wrong = [fault.reject] if fault.reject else list(_wrong(transaction))
    if wrong:
        return _refusal(422, wrong)
    if refused := _not_replacing(transaction, house.store.holds):
        return refused
    master = _only(transaction, "DocumentReference")["masterIdentifier"]["value"]
    now = house.clock()
    answer = _accepted(transaction, now)
    kept = house.store.keep_document(master, body, at=now, answer=answer)
    if fault.lose_answer:
        length = {"content-length": str(len(kept.answer))}
        return StreamingResponse(_broken_off(kept.answer), media_type=_FHIR, headers=length)
    return Response(kept.answer, media_type=_FHIR)


def _not_replacing(transaction: Any, is_here: Callable[[str], bool]) -> Response | None:
    """A conditional PATCH must find one, and what is replaced and is here must be put out of use."""
    gone = set(superseded(transaction["entry"]))
    if lost := [each for each in gone if not is_here(each)]:
        return _refusal(404, [f"no DocumentReference with identifier {each}" for each in lost])
    left = [
        each for each in named(_only(transaction, "DocumentReference")) if each not in gone and is_here(each)
    ]
    return _refusal(422, [f"{each} is replaced and not superseded" for each in left]) if left else None


async def _broken_off(answer: bytes) -> AsyncIterator[bytes]:
    yield answer[:1]
    raise ConnectionResetError("the answer is lost, as told")


def _all(bundle: Any, kind: str) -> list[Any]:
    found = [entry.get("resource") or {} for entry in bundle.get("entry") or []]
    return [resource for resource in found if resource.get("resourceType") == kind]


def _only(bundle: Any, kind: str) -> Any:
    return _all(bundle, kind)[0]


def _wrong(transaction: Any) -> Iterator[str]:
    """What ITI-65 (Comprehensive) demands and this transaction lacks."""
    if transaction.get("type") != "transaction":
        yield "Bundle.type is not transaction"
        return
    yield from _wrong_requests(transaction.get("entry") or [])
    kinds = ("List", "DocumentReference", "Bundle")
    missing = [kind for kind in kinds if len(_all(transaction, kind)) != 1]
    if missing:
        yield from (f"not exactly one {kind}" for kind in missing)
        return
    yield from _wrong_set(_only(transaction, "List"))
    yield from _wrong_reference(_only(transaction, "DocumentReference"))
    document = _only(transaction, "Bundle")
    first = ((document.get("entry") or [{}])[0].get("resource") or {}).get("resourceType")
    if document.get("type") != "document" or first != "Composition":
        yield "the document is not a document Bundle with a Composition first"
    if not document.get("identifier") or not document.get("timestamp"):
        yield "the document has no identifier or timestamp"


def _wrong_requests(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        method = (entry.get("request") or {}).get("method")
        if entry["resource"]["resourceType"] != "Parameters":
            if method != "POST":
                yield "an entry is not a POST"
        elif method != "PATCH" or _operation(entry["resource"]) != _SUPERSEDING:
            yield "Parameters may only PATCH DocumentReference.status to superseded"


def _operation(parameters: Any) -> dict[str, str]:
    parts = [part for each in parameters.get("parameter") or [] for part in each.get("part") or []]
    return {part["name"]: part.get("valueString") or part.get("valueCode") for part in parts}


def _wrong_set(submitted: Any) -> Iterator[str]:
    urls = [extension["url"].rsplit("/", 1)[-1] for extension in submitted.get("extension") or []]
    yield from (f"List lacks {name}" for name in ("ihe-sourceId", "ihe-designationType") if name not in urls)
    yield from (f"List.{name} is missing" for name in ("subject", "date", "entry") if not submitted.get(name))
    if (submitted.get("status"), submitted.get("mode")) != ("current", "working"):
        yield "List.status and mode must be current and working"


def _wrong_reference(reference: Any) -> Iterator[str]:
    needed = ("masterIdentifier", "type", "category", "subject", "securityLabel", "content", "context")
    missing = [name for name in needed if not reference.get(name)]
    if missing:
        yield from (f"DocumentReference.{name} is missing" for name in missing)
        return
    subject = reference["subject"].get("identifier") or {}
    if subject.get("system") not in _PERSONS or len(subject.get("value") or "") != 11:
        yield "DocumentReference.subject is not a person known by national identity"
    if reference.get("docStatus"):
        yield "DocumentReference.docStatus is not allowed"
    attachment = reference["content"][0].get("attachment") or {}
    if len(reference["content"]) != 1 or attachment.get("data"):
        yield "DocumentReference.content must be one, without data"
    parts = ("contentType", "url", "language", "creation")
    yield from (f"attachment.{name} is missing" for name in parts if not attachment.get(name))
    context = ("facilityType", "practiceSetting", "sourcePatientInfo")
    yield from (f"context.{name} is missing" for name in context if not reference["context"].get(name))


def _accepted(transaction: Any, at: datetime) -> bytes:
    entries = []
    for entry in transaction["entry"]:
        made = {"status": "201 Created", "location": f"{entry['resource']['resourceType']}/{uuid4()}"}
        done = {"status": "200 OK"} if entry["request"]["method"] == "PATCH" else made
        entries.append({"response": done | {"lastModified": at.isoformat()}})
    answer = {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}
    return Bundle.model_validate(answer).model_dump_json().encode()


def _refusal(status: int, said: list[str]) -> Response:
    issues = [{"severity": "error", "code": "invalid", "diagnostics": words} for words in said]
    outcome = OperationOutcome.model_validate({"resourceType": "OperationOutcome", "issue": issues})
    return Response(outcome.model_dump_json(), status_code=status, media_type=_FHIR)
