"""The way to the shared record: the only file of this folder that touches the network."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import httpx

from integrations.helseid.proofs import NoToken
from integrations.sending import Receipt, RefusedForGood, Sent, TryAgain
from integrations.shared_record.response import UnreadableResponse, read_refusal, read_response

_CREATED = 3  # submission set, metadata, document; a replaced document's change of status has no place
_WRONG_FOR_GOOD = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)


class SharedRecordChannel:
    """Document sharing (dokumentdeling) by ITI-65. The answer to the call is the receipt."""

    name = "shared-record"
    content_type = "application/fhir+json"

    def __init__(self, http: httpx.AsyncClient, *, source_system: str) -> None:
        self._http = http
        self._source_system = source_system

    async def send(self, message_id: str, body: bytes) -> Sent:
        """Post the transaction. The receiver recognises a retry by the document's master identifier."""
        answer = await self._post(body)
        if answer.status_code not in (HTTPStatus.OK, HTTPStatus.CREATED):
            raise _trouble(answer)
        try:
            result = read_response(answer.content, created=_CREATED)
        except UnreadableResponse as fault:
            raise TryAgain("unexpected-answer") from fault
        receipt = Receipt(status="ok", errors=(), raw=answer.content)
        return Sent(external_id=result.reference, receipt=receipt)

    async def _post(self, body: bytes) -> httpx.Response:
        headers = {
            "content-type": self.content_type,
            "accept": self.content_type,
            "nhn-source-system": self._source_system,
        }
        try:
            return await self._http.post("Bundle", content=body, headers=headers)
        except NoToken as fault:
            raise TryAgain(fault.reason) from fault
        except httpx.TimeoutException as fault:
            raise TryAgain("timeout") from fault
        except (httpx.TransportError, httpx.DecodingError, httpx.TooManyRedirects) as fault:
            raise TryAgain("no-connection") from fault


def _trouble(answer: httpx.Response) -> TryAgain | RefusedForGood:
    """Refused for good only when the shared record itself says what is wrong with this document."""
    said = read_refusal(answer.content)
    if answer.status_code in _WRONG_FOR_GOOD and said is not None:
        return RefusedForGood("rejected", detail=said)
    if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return TryAgain("not-allowed")
    seconds = answer.headers.get("retry-after", "")
    asked = seconds.isascii() and seconds.isdigit()
    after = timedelta(seconds=min(int(seconds), 86_400)) if asked else None
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return TryAgain("too-many-requests", after=after)
    return TryAgain(f"http-{answer.status_code}", after=after)
