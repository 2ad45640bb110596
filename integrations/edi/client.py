"""NHN EDI 2.0, API version 2, behind `MessageExchange`: the only file that knows its paths and fields."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Literal, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from integrations.edi.port import Delivery, EdiRefused, EdiUnavailable, IncomingMessage

TokenProvider = Callable[[], Awaitable[str]]
"""Fetches a bearer token (HelseID in production); raises EdiUnavailable when it cannot."""

_INBOX_SIZE = 100
Read = TypeVar("Read")


class _FromCarrier(BaseModel):
    # Fields we do not know are left alone: the carrier may add some without a new version.
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class _Message(_FromCarrier):
    id: UUID
    receiver_her_id: int | None = None
    sender_her_id: int | None = None
    business_document_id: str | None = None
    is_app_rec: bool | None = None


class _Document(_FromCarrier):
    business_document: str = Field(min_length=1)
    content_transfer_encoding: Literal["base64"]


class _Status(_FromCarrier):
    receiver_her_id: int
    transport_delivery_state: Literal["Unconfirmed", "Acknowledged", "Rejected"]
    app_rec_status: Literal["Ok", "Rejected", "OkErrorInMessagePart"] | None = None


class _Error(_FromCarrier):
    error: str | None = None
    validation_errors: list[str] | None = None
    request_id: str


_TRANSPORT: dict[str, Literal["unconfirmed", "acknowledged", "rejected"]] = {
    "Unconfirmed": "unconfirmed",
    "Acknowledged": "acknowledged",
    "Rejected": "rejected",
}
_RECEIPT: dict[str, Literal["ok", "rejected", "partly"]] = {
    "Ok": "ok",
    "Rejected": "rejected",
    "OkErrorInMessagePart": "partly",
}


class EdiClient:
    """The carrier over HTTP. `http` has base address and time limits; `source_system` is name and version."""

    def __init__(self, http: httpx.AsyncClient, *, token: TokenProvider, source_system: str) -> None:
        self._http = http
        self._token = token
        self._source_system = source_system

    async def send(self, document: bytes) -> str:
        """POST /Messages: 201 and an id. A lost answer is EdiUnavailable; the same bytes go again."""
        posted = {
            "businessDocument": b64encode(document).decode(),
            "contentType": "application/xml",
            "contentTransferEncoding": "base64",
        }
        answer = await self._ask("POST", "Messages", HTTPStatus.CREATED, json=posted)
        return str(_read(TypeAdapter(UUID), answer))

    async def inbox(self, her_ids: Sequence[int]) -> list[IncomingMessage]:
        """GET /Messages with metadata."""
        query: list[tuple[str, str | int | float | bool | None]] = [
            *(("ReceiverHerIds", her_id) for her_id in her_ids),
            ("IncludeMetadata", "true"),
            ("MessagesToFetch", _INBOX_SIZE),
            ("OrderBy", "Ascending"),
        ]
        answer = await self._ask("GET", "Messages", HTTPStatus.OK, params=query)
        return [_incoming(message) for message in _read(TypeAdapter(list[_Message]), answer)]

    async def fetch(self, message_id: str) -> bytes:
        """GET /Messages/{id}/business-document."""
        path = f"Messages/{UUID(message_id)}/business-document"
        document = _read(TypeAdapter(_Document), await self._ask("GET", path, HTTPStatus.OK))
        try:
            return b64decode(document.business_document, validate=True)
        except ValueError as fault:
            raise EdiUnavailable("unexpected-answer") from fault

    async def metadata(self, message_id: str) -> IncomingMessage:
        """GET /Messages/{id}."""
        answer = await self._ask("GET", f"Messages/{UUID(message_id)}", HTTPStatus.OK)
        return _incoming(_read(TypeAdapter(_Message), answer))

    async def status(self, message_id: str) -> list[Delivery]:
        """GET /Messages/{id}/status."""
        answer = await self._ask("GET", f"Messages/{UUID(message_id)}/status", HTTPStatus.OK)
        return [_delivery(status) for status in _read(TypeAdapter(list[_Status]), answer)]

    async def mark_read(self, message_id: str, her_id: int) -> None:
        """PUT /Messages/{id}/read/{herId}."""
        await self._ask("PUT", f"Messages/{UUID(message_id)}/read/{her_id}", HTTPStatus.NO_CONTENT)

    async def _ask(
        self,
        method: str,
        path: str,
        expected: HTTPStatus,
        *,
        json: object | None = None,
        params: list[tuple[str, str | int | float | bool | None]] | None = None,
    ) -> httpx.Response:
        headers = {
            "api-version": "2",
            "nhn-source-system": self._source_system,
            "authorization": f"Bearer {await self._token()}",
        }
        try:
            answer = await self._http.request(method, path, json=json, params=params or [], headers=headers)
        except httpx.TimeoutException as fault:
            raise EdiUnavailable("timeout") from fault
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as fault:
            raise EdiUnavailable("no-connection") from fault
        if answer.status_code == expected:
            return answer
        raise _trouble(answer)


def _trouble(answer: httpx.Response) -> EdiRefused | EdiUnavailable:
    """Refused for good only when the carrier itself says that this document or id is wrong.

    A 401 or 403 is our set-up, not the letter: it is tried again once somebody has mended that. A 400 without
    the carrier's own error body comes from something in between.
    """
    status = answer.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return EdiUnavailable("not-allowed")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return EdiUnavailable("too-many-requests", after=_retry_after(answer))
    try:
        error = _Error.model_validate_json(answer.content)
    except ValidationError:
        return EdiUnavailable(f"http-{status}", after=_retry_after(answer))
    cancelled = (
        "cancelled" in (error.error or "").lower()
    )  # answered with 400 too, but says nothing of the letter
    if status == HTTPStatus.NOT_FOUND:
        return EdiRefused("not-found", detail=error.error or "", request_id=error.request_id)
    if status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE) or cancelled:
        return EdiUnavailable(f"http-{status}", after=_retry_after(answer))
    detail = "; ".join([error.error or "", *(error.validation_errors or [])])
    return EdiRefused("bad-request", detail=detail, request_id=error.request_id)


def _retry_after(answer: httpx.Response) -> timedelta | None:
    seconds = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(seconds), 86_400)) if seconds.isascii() and seconds.isdigit() else None


def _read(adapter: TypeAdapter[Read], answer: httpx.Response) -> Read:
    try:
        return adapter.validate_json(answer.content)
    except ValidationError as fault:
        raise EdiUnavailable("unexpected-answer") from fault


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
        transport=_TRANSPORT[status.transport_delivery_state],
        receipt=_RECEIPT[status.app_rec_status] if status.app_rec_status else None,
    )
