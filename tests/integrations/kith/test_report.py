"""Reports from laboratories and radiology, read into what a doctor reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from integrations.kith import safe_xml
from integrations.kith.dialogue import Dialogue
from integrations.kith.report import read_report, report_in
from integrations.kith.safe_xml import UnreadableMessage
from tests.integrations.kith.reports import CHANGED, number, report, words
from tests.integrations.kith.standards import schema, standard

AT = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ITEMS = (
    number("P-CRP", "86", "mg/L", range="< 5", flag="Over øvre referansegrense"),
    words("U-Dyrkning", "Escherichia coli", id="1"),
    words("U-Dyrkning", "Klebsiella pneumoniae", id="2"),
    words("Ampicillin", "Resistent", of="1"),
    words("Ampicillin", "Sensitiv", of="2"),
)


def read(body: bytes, her_id: int = 8142001) -> Dialogue:
    message = report_in(safe_xml.parse(body))
    assert message is not None
    return read_report(message, her_id)


def a_report(items: tuple[etree._Element, ...] = ITEMS) -> bytes:
    return report(items, id="m-1", at=AT, to=8142001, number="09864712345", requisition="rekv-1")


def test_each_result_stands_with_what_it_belongs_to() -> None:
    told = read(a_report())

    assert told.text.splitlines() == [
        "Prøve: Plasma, tatt 20.11.2026 19:00",
        "P-CRP: 86 mg/L (ref. < 5) – Over øvre referansegrense",
        "U-Dyrkning: Escherichia coli",
        "– Ampicillin: Resistent",
        "U-Dyrkning: Klebsiella pneumoniae",
        "– Ampicillin: Sensitiv",
    ]
    assert (told.kind, told.subject, told.version) == ("report", "Endelig rapport", "1.4")
    assert told.topic is not None
    assert told.topic.display == "Medisinsk biokjemi"
    assert (told.head.sender.addressed, told.head.parent_id) == (91126, "rekv-1")
    assert told.head.patient is not None
    assert (told.head.patient.identifier, told.head.patient.kind) == ("09864712345", "fnr")


def test_results_that_refer_in_a_ring_or_without_end_are_all_told() -> None:
    ring = (words("A", "en", id="1", of="2"), words("B", "to", id="2", of="1"))
    chain = tuple(words("N", f"nr {n}", id=f"c{n}", of=f"c{n - 1}") for n in range(1, 1500))

    assert {"A: en", "– B: to"} <= set(read(a_report(ring)).text.splitlines())
    told = read(a_report((words("N", "nr 0", id="c0"), *chain))).text
    assert all(f"nr {n}" in told for n in (0, 700, 1499))


def test_a_change_says_so_first() -> None:
    body = report(ITEMS, id="m-2", at=AT, to=8142001, number="09864712345", change=CHANGED)

    assert read(body).subject == "Endring · Endelig rapport"


@pytest.mark.by_hand("LEGEVAKT_TEST_STANDARDS")
def test_our_samples_are_valid_by_the_published_schema() -> None:
    schema("svar-v1.4.xsd").assertValid(etree.fromstring(a_report()))


@pytest.mark.by_hand("LEGEVAKT_TEST_STANDARDS")
def test_every_value_of_the_published_samples_is_told() -> None:
    samples = sorted(standard("kith", "samples", "svarrapport").iterdir())

    for sample in samples:
        body = sample.read_bytes()
        told = read(body).text
        for value in etree.fromstring(body).iter("{*}NumResultValue", "{*}TextCode", "{*}DevResultInd"):
            shown = value.get("DN") or value.get("OT") or value.get("V")
            assert not shown or shown in told, f"{sample.name}: {shown}"
    assert len(samples) > 30


@pytest.mark.parametrize("name", ["GenDate", "MsgId", "ServReport"])
def test_what_lacks_its_identity_is_not_read(name: str) -> None:
    root = etree.fromstring(a_report())
    for each in list(root.iter(f"{{*}}{name}")):
        parent = each.getparent()
        assert parent is not None
        parent.remove(each)

    with pytest.raises(UnreadableMessage, match="missing"):
        read(etree.tostring(root))
