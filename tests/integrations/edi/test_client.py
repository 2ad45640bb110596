import json
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from integrations.edi.client import EdiClient
from integrations.edi.port import Delivery, EdiRefused, EdiUnavailable, MessageExchange
from tests.integrations.edi.contract import request_faults
from tests.integrations.kith.standards import standard

ID = "80383714-f0de-4cf8-900f-c79ba3af028c"
SENT_ID = "0556bccf-ccf9-4597-9673-14cbd1a96d99"
LETTER = "<Message>Bjørg</Message>".encode()


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> EdiClient:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="https://carrier.test/")
    http.headers["authorization"] = "Bearer a-token"
    return EdiClient(http, source_system="legevakt, v0.1.0")


def answering(status: int, content: bytes | str = b"", **headers: str) -> EdiClient:
    return client_of(lambda _: httpx.Response(status, content=content, headers=headers))


def recorded(name: str) -> bytes:
    return standard("nhn", "edi20", name).read_bytes()


async def test_a_letter_is_posted_and_the_carriers_id_comes_back() -> None:
    posted: list[httpx.Request] = []

    def take(request: httpx.Request) -> httpx.Response:
        posted.append(request)
        return httpx.Response(201, text=f'"{SENT_ID}"')

    exchange: MessageExchange = client_of(take)

    sent = await exchange.send(LETTER)

    assert sent == SENT_ID
    assert b64decode(json.loads(posted[0].content)["businessDocument"]) == LETTER
    assert posted[0].headers["authorization"] == "Bearer a-token"


async def test_every_call_we_make_is_as_the_carrier_published_it() -> None:
    made: list[httpx.Request] = []

    def listen(request: httpx.Request) -> httpx.Response:
        made.append(request)
        return httpx.Response(503)

    client = client_of(listen)
    calls = [
        client.send(LETTER),
        client.inbox([8142001, 8142002]),
        client.fetch(ID),
        client.metadata(ID),
        client.status(ID),
        client.mark_read(ID, 8142001),
    ]
    for call in calls:
        with pytest.raises(EdiUnavailable):
            await call

    assert [fault for request in made for fault in request_faults(request, path=request.url.path)] == []
    assert len(made) == 6


async def test_the_inbox_is_read_as_recorded() -> None:
    client = answering(200, recorded("sample-get-messages-response.json"))

    inbox = await client.inbox([8143060])

    assert [(message.id[:8], message.receiver_her_id) for message in inbox] == [
        ("0c8f3d36", 8143060),
        ("99607d81", 8143060),
    ]


async def test_a_receipt_in_the_inbox_is_known_by_its_metadata() -> None:
    message = await answering(200, recorded("sample-get-message-apprec-response.json")).metadata(ID)

    assert (message.is_apprec, message.sender_her_id) == (True, 8094866)
    assert message.document_id == "9ebaaf44-7317-41b7-892a-2a568acd5111"


async def test_a_field_we_do_not_know_does_no_harm() -> None:
    name = "sample-get-message-response-with-unknown-property.json"

    message = await answering(200, recorded(name)).metadata(ID)

    assert message.is_apprec is False


async def test_a_document_is_fetched_as_its_bytes() -> None:
    body = await answering(200, recorded("sample-get-business-document-apprec-response.json")).fetch(ID)

    assert body.startswith(b'<?xml version="1.0"')
    assert b"AppRec" in body


@pytest.mark.parametrize(
    ("name", "delivery"),
    [
        (
            "sample-get-status.json",
            Delivery(receiver_her_id=8094866, transport="unconfirmed", receipt=None),
        ),
        (
            "sample-get-status-acked.json",
            Delivery(receiver_her_id=8094866, transport="acknowledged", receipt="ok"),
        ),
    ],
)
async def test_how_far_a_letter_has_come_is_read_as_recorded(name: str, delivery: Delivery) -> None:
    assert await answering(200, recorded(name)).status(ID) == [delivery]


def said(error: str, *details: str) -> str:
    return json.dumps(
        {"error": error, "errorCode": 1000, "validationErrors": details, "requestId": str(uuid4())}
    )


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (400, said("Model validation error occurred", "Receiver is missing"), "bad-request"),
        (413, said("Too large"), "bad-request"),
    ],
)
async def test_what_the_carrier_itself_calls_wrong_is_not_sent_again(
    status: int, body: str, reason: str
) -> None:
    with pytest.raises(EdiRefused) as refused:
        await answering(status, body).send(LETTER)

    assert refused.value.reason == reason
    assert refused.value.request_id
    assert json.loads(body)["error"] in refused.value.detail


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (500, said("An unknown error occurred"), "http-500"),
        (502, "<html>Bad gateway</html>", "http-502"),
        (503, "", "http-503"),
        (429, "", "too-many-requests"),
        (401, "", "not-allowed"),
        (403, said("Not authorized for HerId(s): 1234"), "not-allowed"),
        (400, "<html>a proxy in between</html>", "http-400"),
        (400, said("Request was cancelled"), "http-400"),
        (404, "<html>no such page</html>", "http-404"),
        (423, said("Locked by another client"), "not-allowed"),
        (200, f'"{SENT_ID}"', "http-200"),
        (201, '"not an id"', "unexpected-answer"),
        (201, "<html>sign in to the wifi</html>", "unexpected-answer"),
        (302, "", "http-302"),
    ],
)
async def test_everything_else_means_send_the_same_again(status: int, body: str, reason: str) -> None:
    with pytest.raises(EdiUnavailable) as unavailable:
        await answering(status, body).send(LETTER)

    assert unavailable.value.reason == reason


async def test_a_carrier_that_asks_for_a_pause_gets_it() -> None:
    client = client_of(lambda _: httpx.Response(503, headers={"retry-after": "120"}))

    with pytest.raises(EdiUnavailable) as unavailable:
        await client.send(LETTER)

    assert unavailable.value.after == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (httpx.ConnectError("refused"), "no-connection"),
        (httpx.RemoteProtocolError("cut"), "no-connection"),
        (httpx.ReadError("reset"), "no-connection"),
        (httpx.ConnectTimeout("slow"), "timeout"),
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.PoolTimeout("busy"), "timeout"),
    ],
)
async def test_a_network_that_fails_means_send_the_same_again(fault: Exception, reason: str) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise fault

    with pytest.raises(EdiUnavailable) as unavailable:
        await client_of(fail).send(LETTER)

    assert unavailable.value.reason == reason


async def test_a_message_that_is_gone_is_not_asked_for_again() -> None:
    with pytest.raises(EdiRefused) as refused:
        await answering(404, said("Could not find database document")).fetch(ID)

    assert refused.value.reason == "not-found"
