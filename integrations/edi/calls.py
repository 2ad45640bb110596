"""Calling the carrier over HTTP, whatever the version: what an answer means for the letter."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta
from http import HTTPStatus
from typing import Literal, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from integrations.edi.port import EdiRefused, EdiUnavailable
from integrations.helseid.proofs import NoToken

Read = TypeVar("Read")
Query = list[tuple[str, str | int | float | bool | None]]

TRANSPORT: dict[str, Literal["unconfirmed", "acknowledged", "rejected", "abandoned"]] = {
    "Unconfirmed": "unconfirmed",
    "Acknowledged": "acknowledged",
    "Rejected": "rejected",
    "Abandoned": "abandoned",
}
RECEIPT: dict[str, Literal["ok", "rejected", "partly"]] = {
    "Ok": "ok",
    "Rejected": "rejected",
    "OkErrorInMessagePart": "partly",
}


class FromCarrier(BaseModel):
    """Fields we do not know are left alone: the carrier may add some without a new version."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


class _Document(FromCarrier):
    business_document: str = Field(min_length=1)
    content_transfer_encoding: Literal["base64"]


class _Error(FromCarrier):
    # Version 2 has words of its own, version 3 those of problem+json.
    error: str | None = None
    title: str | None = None
    detail: str | None = None
    validation_errors: list[str] | None = None
    request_id: str

    @property
    def words(self) -> str:
        """What is wrong, in the carrier's words."""
        said = (self.error, self.title, self.detail, *(self.validation_errors or []))
        return "; ".join(each for each in said if each)


class Calls:
    """One version of the carrier's API. `http` has base address, time limits and our identification."""

    def __init__(self, http: httpx.AsyncClient, *, version: str, source_system: str) -> None:
        self._http = http
        self._headers = {"api-version": version, "nhn-source-system": source_system}

    async def ask(
        self,
        method: str,
        path: str,
        expected: HTTPStatus,
        *,
        json: object | None = None,
        params: Query | None = None,
    ) -> httpx.Response:
        """The expected answer, or EdiRefused or EdiUnavailable."""
        try:
            answer = await self._http.request(
                method, path, json=json, params=params or [], headers=self._headers
            )
        except NoToken as fault:
            raise EdiUnavailable(fault.reason) from fault
        except httpx.TimeoutException as fault:
            raise EdiUnavailable("timeout") from fault
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as fault:
            raise EdiUnavailable("no-connection") from fault
        if answer.status_code == expected:
            return answer
        raise _trouble(answer)


def _trouble(answer: httpx.Response) -> EdiRefused | EdiUnavailable:
    """Refused for good only when the carrier itself says that this document or id is wrong.

    A 401 or 403 is our set-up, not the letter: it is tried again once somebody has mended that. So is a 423:
    another client holds our HER-id. A 400 without the carrier's own body comes from something in between.
    """
    status = answer.status_code
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.LOCKED):
        return EdiUnavailable("not-allowed")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return EdiUnavailable("too-many-requests", after=_retry_after(answer))
    try:
        error = _Error.model_validate_json(answer.content)
    except ValidationError:
        return EdiUnavailable(f"http-{status}", after=_retry_after(answer))
    cancelled = "cancelled" in error.words.lower()  # answered with 400 too, but says nothing of the letter
    if status == HTTPStatus.NOT_FOUND:
        return EdiRefused("not-found", detail=error.words, request_id=error.request_id)
    if status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE) or cancelled:
        return EdiUnavailable(f"http-{status}", after=_retry_after(answer))
    return EdiRefused("bad-request", detail=error.words, request_id=error.request_id)


def _retry_after(answer: httpx.Response) -> timedelta | None:
    seconds = answer.headers.get("retry-after", "")
    return timedelta(seconds=min(int(seconds), 86_400)) if seconds.isascii() and seconds.isdigit() else None


def fetched(answer: httpx.Response) -> bytes:
    """The document in an answer."""
    document = read(TypeAdapter(_Document), answer)
    try:
        return b64decode(document.business_document, validate=True)
    except ValueError as fault:
        raise EdiUnavailable("unexpected-answer") from fault


def read(adapter: TypeAdapter[Read], answer: httpx.Response) -> Read:
    """The body as promised, or EdiUnavailable."""
    try:
        return adapter.validate_json(answer.content)
    except ValidationError as fault:
        raise EdiUnavailable("unexpected-answer") from fault
