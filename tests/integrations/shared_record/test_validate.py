import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from integrations.shared_record.document import build
from integrations.shared_record.validate import faults, problems
from journal.rules.summary import CodedText
from tests.integrations.gp_summary.examples import (
    BJORG,
    GENERATED_AT,
    HENRIK,
    MESSAGE_ID,
    NORDVIK,
    UNKNOWN_MAN,
    VITAL_SIGNS,
    a_summary,
)


def test_a_whole_summary_has_no_problems() -> None:
    assert problems(a_summary()) == ()


def test_a_gp_is_not_needed_for_sharing() -> None:
    assert problems(a_summary(gp=None)) == ()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"patient": UNKNOWN_MAN}, "patient-not-identified"),
        ({"patient": replace(BJORG, identifier_kind="passport")}, "patient-not-identified"),
        ({"organisation": replace(NORDVIK, organisation_number="")}, "sender-without-organisation-number"),
        ({"doctor": replace(HENRIK, hpr_number=None)}, "doctor-without-hpr-number"),
        ({"diagnoses": ()}, "no-diagnosis"),
        ({"diagnoses": (CodedText(system="own", code="1", display="x"),)}, "unknown-diagnosis-system"),
        ({"vital_signs": (replace(VITAL_SIGNS[0], code="mood"),)}, "unknown-vital-sign"),
        ({"finished_at": a_summary().arrived_at - timedelta(minutes=1)}, "finished-before-arrival"),
    ],
)
def test_what_stands_in_the_way_of_sharing_has_a_code(changes: dict[str, Any], problem: str) -> None:
    assert problems(a_summary(**changes)) == (problem,)


def damaged(path: str, value: Any = None) -> bytes:
    tree = json.loads(build(a_summary(), message_id=MESSAGE_ID, generated_at=GENERATED_AT))
    *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    inner = tree
    for part in way:
        inner = inner[part]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(tree).encode()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", "not-fhir"),
        (b"{}", "not-fhir"),
        (damaged("entry/2/resource/entry/1/resource/gender", ["female"]), "not-fhir"),
        (damaged("entry/2/resource/entry/0/resource/status"), "not-fhir"),
        (damaged("type", "batch"), "not-a-transaction"),
        (damaged("entry/1"), "not-one-submission"),
        (damaged("entry/1/resource/securityLabel"), "reference-without-securityLabel"),
        (damaged("entry/1/resource/content/0/attachment/language"), "attachment-without-language"),
        (damaged("entry/1/resource/content/0/attachment/url", "urn:uuid:other"), "document-not-sent-along"),
        (damaged("entry/0/resource/entry/0/item/reference", "urn:uuid:other"), "set-points-nowhere"),
        (damaged("entry/2/resource/identifier"), "document-without-identity"),
        (damaged("entry/2/resource/identifier/value", "urn:uuid:other"), "document-is-another"),
        (damaged("entry/2/resource/entry/0"), "composition-not-first"),
        (damaged("entry/2/resource/entry/1"), "reference-points-nowhere"),
        (
            damaged(
                "entry/2/resource/entry/1/fullUrl",
                json.loads(damaged("meta"))["entry"][2]["resource"]["entry"][0]["fullUrl"],
            ),
            "address-used-twice",
        ),
    ],
)
def test_a_sharing_that_is_not_whole_is_found_out(body: bytes, fault: str) -> None:
    assert fault in faults(body)
