"""NHN EDI 2.0, API version 3, behind `MessageExchange`: the only file that knows its paths and fields.

Built from the carrier's published pages; no OpenAPI of this version was to be had. How a message is marked as
downloaded is by likeness with version 2, and must be tried against the test environment (decision 32).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal
from uuid import UUID

import httpx
from pydantic import TypeAdapter

from integrations.edi.calls import RECEIPT, TRANSPORT, Calls, FromCarrier, Query, fetched, read
from integrations.edi.port import INBOX_PAGE, Delivery, EdiRefused, IncomingMessage
from integrations.kith.addresses import addresses
from integrations.kith.safe_xml import UnreadableMessage


class _Taken(FromCarrier):
    id: UUID


class _Notification(FromCarrier):
    related_message_id: UUID
    type: str
    notification_receiver_her_id: int
    notification_triggered_by_her_id: int | None = None
    offset: int


class _Notifications(FromCarrier):
    notifications: list[_Notification]


class _Receipt(FromCarrier):
    app_rec_status: Literal["Ok", "Rejected", "OkErrorInMessagePart"]


class _Status(FromCarrier):
    receiver_her_id: int
    transport_delivery_state: Literal["Unconfirmed", "Acknowledged", "Rejected", "Abandoned"]
    apprec_info: _Receipt | None = None


class _StatusList(FromCarrier):
    status_list: list[_Status]


class EdiClientV3:
    """The carrier over HTTP. `http` as for version 2; `source_system` is name/version."""

    def __init__(self, http: httpx.AsyncClient, *, source_system: str) -> None:
        self._calls = Calls(http, version="3", source_system=source_system)
        self._name, _, self._version = source_system.partition("/")

    async def prepare(self, her_ids: Sequence[int]) -> None:
        """PUT /mshconfigurations: we fetch by polling, and are the only ones who do."""
        wanted = [
            {
                "herId": her_id,
                "receiveNotificationChannel": "Api",
                "receiveRefusedMessageNotices": True,
                "clientLocked": True,
            }
            for her_id in her_ids
        ]
        configurations = {"configurations": wanted}
        await self._calls.ask("PUT", "mshconfigurations", HTTPStatus.NO_CONTENT, json=configurations)

    async def send(self, document: bytes) -> str:
        """POST /messages: 202 and an id. A lost answer is EdiUnavailable; the same bytes go again."""
        try:
            about = addresses(document)
        except UnreadableMessage as fault:
            raise EdiRefused("bad-request", detail=fault.reason) from fault
        posted = {
            "senderHerId": about.sender_her_id,
            "receiverHerIds": [about.receiver_her_id],
            "businessDocument": b64encode(document).decode(),
            "contentType": "application/xml",
            "contentTransferEncoding": "base64",
            "messageTypeIdentificator": about.message_type,
            "applicationName": self._name,
            "applicationVersion": self._version or "0",
        }
        answer = await self._calls.ask("POST", "messages", HTTPStatus.ACCEPTED, json=posted)
        return str(read(TypeAdapter(_Taken), answer).id)

    async def inbox(self, her_ids: Sequence[int], after: str | None = None) -> list[IncomingMessage]:
        """GET /notifications after an offset; the offset is ours to remember."""
        query: Query = [
            *(("HerIds", her_id) for her_id in her_ids),
            ("NotificationsToFetch", INBOX_PAGE),
            ("Offset", after or "0"),
        ]
        answer = await self._calls.ask("GET", "notifications", HTTPStatus.OK, params=query)
        found = read(TypeAdapter(_Notifications), answer).notifications
        return [_incoming(each) for each in sorted(found, key=lambda each: each.offset)]

    async def fetch(self, message_id: str) -> bytes:
        """GET /messages/{id}/business-document."""
        path = f"messages/{UUID(message_id)}/business-document"
        return fetched(await self._calls.ask("GET", path, HTTPStatus.OK))

    async def status(self, message_id: str) -> list[Delivery]:
        """GET /messages/{id}/status."""
        answer = await self._calls.ask("GET", f"messages/{UUID(message_id)}/status", HTTPStatus.OK)
        return [_delivery(each) for each in read(TypeAdapter(_StatusList), answer).status_list]

    async def mark_read(self, message_id: str, her_id: int) -> None:
        """PUT /messages/{id}/downloaded/{herId}."""
        path = f"messages/{UUID(message_id)}/downloaded/{her_id}"
        await self._calls.ask("PUT", path, HTTPStatus.NO_CONTENT)


def _incoming(each: _Notification) -> IncomingMessage:
    return IncomingMessage(
        id=str(each.related_message_id),
        receiver_her_id=each.notification_receiver_her_id,
        sender_her_id=each.notification_triggered_by_her_id,
        position=str(each.offset),
        is_document=each.type == "NewMessage",
    )


def _delivery(status: _Status) -> Delivery:
    receipt = status.apprec_info
    return Delivery(
        receiver_her_id=status.receiver_her_id,
        transport=TRANSPORT[status.transport_delivery_state],
        receipt=RECEIPT[receipt.app_rec_status] if receipt else None,
    )
