"""The carrier's side (meldingstjener): NHN EDI 2.0, API version 2, as its OpenAPI describes it."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.sandbox.answers import deliver
from app.sandbox.gp_system import Envelope, envelope
from app.sandbox.house import House, Trouble, house_of
from app.sandbox.store import Message
from integrations.kith.apprec import ReceiptStatus, read_apprec
from integrations.kith.safe_xml import UnreadableMessage

_STATUS = {
    ReceiptStatus.OK: "Ok",
    ReceiptStatus.REJECTED: "Rejected",
    ReceiptStatus.PARTLY: "OkErrorInMessagePart",
}
HerId = Annotated[int, Field(ge=1, le=2_147_483_647)]


class Posted(BaseModel):
    """A document to carry (PostMessageRequest)."""

    model_config = ConfigDict(extra="forbid")

    businessDocument: str = Field(min_length=1)  # noqa: N815
    contentType: str = Field(min_length=1)  # noqa: N815
    contentTransferEncoding: Literal["base64"]  # noqa: N815
    ebXmlOverrides: dict[str, Any] | None = None  # noqa: N815
    receiverHerIdsSubset: list[int] | None = None  # noqa: N815


class PostedReceipt(BaseModel):
    """A receipt to send for a received message (PostAppRecRequest)."""

    model_config = ConfigDict(extra="forbid")

    appRecStatus: Literal["Ok", "Rejected", "OkErrorInMessagePart"]  # noqa: N815
    appRecErrorList: list[dict[str, Any]] | None = None  # noqa: N815
    ebXmlOverrides: dict[str, Any] | None = None  # noqa: N815


async def known_caller(
    request: Request,
    house: Annotated[House, Depends(house_of)],
    api_version: Annotated[Literal["2"], Header(alias="api-version")],
    nhn_source_system: Annotated[str, Header(alias="nhn-source-system", min_length=1)],
) -> House:
    """The headers every call must have."""
    house.check_caller(request)
    return house


async def patient_caller(house: Annotated[House, Depends(known_caller)]) -> House:
    """The same, after whatever is set to go wrong with reading."""
    await house.meet("inbox")
    return house


Caller = Annotated[House, Depends(known_caller)]
Reader = Annotated[House, Depends(patient_caller)]
router = APIRouter(prefix="/edi/Messages")


@router.post("", status_code=201)
async def post_message(posted: Posted, request: Request, house: Caller) -> Response:
    """Take over a document; the GP's system gets it at once and answers after a while."""
    fault = await house.meet("edi")
    body, about = opened(posted.businessDocument, house.our_her_id)
    message_id = deliver(house, body, about, fault)
    where = str(request.url_for("get_message", id_=message_id))
    return answer(f'"{message_id}"'.encode(), 201, where, cut=fault.lose_answer)


def opened(document: str, ours: int) -> tuple[bytes, Envelope]:
    """What somebody wants carried, when it is theirs to send and says where it goes."""
    try:
        body = b64decode(document, validate=True)
        about = envelope(body)
    except UnreadableMessage as unreadable:
        raise Trouble(400, "Model validation error occurred", [unreadable.reason]) from unreadable
    except ValueError as unreadable:
        raise Trouble(
            400, "Model validation error occurred", ["businessDocument: not base64"]
        ) from unreadable
    if about.sender.addressed_unit != ours:
        raise Trouble(403, f"Not authorized for HerId(s): {about.sender.addressed_unit}")
    if about.receiver.addressed is None:
        raise Trouble(400, "Model validation error occurred", ["receiver: no HER-id"])
    return body, about


def answer(body: bytes, status: int, where: str, *, cut: bool) -> Response:
    """The carrier's answer, or the beginning of it."""
    headers = {"location": where, "content-length": str(len(body))}
    if cut:
        return StreamingResponse(
            _broken_off(body), status_code=status, media_type="application/json", headers=headers
        )
    return Response(body, status_code=status, media_type="application/json", headers=headers)


async def _broken_off(body: bytes) -> AsyncIterator[bytes]:
    yield body[:1]
    raise ConnectionResetError("the answer is lost, as told")


@router.get("")
async def get_messages(
    house: Reader,
    receivers: Annotated[list[HerId], Query(alias="ReceiverHerIds", min_length=1)],
    sender: Annotated[int | None, Query(alias="SenderHerId")] = None,
    document_id: Annotated[str | None, Query(alias="BusinessDocumentId", max_length=100)] = None,
    include_metadata: Annotated[bool, Query(alias="IncludeMetadata")] = False,
    limit: Annotated[int, Query(alias="MessagesToFetch", ge=1, le=100)] = 10,
    order: Annotated[Literal["Ascending", "Descending", "1", "2"], Query(alias="OrderBy")] = "Ascending",
) -> Response:
    """The inbox: unread messages."""
    if set(receivers) != {house.our_her_id}:
        raise Trouble(403, f"Not authorized for HerId(s): {', '.join(map(str, receivers))}")
    waiting = [
        message
        for message in house.store.unread(receivers, now=house.clock())
        if sender in (None, message.sender) and document_id in (None, message.document_id)
    ]
    if order in ("Descending", "2"):
        waiting.reverse()
    return JSONResponse([_described(message, metadata=include_metadata) for message in waiting[:limit]])


@router.get("/{id_}")
async def get_message(id_: UUID, house: Reader) -> Response:
    """Who sent one message to whom."""
    return JSONResponse(_described(found(house, id_), metadata=True))


@router.get("/{id_}/business-document")
async def get_business_document(id_: UUID, house: Reader) -> Response:
    """The document itself."""
    message = found(house, id_)
    return JSONResponse(
        {
            "businessDocument": b64encode(message.body).decode(),
            "contentType": "application/xml",
            "contentTransferEncoding": "base64",
        }
    )


@router.get("/{id_}/status")
async def get_status(id_: UUID, house: Reader) -> Response:
    """How far a message has come."""
    message = found(house, id_)
    state = {"receiverHerId": message.receiver, "transportDeliveryState": transport_of(house, message)}
    return JSONResponse([state | {"appRecStatus": receipt_on(house, message).get("appRecStatus")}])


@router.get("/{id_}/apprec")
async def get_receipts(id_: UUID, house: Reader) -> Response:
    """The receipts on a message."""
    message = found(house, id_)
    return JSONResponse([{"receiverHerId": message.receiver} | receipt_on(house, message)])


@router.post("/{id_}/apprec/{her_id}", status_code=201)
async def post_receipt(id_: UUID, her_id: HerId, posted: PostedReceipt, house: Reader) -> Response:
    """Answer a message to us. All that comes to us here are receipts, and those are never answered."""
    message = found(house, id_)
    if her_id != house.our_her_id or message.receiver != her_id:
        raise Trouble(403, f"Not authorized for HerId(s): {her_id}")
    raise Trouble(400, "An application receipt is not answered", [posted.appRecStatus])


@router.put("/{id_}/read/{her_id}", status_code=204)
async def mark_read(id_: UUID, her_id: HerId, house: Reader) -> Response:
    """Take a message out of the inbox."""
    message = found(house, id_)
    if message.receiver != her_id or her_id != house.our_her_id:
        raise Trouble(403, f"Not authorized for HerId(s): {her_id}")
    house.store.mark_read(message.id)
    return Response(status_code=204)


def transport_of(house: House, message: Message) -> str:
    """How far the transport has come: acknowledged, unless it was told to fail for this document."""
    return house.transport.get(message.document_id, "Acknowledged")


def found(house: House, id_: UUID) -> Message:
    """A message the carrier has, or its 404."""
    message = house.store.message(str(id_), now=house.clock())
    if message is None:
        raise Trouble(404, "Could not find database document")
    return message


def _described(message: Message, *, metadata: bool) -> dict[str, object]:
    short = {"id": message.id, "receiverHerId": message.receiver}
    if not metadata:
        return dict(short)
    return short | {
        "contentType": "application/xml",
        "senderHerId": message.sender,
        "businessDocumentId": message.document_id,
        "businessDocumentGenDate": message.generated_at,
        "isAppRec": message.about is not None,
    }


def receipt_on(house: House, message: Message) -> dict[str, object]:
    """What the receiver has answered so far, in the carrier's words."""
    answers = house.store.receipts_for(message.document_id, now=house.clock())
    if not answers:
        return {"appRecStatus": None, "appRecErrorList": None}
    said = read_apprec(answers[0].body)
    errors = [{"errorCode": error.code, "details": error.text} for error in said.errors]
    return {"appRecStatus": _STATUS[said.status], "appRecErrorList": errors}
