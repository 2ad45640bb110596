"""The letter held to the published schema of Epikrise v1.2, which is not ours to hand out."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from integrations.gp_summary.document import build
from integrations.gp_summary.read import read
from journal.rules.summary import SummaryChange, SummaryResult
from tests.integrations.gp_summary.examples import (
    BJORG,
    DEPARTURE,
    GENERATED_AT,
    HENRIK,
    MESSAGE_ID,
    UNKNOWN_MAN,
    a_summary,
)
from tests.integrations.kith.standards import schema, standard

pytestmark = pytest.mark.by_hand("LEGEVAKT_TEST_STANDARDS")
"""The folder of published standards that holds it too; decision 41 says where it was found."""


def _changed(kind: Any) -> SummaryChange:
    return SummaryChange(
        kind=kind,
        number=1,
        at=DEPARTURE,
        by="Henrik Sande",
        reason="Feil side",
        told=("Status",),
        replaces="0c5d6b1e-5a7e-4d0a-8c2b-1a2b3c4d5e6f",
    )


_NUMBER = SummaryResult(
    name="CRP",
    value=Decimal(86),
    text="Tatt på nytt",
    unit="mg/L",
    mark="high",
    status="corrected",
    at=DEPARTURE,
)
_WORDS = replace(_NUMBER, name="Urinstiks", value=None, text="Leukocytter 2+", unit=None)
_BARE: dict[str, Any] = dict.fromkeys(
    ("findings", "assessment", "plan", "told_to_patient", "story", "triage")
)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {**_BARE, "vital_signs": ()},
        {"results": (_NUMBER, _WORDS)},
        {"patient": UNKNOWN_MAN},
        {"patient": replace(BJORG, identifier_kind="fhn")},
        {"doctor": replace(HENRIK, hpr_number=None)},
        {"change": _changed("correction")},
        {"change": _changed("addendum")},
        {"change": _changed("withdrawn")},
    ],
    ids=lambda given: ", ".join(given) or "a night",
)
def test_whatever_the_letter_holds_it_is_valid_by_the_published_schema(given: dict[str, Any]) -> None:
    body = build(a_summary(**given), message_id=MESSAGE_ID, generated_at=GENERATED_AT)

    schema("Epikrise-v1.2.xsd").assertValid(etree.fromstring(body))


@pytest.mark.parametrize("part", ["Event", "Patient", "ServProvider"])
def test_the_schema_minds_the_order_of_parts(part: str) -> None:
    letter = etree.fromstring(build(a_summary(), message_id=MESSAGE_ID, generated_at=GENERATED_AT))
    report = letter.find("{*}ServRprt")
    assert report is not None
    moved = report.find(f"{{*}}{part}")
    assert moved is not None

    report.append(moved)

    assert not schema("Epikrise-v1.2.xsd").validate(letter)


def test_the_published_samples_are_read_as_far_as_a_letter_of_ours_goes() -> None:
    sample = standard("kith", "samples", "epikrise", "epikrise_v1.2_n.xml").read_bytes()

    received = read(sample)

    assert received.patient.name == "Danser, Line"
    assert received.main_diagnosis is not None
    assert received.main_diagnosis.code == "I330"
    assert received.comment("OP") is not None
