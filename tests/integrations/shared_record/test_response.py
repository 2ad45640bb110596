import json
from typing import Any

import pytest

from integrations.shared_record.response import UnreadableResponse, read_refusal, read_response
from tests.integrations.kith.standards import standard


def an_answer(*responses: dict[str, Any], kind: str = "transaction-response") -> bytes:
    entries = [{"response": response} for response in responses]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()


CREATED = {"status": "201 Created", "location": "DocumentReference/7"}
KNOWN = {"status": "200 OK", "location": "List/3"}


def test_every_part_has_a_place() -> None:
    result = read_response(an_answer(KNOWN, CREATED), created=2)

    assert result.locations == ("List/3", "DocumentReference/7")
    assert result.reference == "DocumentReference/7"


def test_a_change_of_status_is_done_without_a_place_of_its_own() -> None:
    result = read_response(an_answer(KNOWN, {"status": "200 OK"}, CREATED), created=2)

    assert result.locations == ("List/3", "DocumentReference/7")


def test_the_published_example_is_read() -> None:
    name = "Bundle-ex-response-comprehensiveProvideDocumentBundleComplete.json"
    body = standard("fhir-mhd", "examples", name).read_bytes()

    assert read_response(body, created=4).reference == "DocumentReference/501"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"resourceType": "Patient"}',
        an_answer(CREATED, CREATED, kind="batch-response"),
        an_answer(CREATED),
        an_answer(CREATED, {"status": "201 Created"}),
        an_answer(CREATED, CREATED, {"status": "201 Created"}),
        an_answer(CREATED, {"status": "409 Conflict", "location": "List/3"}),
        an_answer(CREATED, CREATED, {"status": "404 Not Found"}),
    ],
)
def test_an_answer_that_does_not_say_where_everything_stands_is_no_receipt(body: bytes) -> None:
    with pytest.raises(UnreadableResponse):
        read_response(body, created=2)


def test_a_refusal_is_read_in_the_receivers_words() -> None:
    issue = {"severity": "error", "code": "invalid", "diagnostics": "subject is unknown"}
    body = json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()

    assert read_refusal(body) == "subject is unknown"
    assert read_refusal(b"<html>Bad gateway</html>") is None
