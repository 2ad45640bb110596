import json
from datetime import timedelta

import httpx
import pytest

from integrations.sending import RefusedForGood, TryAgain
from integrations.shared_record.channel import SharedRecordChannel


def channel_of(answer: httpx.Response | Exception) -> tuple[SharedRecordChannel, list[httpx.Request]]:
    asked: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(respond), base_url="https://record.test/R4/fhir/")
    return SharedRecordChannel(http, source_system="legevakt, v0.1.0"), asked


def transaction_response() -> str:
    kinds = ("List", "DocumentReference", "Bundle")
    entries = [{"response": {"status": "201 Created", "location": f"{kind}/7"}} for kind in kinds]
    return json.dumps({"resourceType": "Bundle", "type": "transaction-response", "entry": entries})


OUTCOME = json.dumps(
    {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "invalid", "diagnostics": "unknown subject"}],
    }
)


async def test_a_sharing_goes_out_unchanged_and_the_answer_is_kept_as_the_receipt() -> None:
    channel, asked = channel_of(httpx.Response(200, text=transaction_response()))

    sent = await channel.send("an-id", b'{"resourceType":"Bundle"}')

    assert asked[0].content == b'{"resourceType":"Bundle"}'
    assert str(asked[0].url) == "https://record.test/R4/fhir/Bundle"
    assert asked[0].headers["content-type"] == "application/fhir+json"
    assert sent.external_id == "DocumentReference/7"
    assert sent.receipt is not None
    assert sent.receipt.raw == transaction_response().encode()


@pytest.mark.parametrize("status", [400, 409, 412, 413, 422])
async def test_a_refusal_in_the_records_own_words_is_for_good(status: int) -> None:
    channel, _ = channel_of(httpx.Response(status, text=OUTCOME))

    with pytest.raises(RefusedForGood) as refused:
        await channel.send("an-id", b"{}")

    assert refused.value.detail == "unknown subject"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx.Response(200, text="<html>sign in</html>"), "unexpected-answer"),
        (httpx.Response(200, text=OUTCOME), "unexpected-answer"),
        (httpx.Response(400, text="<html>a proxy in between</html>"), "http-400"),
        (httpx.Response(401, text=OUTCOME), "not-allowed"),
        (httpx.Response(403), "not-allowed"),
        (httpx.Response(404, text=OUTCOME), "http-404"),
        (httpx.Response(500, text=OUTCOME), "http-500"),
        (httpx.Response(429), "too-many-requests"),
        (httpx.ConnectError("refused"), "no-connection"),
        (httpx.ReadTimeout("slow"), "timeout"),
    ],
)
async def test_everything_else_means_send_the_same_again(
    answer: httpx.Response | Exception, reason: str
) -> None:
    channel, _ = channel_of(answer)

    with pytest.raises(TryAgain) as again:
        await channel.send("an-id", b"{}")

    assert again.value.reason == reason


async def test_a_record_that_asks_for_a_pause_gets_it() -> None:
    channel, _ = channel_of(httpx.Response(503, headers={"retry-after": "60"}))

    with pytest.raises(TryAgain) as again:
        await channel.send("an-id", b"{}")

    assert again.value.after == timedelta(seconds=60)
