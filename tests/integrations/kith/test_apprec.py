from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from integrations.kith.apprec import AppRec, Party, ReceiptError, ReceiptStatus, build_apprec, read_apprec
from integrations.kith.elements import EPIKRISE
from integrations.kith.safe_xml import UnreadableMessage
from tests.integrations.kith.standards import standard

_GP = Party(name="Nordvik legesenter", her_id=56704, person="Kari Mo", person_her_id=258521)
_WARD = Party(
    name="Nordvik kommune", her_id=8142000, department="Nordvik legevakt", department_her_id=8142001
)


def a_receipt(status: ReceiptStatus = ReceiptStatus.OK, errors: tuple[ReceiptError, ...] = ()) -> AppRec:
    return AppRec(
        id="5e4f20c0-c41b-11e0-962b-0800200c9a66",
        generated_at=datetime(2026, 3, 14, 22, 6, tzinfo=UTC),
        status=status,
        errors=errors,
        sender=_GP,
        receiver=_WARD,
        original_id="0e7f0c0e-5c1f-4f3e-9d53-0a2b2f6f1c11",
        original_type=EPIKRISE,
        original_issued_at=datetime(2026, 3, 14, 22, 5, 30, tzinfo=UTC),
    )


def test_a_receipt_that_was_built_reads_back_the_same() -> None:
    receipt = a_receipt()

    read = read_apprec(build_apprec(receipt))

    assert read == receipt
    assert (read.sender.addressed, read.receiver.addressed) == (258521, 8142001)


@pytest.mark.parametrize("status", list(ReceiptStatus))
def test_what_we_build_is_valid_by_the_published_schema(status: ReceiptStatus) -> None:
    schema = etree.XMLSchema(etree.parse(str(standard("kith", "schemas", "all.xsd"))))
    errors = (ReceiptError(code="E21", text="Mottaker finnes ikke", other="Legen har sluttet"),)

    body = build_apprec(a_receipt(status, errors))

    schema.assertValid(etree.fromstring(body))


_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), max_size=40)
_codes = st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True)


@given(st.lists(st.builds(ReceiptError, code=_codes, text=_words.filter(lambda text: "\ufffe" not in text))))
def test_no_reason_is_lost_on_the_way(errors: list[ReceiptError]) -> None:
    errors = [error for error in errors if not any(ord(letter) in (0xFFFE, 0xFFFF) for letter in error.text)]
    receipt = a_receipt(ReceiptStatus.REJECTED, tuple(errors))

    assert read_apprec(build_apprec(receipt)).errors == tuple(errors)


def _samples() -> list[Path]:
    folder = Path(__file__).resolve().parents[4] / "shared" / "standards" / "kith" / "samples" / "apprec"
    return sorted(folder.glob("*.xml")) or [folder]


@pytest.mark.parametrize("sample", _samples(), ids=lambda path: path.name)
def test_every_published_sample_is_read_or_refused_with_a_reason(sample: Path) -> None:
    body = standard("kith", "samples", "apprec", sample.name).read_bytes()

    if "unknown-status" in sample.name:
        with pytest.raises(UnreadableMessage, match="unknown-status"):
            read_apprec(body)
        return
    receipt = read_apprec(body)

    wanted = {"avvist": ReceiptStatus.REJECTED, "ok-feil-i-delmelding": ReceiptStatus.PARTLY}
    assert receipt.status == next((wanted[part] for part in wanted if part in sample.stem), ReceiptStatus.OK)
    assert (receipt.status == ReceiptStatus.OK) == (not receipt.errors)
    assert receipt.original_id
    assert receipt.sender.name


def test_the_reasons_of_a_rejection_are_read_with_the_receivers_own_words() -> None:
    receipt = read_apprec(
        standard("kith", "samples", "apprec", "v1.0-example-avvist.xml").read_bytes(),
    )

    assert [(error.code, error.other) for error in receipt.errors] == [("E21", "Legen har sluttet")]
    assert receipt.original_id == "a6967e6a-8c0a-4be4-a647-c921d3086423"
    assert receipt.sender.addressed == 258521


@pytest.mark.parametrize(
    ("was", "became", "reason"),
    [
        (b"<AppRec", b"<Other", "not-xml"),
        (b"apprec/2012-02-15", b"apprec/2030-01-01", "not-a-receipt"),
        (b'<Status V="1"', b'<Status V="9"', "unknown-status"),
        (b'<Status V="1"', b"<Status", "unknown-status"),
        (
            b"<Id>0e7f0c0e-5c1f-4f3e-9d53-0a2b2f6f1c11</Id>",
            b"",
            "missing:OriginalMsgId/Id",
        ),
        (b"T23:06:00+01:00", b"T25:06:00+01:00", "bad-time"),
    ],
)
def test_a_damaged_receipt_is_refused_with_a_reason(was: bytes, became: bytes, reason: str) -> None:
    body = build_apprec(a_receipt())
    assert was in body

    with pytest.raises(UnreadableMessage) as refused:
        read_apprec(body.replace(was, became))

    assert refused.value.reason == reason
