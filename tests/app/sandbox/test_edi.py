import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from lxml import etree

from app.sandbox.gp_system import judge
from integrations.edi.port import EdiRefused, EdiUnavailable
from integrations.gp_summary.document import build
from integrations.kith.apprec import ReceiptStatus, read_apprec
from tests.app.sandbox.running import TOKEN, carrier, edi_client, running_sandbox
from tests.integrations.edi.contract import answer_faults
from tests.integrations.gp_summary.examples import (
    GENERATED_AT,
    GP_HER_ID,
    MESSAGE_ID,
    NORDVIK,
    OUR_HER_ID,
    UNKNOWN_MAN,
    a_summary,
)
from tests.integrations.kith.standards import standard


def a_letter(message_id: str = MESSAGE_ID, **changes: Any) -> bytes:
    return build(a_summary(**changes), message_id=message_id, generated_at=GENERATED_AT)


async def received(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    answer = await http.get(str(http.base_url.join("/sandbox/received")))
    found: list[dict[str, Any]] = answer.json()
    return found


async def let_fail(http: httpx.AsyncClient, **fault: Any) -> None:
    answer = await http.post(str(http.base_url.join("/sandbox/faults")), json={"edi": fault})
    assert answer.status_code == 204


async def test_a_letter_is_taken_in_and_answered_with_a_receipt() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            client = edi_client(http)

            sent = await client.send(a_letter())
            inbox = await client.inbox([OUR_HER_ID])
            receipt = read_apprec(await client.fetch(inbox[0].id))
            await client.mark_read(inbox[0].id, OUR_HER_ID)

            assert receipt.status == ReceiptStatus.OK
            assert receipt.original_id == MESSAGE_ID
            assert (receipt.sender.addressed, receipt.receiver.addressed) == (GP_HER_ID, OUR_HER_ID)
            assert (inbox[0].is_apprec, inbox[0].document_id) == (True, receipt.id)
            assert await client.inbox([OUR_HER_ID]) == []
            assert [status.receipt for status in await client.status(sent)] == ["ok"]


async def test_the_receipt_is_valid_by_the_published_schema() -> None:
    schema = etree.XMLSchema(etree.parse(str(standard("kith", "schemas", "all.xsd"))))
    with running_sandbox() as address:
        async with carrier(address) as http:
            client = edi_client(http)
            await client.send(a_letter())
            await client.send(a_letter(str(uuid4()), patient=UNKNOWN_MAN))
            bodies = [await client.fetch(message.id) for message in await client.inbox([OUR_HER_ID])]

    assert [schema.validate(etree.fromstring(body)) for body in bodies] == [True, True]


async def test_every_answer_is_as_the_carrier_published_it() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            sent = await edi_client(http).send(a_letter())
            receipt = (await edi_client(http).inbox([OUR_HER_ID]))[0].id
            ours: dict[str, int | str] = {"ReceiverHerIds": OUR_HER_ID}
            asked: list[tuple[str, str, dict[str, int | str], dict[str, str] | None]] = [
                ("POST", "", {}, {"businessDocument": "PGE+"}),
                ("GET", "", ours, None),
                ("GET", "", ours | {"IncludeMetadata": "true"}, None),
                ("GET", "", ours | {"MessagesToFetch": 0}, None),
                ("GET", "", {"ReceiverHerIds": 1}, None),
                ("GET", f"/{sent}", {}, None),
                ("GET", f"/{uuid4()}", {}, None),
                ("GET", f"/{receipt}/business-document", {}, None),
                ("GET", f"/{sent}/status", {}, None),
                ("GET", f"/{sent}/apprec", {}, None),
                ("POST", f"/{receipt}/apprec/{OUR_HER_ID}", {}, {"appRecStatus": "Ok"}),
                ("PUT", f"/{receipt}/read/{OUR_HER_ID}", {}, None),
                ("PUT", f"/{receipt}/read/17", {}, None),
            ]
            headers = {
                "api-version": "2",
                "nhn-source-system": "legevakt, v0.1.0",
                "authorization": f"Bearer {TOKEN}",
            }
            statuses = []
            for method, path, query, body in asked:
                answer = await http.request(
                    method, f"Messages{path}", params=query, json=body, headers=headers
                )
                assert answer_faults(answer, path=f"/Messages{path}") == [], (method, path, answer.text)
                statuses.append(answer.status_code)

    assert statuses == [400, 200, 200, 400, 403, 200, 404, 200, 200, 200, 400, 204, 403]


@pytest.mark.parametrize("left_out", ["api-version", "nhn-source-system", "authorization"])
async def test_a_call_without_its_headers_is_turned_away(left_out: str) -> None:
    headers = {"api-version": "2", "nhn-source-system": "x", "authorization": f"Bearer {TOKEN}"}
    del headers[left_out]
    with running_sandbox() as address:
        async with carrier(address) as http:
            answer = await http.get("Messages", params={"ReceiverHerIds": OUR_HER_ID}, headers=headers)

    assert answer.status_code == (401 if left_out == "authorization" else 400)


@pytest.mark.parametrize(
    ("was", "became", "code"),
    [
        (b"", b"", None),
        (b"epikrise/2012-02-15", b"epikrise/2006-09-23", "T10"),
        (b"<Name>Bj\xc3\xb8rg Solvang</Name>", b"", "E32"),
        (b'<Type V="H" DN="Hoveddiagnose"/>', b"", "T02"),
    ],
)
async def test_the_gps_system_rejects_what_it_cannot_use(was: bytes, became: bytes, code: str | None) -> None:
    body = a_letter().replace(was, became, 1) if was else a_letter()
    with running_sandbox() as address:
        async with carrier(address) as http:
            await edi_client(http).send(body)
            inbox = await edi_client(http).inbox([OUR_HER_ID])
            receipt = read_apprec(await edi_client(http).fetch(inbox[0].id))

    assert [error.code for error in receipt.errors] == ([code] if code else [])


@pytest.mark.parametrize("body", [b"not xml", b"<a/>", a_letter()[:-4], b"<!DOCTYPE a><a/>"])
async def test_what_is_no_message_is_refused_by_the_carrier_and_never_reaches_the_gp(body: bytes) -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            with pytest.raises(EdiRefused, match="bad-request"):
                await edi_client(http).send(body)

            assert await received(http) == []
            assert judge(body) in (("T01",), ("T10",))


async def test_a_letter_from_somebody_else_is_not_carried_for_us() -> None:
    strangers = a_summary(organisation=NORDVIK.__class__(**_as_dict(NORDVIK) | {"her_id": 99}))
    with running_sandbox() as address:
        async with carrier(address) as http:
            with pytest.raises(EdiUnavailable, match="not-allowed"):
                await edi_client(http).send(
                    build(strangers, message_id=MESSAGE_ID, generated_at=GENERATED_AT)
                )

            assert await received(http) == []


def _as_dict(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


async def test_a_letter_sent_three_times_is_shown_once_and_answered_the_same_each_time() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            client = edi_client(http)
            for _ in range(3):
                await client.send(a_letter())
            receipts = [read_apprec(await client.fetch(m.id)) for m in await client.inbox([OUR_HER_ID])]
            taken = await received(http)

    assert [(letter["message_id"], letter["attempts"]) for letter in taken] == [(MESSAGE_ID, 3)]
    assert taken[0]["different_bodies"] == 0
    assert [(receipt.original_id, receipt.status) for receipt in receipts] == [(MESSAGE_ID, "ok")] * 3


async def test_other_words_under_the_same_identity_are_noticed_and_not_taken_in() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            await edi_client(http).send(a_letter())
            first = (await received(http))[0]["sha256"]
            await edi_client(http).send(a_letter(plan="Noe annet"))
            taken = await received(http)

    assert [(letter["different_bodies"], letter["sha256"]) for letter in taken] == [(1, first)]


async def test_a_receipt_is_not_there_before_its_time() -> None:
    with running_sandbox(receipt_delay_seconds=3600) as address:
        async with carrier(address) as http:
            sent = await edi_client(http).send(a_letter())

            assert await edi_client(http).inbox([OUR_HER_ID]) == []
            assert [(s.transport, s.receipt) for s in await edi_client(http).status(sent)] == [
                ("acknowledged", None)
            ]


async def test_a_restart_of_the_receiver_forgets_nothing(tmp_path: Path) -> None:
    storage = tmp_path / "receiver.db"
    with running_sandbox(storage) as address:
        async with carrier(address) as http:
            await edi_client(http).send(a_letter())
    with running_sandbox(storage) as address:
        async with carrier(address) as http:
            waiting = await edi_client(http).inbox([OUR_HER_ID])
            await edi_client(http).send(a_letter())
            taken = await received(http)

    assert [message.is_apprec for message in waiting] == [True]
    assert [(letter["message_id"], letter["attempts"]) for letter in taken] == [(MESSAGE_ID, 2)]


@pytest.mark.parametrize(
    ("status", "reason"), [(500, "http-500"), (503, "http-503"), (429, "too-many-requests")]
)
async def test_a_carrier_told_to_fail_does_nothing_and_then_recovers(status: int, reason: str) -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            await let_fail(http, status=status, times=2)
            for _ in range(2):
                with pytest.raises(EdiUnavailable, match=reason):
                    await edi_client(http).send(a_letter())
            before = await received(http)
            await edi_client(http).send(a_letter())

            assert before == []
            assert [letter["attempts"] for letter in await received(http)] == [1]


async def test_a_lost_answer_leaves_the_letter_with_the_gp_and_the_sender_in_doubt() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            await let_fail(http, lose_answer=True)
            with pytest.raises(EdiUnavailable, match="no-connection"):
                await edi_client(http).send(a_letter())
            sent = await edi_client(http).send(a_letter())

            assert UUID(sent)
            assert [letter["attempts"] for letter in await received(http)] == [2]


async def test_a_carrier_that_hangs_is_left_and_asked_again() -> None:
    with running_sandbox() as address:
        async with carrier(address, timeout=0.2) as http:
            await let_fail(http, hang_seconds=0.5)
            with pytest.raises(EdiUnavailable, match="timeout"):
                await edi_client(http).send(a_letter())
            await edi_client(http).send(a_letter())

            assert len(await received(http)) == 1


async def test_a_gp_told_to_reject_says_why() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            await let_fail(http, reject="E21")
            sent = await edi_client(http).send(a_letter())
            inbox = await edi_client(http).inbox([OUR_HER_ID])
            receipt = read_apprec(await edi_client(http).fetch(inbox[0].id))

            assert receipt.status == ReceiptStatus.REJECTED
            assert [(error.code, error.text) for error in receipt.errors] == [("E21", "Mottaker finnes ikke")]
            assert [status.receipt for status in await edi_client(http).status(sent)] == ["rejected"]


@pytest.mark.parametrize(("fault", "receipts"), [({"duplicate_receipt": True}, 2), ({"no_receipt": True}, 0)])
async def test_receipts_come_twice_or_never_when_told(fault: dict[str, Any], receipts: int) -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            await let_fail(http, **fault)
            await edi_client(http).send(a_letter())
            inbox = await edi_client(http).inbox([OUR_HER_ID])
            documents = {message.document_id for message in inbox}

    assert (len(inbox), len(documents)) == (receipts, min(receipts, 1))


async def test_trouble_that_does_not_exist_is_not_lined_up() -> None:
    with running_sandbox() as address:
        async with carrier(address) as http:
            answer = await http.post(
                f"{address}/sandbox/faults", content=json.dumps({"edi": {"explode": True}})
            )

    assert answer.status_code == 400
