import json
from typing import Any

import httpx
import pytest

from integrations.sending import Channel, RefusedForGood, TryAgain
from integrations.shared_record.document import build, master_identifier
from tests.app.sandbox.running import record, record_channel, running_sandbox
from tests.integrations.gp_summary.examples import GENERATED_AT, MESSAGE_ID, UNKNOWN_MAN, a_summary
from tests.integrations.shared_record.test_document import CORRECTED, EARLIER


def a_sharing(**changes: Any) -> bytes:
    return build(a_summary(**changes), message_id=MESSAGE_ID, generated_at=GENERATED_AT)


async def received(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await http.get(str(http.base_url.join("/sandbox/received")))
    found: list[dict[str, Any]] = answer.json()
    return found


async def let_fail(http: httpx.AsyncClient, **fault: Any) -> None:
    answer = await http.post(str(http.base_url.join("/sandbox/faults")), json={"mhd": fault})
    assert answer.status_code == 204


async def test_a_document_is_shared_and_the_answer_is_the_receipt() -> None:
    with running_sandbox() as address:
        async with record(address) as http:
            channel: Channel = record_channel(http)

            sent = await channel.send(MESSAGE_ID, a_sharing())

            assert sent.external_id.startswith("DocumentReference/")
            assert sent.receipt is not None
            assert sent.receipt.status == "ok"
            assert [document["message_id"] for document in await received(http)] == [
                master_identifier(MESSAGE_ID)
            ]


async def test_a_document_shared_again_is_kept_once_and_gets_the_same_place() -> None:
    with running_sandbox() as address:
        async with record(address) as http:
            first = await record_channel(http).send(MESSAGE_ID, a_sharing())
            again = await record_channel(http).send(MESSAGE_ID, a_sharing())

            assert again == first
            assert [(kept["attempts"], kept["different_bodies"]) for kept in await received(http)] == [(2, 0)]


async def test_what_replaces_something_that_is_not_there_is_not_taken_and_waits() -> None:
    changed = a_sharing(change=CORRECTED)
    first = build(a_summary(), message_id=EARLIER, generated_at=GENERATED_AT)

    with running_sandbox() as address:
        async with record(address) as http:
            with pytest.raises(TryAgain, match="http-404"):
                await record_channel(http).send(MESSAGE_ID, changed)
            assert await received(http) == []

            await record_channel(http).send(EARLIER, first)
            sent = await record_channel(http).send(MESSAGE_ID, changed)

            assert sent.external_id.startswith("DocumentReference/")


async def test_a_version_that_leaves_the_old_one_in_use_is_refused() -> None:
    only_named = build(
        a_summary(change=CORRECTED), message_id=MESSAGE_ID, generated_at=GENERATED_AT, supersede=False
    )

    with running_sandbox() as address:
        async with record(address) as http:
            first = build(a_summary(), message_id=EARLIER, generated_at=GENERATED_AT)
            await record_channel(http).send(EARLIER, first)
            with pytest.raises(RefusedForGood, match="rejected"):
                await record_channel(http).send(MESSAGE_ID, only_named)


async def test_a_lost_answer_is_made_good_by_sending_the_same_again() -> None:
    with running_sandbox() as address:
        async with record(address) as http:
            await let_fail(http, lose_answer=True)
            with pytest.raises(TryAgain, match="no-connection"):
                await record_channel(http).send(MESSAGE_ID, a_sharing())
            await record_channel(http).send(MESSAGE_ID, a_sharing())

            assert [kept["attempts"] for kept in await received(http)] == [2]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [({"status": 503}, "http-503"), ({"status": 429}, "too-many-requests"), ({"status": 401}, "not-allowed")],
)
async def test_a_record_out_of_order_means_try_again(fault: dict[str, Any], reason: str) -> None:
    with running_sandbox() as address:
        async with record(address) as http:
            await let_fail(http, **fault)
            with pytest.raises(TryAgain, match=reason):
                await record_channel(http).send(MESSAGE_ID, a_sharing())

            assert await received(http) == []


async def test_a_patient_without_national_identity_is_refused_with_the_reason() -> None:
    with running_sandbox() as address:
        async with record(address) as http:
            with pytest.raises(RefusedForGood) as refused:
                await record_channel(http).send(MESSAGE_ID, a_sharing(patient=UNKNOWN_MAN))

    assert "not a person known by national identity" in refused.value.detail


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("entry.0", "not exactly one List"),
        ("entry.2", "not exactly one Bundle"),
        ("entry.0.resource.extension", "ihe-sourceId"),
        ("entry.0.resource.subject", "List.subject"),
        ("entry.1.resource.masterIdentifier", "masterIdentifier"),
        ("entry.1.resource.securityLabel", "securityLabel"),
        ("entry.1.resource.context.practiceSetting", "practiceSetting"),
        ("entry.1.resource.content.0.attachment.creation", "creation"),
        ("entry.2.resource.entry.0", "Composition first"),
        ("entry.2.resource.identifier", "identifier"),
        ("type", "not FHIR"),
    ],
)
async def test_a_sharing_that_lacks_something_is_refused_and_says_what(path: str, said: str) -> None:
    tree = json.loads(a_sharing())
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    inner = tree
    for part in way:
        inner = inner[part]
    if last == "type":
        tree["type"] = 17
    else:
        del inner[last]
    with running_sandbox() as address:
        async with record(address) as http:
            with pytest.raises(RefusedForGood) as refused:
                await record_channel(http).send(MESSAGE_ID, json.dumps(tree).encode())

            assert said in refused.value.detail
            assert await received(http) == []
