"""Dialogue messages in their envelope: ours are valid, every published sample is read or refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from integrations.kith import msg_head, safe_xml
from integrations.kith.addresses import addresses, receiver_her_ids
from integrations.kith.apprec import V1_0, V1_1, build_apprec, read_apprec
from integrations.kith.dialogue import (
    ANSWER,
    CLINICAL,
    TOPICS,
    Dialogue,
    Outgoing,
    build_dialogue,
    read_dialogue,
)
from integrations.kith.elements import Coded
from integrations.kith.msg_head import Head, HeadPatient
from integrations.kith.safe_xml import UnreadableMessage
from tests.integrations.kith.standards import standard
from tests.integrations.kith.test_apprec import _GP, _WARD, a_receipt

HEAD = Head(
    type=CLINICAL,
    message_id="0e7f0c0e-5c1f-4f3e-9d53-0a2b2f6f1c11",
    generated_at=datetime(2026, 3, 14, 22, 5, 30, tzinfo=UTC),
    wants_receipt=True,
    test=False,
    parent_id=None,
    conversation_id=None,
    sender=_WARD,
    receiver=_GP,
    organisation_number="999888777",
    patient=HeadPatient(
        given="Ingrid", family="Solvang", birth_date=date(2002, 7, 15), identifier="15720255178", kind="fnr"
    ),
)
ANSWERS = replace(HEAD, parent_id="a", conversation_id="b", type=ANSWER)


def written(head: Head = HEAD, **more: object) -> Outgoing:
    told = Outgoing(
        head=head, subject="Blodfortynnende", text="Hvilken dose?", doctor="Dag Holm", hpr_number="9144903"
    )
    return replace(told, **more)  # type: ignore[arg-type]


def read(body: bytes) -> Dialogue:
    root = safe_xml.parse(body)
    return read_dialogue(root, msg_head.read_head(root))


@pytest.mark.parametrize(
    "told",
    [
        written(),
        written(topic=TOPICS["9"]),
        written(doctor=None, hpr_number=None),
        written(replace(HEAD, patient=None, test=True)),
        written(ANSWERS, version="1.0", asked="Hva fant dere?"),
        written(replace(ANSWERS, type=CLINICAL)),
    ],
)
def test_what_we_write_is_valid_by_the_published_schema_and_reads_back_the_same(told: Outgoing) -> None:
    schema = etree.XMLSchema(etree.parse(str(standard("kith", "schemas", "all.xsd"))))
    body = build_dialogue(told)

    schema.assertValid(etree.fromstring(body))
    back = read(body)

    assert replace(back.head, organisation_number="999888777") == told.head
    assert (back.version, back.subject, back.text) == (told.version, told.subject, told.text)
    assert back.author == told.doctor
    assert (addresses(body).sender_her_id, addresses(body).receiver_her_id) == (8142001, 258521)
    assert receiver_her_ids(body) == {56704, 258521}


@pytest.mark.parametrize("version", [V1_0, V1_1])
def test_our_receipt_is_valid_in_the_version_that_goes_with_the_message(version: str) -> None:
    schema = etree.XMLSchema(etree.parse(str(standard("kith", "schemas", "all.xsd"))))

    body = build_apprec(a_receipt(), version)

    schema.assertValid(etree.fromstring(body))
    assert read_apprec(body) == a_receipt()
    assert addresses(body).receiver_her_id == 8142001


SAMPLES = {
    "dialogmelding/v1.0__foresporsel-og-svar__dialog-foresporsel-samsvar-test.xml": ("1.0", "question", 1),
    "dialogmelding/v1.0__foresporsel-og-svar__dialog-notat-webmed-test.xml": ("1.0", "note", 0),
    "dialogmelding/v1.0__foresporsel-og-svar__dialog-svar-webmed-test-2.xml": ("1.0", "answer", 0),
    "dialogmelding/v1.0__foresporsel-og-svar__dialog-svar-webmed-test.xml": ("1.0", "answer", 0),
    "dialogmelding/v1.1__helsefaglig-dialog__samsvar-test-message.xml": ("1.1", "question", 1),
    "msghead/helsenorge-DIALOG_INNBYGGER_EKONTAKT.xml": "unsupported-type",
    "msghead/helsenorge-DIALOG_INNBYGGER_RESEPTFORNYELSE.xml": "unsupported-type",
    "msghead/helsenorge-Helsenorge_Message.xml": "unsupported-type",
    "msghead/helsenorge-MetadataTestsDialogmelding11.xml": ("1.1", "answer", 3),
    "msghead/helsenorge-MetadataTests_Apprec10.xml": "receipt",
    "msghead/helsenorge-MetadataTests_Apprec11.xml": "receipt",
}


def _found() -> list[str]:
    folder = Path(__file__).resolve().parents[4] / "shared" / "standards" / "kith" / "samples"
    return sorted(f"{path.parent.name}/{path.name}" for path in folder.glob("[dm]*/*.xml")) or sorted(SAMPLES)


@pytest.mark.parametrize("sample", _found())
def test_every_published_sample_is_read_or_refused_with_a_reason(sample: str) -> None:
    body, wanted = standard("kith", "samples", sample).read_bytes(), SAMPLES[sample]

    if wanted == "receipt":
        assert read_apprec(body).original_id
        return
    if isinstance(wanted, str):
        with pytest.raises(UnreadableMessage, match=wanted):
            read(body)
        return
    found = read(body)
    assert (found.version, found.kind, len(found.attachments)) == wanted
    assert found.text
    assert found.head.patient
    assert found.head.patient.kind == "fnr"
    assert found.head.sender.addressed
    assert found.head.receiver.addressed


@pytest.mark.parametrize(
    ("was", "became", "reason"),
    [
        (b"<MsgId>", b"<!-- -->", "not-xml"),
        (b"msghead/2006-05-24", b"msghead/2030-01-01", "not-a-head"),
        (b"dialog/2013-01-23", b"dialog/2030-01-01", "not-a-dialogue"),
        (b"<MsgId>0e7f0c0e-5c1f-4f3e-9d53-0a2b2f6f1c11</MsgId>", b"", "missing:MsgId"),
        (b"T23:05:30+01:00</GenDate>", b"T25:05:30</GenDate>", "bad-time"),
        (b"DIALOG_HELSEFAGLIG", b"HENVISNING", "unsupported-type"),
        (b"<TekstNotatInnhold>Hvilken dose?</TekstNotatInnhold>", b"", "empty"),
        (b"Hvilken dose?", b"a" * 60_000, "too-long"),
        (b"<?xml version='1.0' encoding='UTF-8'?>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", "has-doctype"),
    ],
)
def test_a_damaged_message_is_refused_with_a_reason(was: bytes, became: bytes, reason: str) -> None:
    body = build_dialogue(written())
    assert was in body

    with pytest.raises(UnreadableMessage) as refused:
        read(body.replace(was, became))

    assert refused.value.reason == reason


_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1)


@given(_words.filter(lambda text: not any(ord(each) in (0xFFFE, 0xFFFF) for each in text)))
def test_no_word_is_lost_on_the_way(text: str) -> None:
    assert read(build_dialogue(written(text=text))).text == text


def test_a_citizens_type_names_itself() -> None:
    citizen = replace(HEAD, type=Coded("DIALOG_INNBYGGER_EKONTAKT", "Dialog med innbygger"))

    with pytest.raises(UnreadableMessage, match="unsupported-type"):
        read(build_dialogue(written(citizen)))
