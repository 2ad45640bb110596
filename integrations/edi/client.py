"""NHN EDI 2.0, API version 2, behind `MessageExchange`: the only file that knows its paths and fields."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from http import HTTPStatus
from typing import Literal
from uuid import UUID

import httpx
from pydantic import TypeAdapter

from integrations.edi.calls import RECEIPT, TRANSPORT, Calls, FromCarrier, Query, fetched, read
from integrations.edi.port import INBOX_PAGE, Delivery, IncomingMessage


class _Message(FromCarrier):
    id: UUID
    receiver_her_id: int | None = None
    sender_her_id: int | None = None
    business_document_id: str | None = None
    is_app_rec: bool | None = None


class _Status(FromCarrier):
    receiver_her_id: int
    transport_delivery_state: Literal["Unconfirmed", "Acknowledged", "Rejected"]
    app_rec_status: Literal["Ok", "Rejected", "OkErrorInMessagePart"] | None = None


class EdiClient:
    """The carrier over HTTP. `http` has base address, time limits and what it identifies itself by (HelseID);
    `source_system` is name and version."""

    def __init__(self, http: httpx.AsyncClient, *, source_system: str) -> None:
        self._calls = Calls(http, version="2", source_system=source_system)

    async def prepare(self, her_ids: Sequence[int]) -> None:
        """Nothing: version 2 knows us by our token alone."""

    async def send(self, document: bytes) -> str:
        """POST /Messages: 201 and an id. A lost answer is EdiUnavailable; the same bytes go again."""
        posted = {
            "businessDocument": b64encode(document).decode(),
            "contentType": "application/xml",
            "contentTransferEncoding": "base64",
        }
        answer = await self._calls.ask("POST", "Messages", HTTPStatus.CREATED, json=posted)
        return str(read(TypeAdapter(UUID), answer))

    async def inbox(self, her_ids: Sequence[int], after: str | None = None) -> list[IncomingMessage]:
        """GET /Messages with metadata. What is unread the carrier remembers itself."""
        query: Query = [
            *(("ReceiverHerIds", her_id) for her_id in her_ids),
            ("IncludeMetadata", "true"),
            ("MessagesToFetch", INBOX_PAGE),
            ("OrderBy", "Ascending"),
        ]
        answer = await self._calls.ask("GET", "Messages", HTTPStatus.OK, params=query)
        return [_incoming(message) for message in read(TypeAdapter(list[_Message]), answer)]

    async def fetch(self, message_id: str) -> bytes:
        """GET /Messages/{id}/business-document."""
        path = f"Messages/{UUID(message_id)}/business-document"
        return fetched(await self._calls.ask("GET", path, HTTPStatus.OK))

    async def metadata(self, message_id: str) -> IncomingMessage:
        """GET /Messages/{id}."""
        answer = await self._calls.ask("GET", f"Messages/{UUID(message_id)}", HTTPStatus.OK)
        return _incoming(read(TypeAdapter(_Message), answer))

    async def status(self, message_id: str) -> list[Delivery]:
        """GET /Messages/{id}/status."""
        answer = await self._calls.ask("GET", f"Messages/{UUID(message_id)}/status", HTTPStatus.OK)
        return [_delivery(status) for status in read(TypeAdapter(list[_Status]), answer)]

    async def mark_read(self, message_id: str, her_id: int) -> None:
        """PUT /Messages/{id}/read/{herId}."""
        await self._calls.ask("PUT", f"Messages/{UUID(message_id)}/read/{her_id}", HTTPStatus.NO_CONTENT)


def _incoming(message: _Message) -> IncomingMessage:
    return IncomingMessage(
        id=str(message.id),
        receiver_her_id=message.receiver_her_id,
        sender_her_id=message.sender_her_id,
        document_id=message.business_document_id,
        is_apprec=message.is_app_rec,
    )


def _delivery(status: _Status) -> Delivery:
    return Delivery(
        receiver_her_id=status.receiver_her_id,
        transport=TRANSPORT[status.transport_delivery_state],
        receipt=RECEIPT[status.app_rec_status] if status.app_rec_status else None,
    )
