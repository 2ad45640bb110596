"""The carrier's side in API version 3: configuration, 202, and notifications by offset."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app.sandbox.answers import deliver
from app.sandbox.edi_routes import HerId, answer, found, opened, receipt_on, transport_of
from app.sandbox.house import House, Trouble, house_of


class Configuration(BaseModel):
    """What one HER-id wants (MshConfiguration)."""

    model_config = ConfigDict(extra="forbid")

    herId: HerId  # noqa: N815
    receiveNotificationChannel: Literal["Api"]  # noqa: N815
    receiveRefusedMessageNotices: bool  # noqa: N815
    clientLocked: bool = False  # noqa: N815


class Configurations(BaseModel):
    """All that a client looks after."""

    model_config = ConfigDict(extra="forbid")

    configurations: list[Configuration] = Field(min_length=1)


class Posted(BaseModel):
    """A document to carry, with its addresses beside it."""

    model_config = ConfigDict(extra="forbid")

    senderHerId: HerId  # noqa: N815
    receiverHerIds: list[HerId] = Field(min_length=1)  # noqa: N815
    businessDocument: str = Field(min_length=1)  # noqa: N815
    contentType: Literal["application/xml"]  # noqa: N815
    contentTransferEncoding: Literal["base64"]  # noqa: N815
    messageTypeIdentificator: str = Field(min_length=1)  # noqa: N815
    applicationName: str = Field(min_length=1)  # noqa: N815
    applicationVersion: str = Field(min_length=1)  # noqa: N815


async def known_caller(
    request: Request,
    house: Annotated[House, Depends(house_of)],
    api_version: Annotated[Literal["3"], Header(alias="api-version")],
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
router = APIRouter(prefix="/edi3")


@router.put("/mshconfigurations", status_code=204)
async def configure(wanted: Configurations, house: Caller) -> Response:
    """Who looks after which HER-id."""
    told = {each.herId for each in wanted.configurations}
    if told != {house.our_her_id}:
        raise Trouble(403, f"Not authorized for HerId(s): {', '.join(map(str, sorted(told)))}")
    house.configured.update(told)
    return Response(status_code=204)


@router.post("/messages", status_code=202)
async def post_message(posted: Posted, request: Request, house: Caller) -> Response:
    """Take over a document whose addresses are the same inside and beside it."""
    fault = await house.meet("edi")
    if posted.senderHerId not in house.configured:
        raise Trouble(403, f"HerId {posted.senderHerId} is not configured")
    body, about = opened(posted.businessDocument, house.our_her_id)
    if (posted.senderHerId, posted.receiverHerIds) != (house.our_her_id, [about.receiver.addressed]):
        raise Trouble(
            400, "Addresses differ", ["senderHerId or receiverHerIds is not what the document says"]
        )
    message_id = deliver(house, body, about, fault)
    where = str(request.url_for("get_document_v3", id_=message_id))
    return answer(json.dumps({"id": message_id}).encode(), 202, where, cut=fault.lose_answer)


@router.get("/notifications")
async def get_notifications(
    house: Reader,
    her_ids: Annotated[list[HerId], Query(alias="HerIds", min_length=1)],
    offset: Annotated[int, Query(alias="Offset", ge=0)],
    limit: Annotated[int, Query(alias="NotificationsToFetch", ge=1, le=1000)] = 100,
) -> Response:
    """What has happened since; the client remembers how far it has come."""
    if set(her_ids) - house.configured:
        raise Trouble(403, "HerId is not configured")
    since = house.store.after(her_ids, offset, now=house.clock())[:limit]
    told = [
        {
            "id": message.id,
            "relatedMessageId": message.id,
            "type": "NewMessage",
            "notificationReceiverHerId": message.receiver,
            "notificationTriggeredByHerId": message.sender,
            "description": "New message received.",
            "createdAt": message.generated_at,
            "offset": place,
        }
        for place, message in since
    ]
    return JSONResponse({"notifications": told})


@router.get("/messages/{id_}/business-document", name="get_document_v3")
async def get_document(id_: UUID, house: Reader) -> Response:
    """The document itself."""
    return JSONResponse(
        {
            "businessDocument": b64encode(found(house, id_).body).decode(),
            "contentType": "application/xml",
            "contentTransferEncoding": "base64",
        }
    )


@router.get("/messages/{id_}/status")
async def get_status(id_: UUID, house: Reader) -> Response:
    """How far a message has come."""
    message = found(house, id_)
    receipt = receipt_on(house, message)
    state = {
        "receiverHerId": message.receiver,
        "transportDeliveryState": transport_of(house, message),
        "sent": True,
        "apprecInfo": receipt if receipt["appRecStatus"] else None,
    }
    return JSONResponse({"statusList": [state]})


@router.put("/messages/{id_}/downloaded/{her_id}", status_code=204)
async def mark_downloaded(id_: UUID, her_id: HerId, house: Reader) -> Response:
    """The receiver has it in safety."""
    message = found(house, id_)
    if message.receiver != her_id or her_id != house.our_her_id:
        raise Trouble(403, f"Not authorized for HerId(s): {her_id}")
    house.store.mark_read(message.id)
    return Response(status_code=204)
