from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from integrations.gp_summary.document import build
from integrations.gp_summary.validate import differences, problems
from journal.rules.summary import CodedText
from tests.integrations.gp_summary.examples import (
    GENERATED_AT,
    KARI,
    MESSAGE_ID,
    NORDVIK,
    UNKNOWN_MAN,
    VITAL_SIGNS,
    a_summary,
)


def test_a_whole_summary_has_no_problems() -> None:
    assert problems(a_summary()) == ()


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"gp": None}, "no-gp"),
        ({"gp": replace(KARI, her_id=0)}, "gp-without-her-id"),
        ({"organisation": replace(NORDVIK, her_id=0)}, "sender-without-her-id"),
        ({"diagnoses": ()}, "no-diagnosis"),
        ({"diagnoses": (CodedText(system="own", code="1", display="x"),)}, "unknown-diagnosis-system"),
        ({"vital_signs": (replace(VITAL_SIGNS[0], code="mood"),)}, "unknown-vital-sign"),
        ({"finished_at": a_summary().arrived_at - timedelta(minutes=1)}, "finished-before-arrival"),
        ({"patient": UNKNOWN_MAN}, "patient-not-identifiable"),
    ],
)
def test_what_stands_in_the_way_of_sending_has_a_code(changes: dict[str, Any], problem: str) -> None:
    assert problems(a_summary(**changes)) == (problem,)


@pytest.mark.parametrize(
    ("was", "became", "difference"),
    [
        ("Solvang", "Solvik", "patient-name"),
        ("09864712345", "09864712346", "patient-identifier"),
        ("1947-06-09", "1947-06-08", "patient-birth-date"),
        ('V="R95"', 'V="R96"', "diagnoses"),
        ("God bedring", "Ingen bedring", "assessment"),
        ("Ny CRP samtidig", "", "asked-of-gp"),
        ("Doksysyklin 100 mg", "Doksysyklin 1000 mg", "medication-changes"),
        ("<Id>258521</Id>", "<Id>258522</Id>", "receiver"),
        ("</Message>", "", "not-xml"),
    ],
)
def test_a_letter_that_says_something_else_is_found_out(was: str, became: str, difference: str) -> None:
    summary = a_summary()
    body = build(summary, message_id=MESSAGE_ID, generated_at=GENERATED_AT).decode()
    assert was in body

    assert differences(summary, body.replace(was, became).encode()) == (difference,)
