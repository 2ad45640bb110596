from datetime import UTC, datetime

import pytest

from integrations.kith import safe_xml
from integrations.kith.safe_xml import UnreadableMessage, parse


def test_a_plain_message_is_read() -> None:
    root = parse(b'<?xml version="1.0" encoding="UTF-8"?><a xmlns="urn:x"><b V=" 7 ">K\xc3\xa5re</b></a>')

    assert safe_xml.text(root, "b") == "Kåre"
    assert safe_xml.value(root, "b") == "7"
    assert safe_xml.namespace(root) == "urn:x"


LAUGHS = b'<!DOCTYPE a [<!ENTITY x "haha"><!ENTITY y "&x;&x;&x;">]><a>&y;</a>'
FROM_DISK = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not-xml"),
        (b"not xml", "not-xml"),
        (b"<a><b></a>", "not-xml"),
        (b"<a>\x00</a>", "not-xml"),
        (b"<a>\xff</a>", "not-xml"),
        (b"<a/><b/>", "not-xml"),
        (b"<!DOCTYPE a><a/>", "has-doctype"),
        (LAUGHS, "has-doctype"),
        (FROM_DISK, "has-doctype"),
        (b"<a>" * 101 + b"</a>" * 101, "too-deep"),
        (b"<a>" * 100_000, "not-xml"),  # the parser itself stops at 256
        (b"<a>" + b"x" * (10 * 1024 * 1024) + b"</a>", "too-large"),
    ],
)
def test_a_message_that_could_harm_or_cannot_be_read_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(UnreadableMessage) as refused:
        parse(body)

    assert refused.value.reason == reason


def test_an_entity_that_nobody_declared_reveals_nothing() -> None:
    with pytest.raises(UnreadableMessage):
        parse(b"<a>&secret;</a>")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-14T21:44:00+01:00", datetime(2026, 3, 14, 20, 44, tzinfo=UTC)),
        ("2026-03-14T20:44:00Z", datetime(2026, 3, 14, 20, 44, tzinfo=UTC)),
        ("2026-03-14T21:44:00", datetime(2026, 3, 14, 20, 44, tzinfo=UTC)),
        ("2026-07-14T21:44:00", datetime(2026, 7, 14, 19, 44, tzinfo=UTC)),
        ("2025-08-21T11:21:16.0004155Z", datetime(2025, 8, 21, 11, 21, 16, 415, tzinfo=UTC)),
    ],
)
def test_a_time_without_offset_is_norwegian_time(written: str, meant: datetime) -> None:
    assert safe_xml.moment(written) == meant


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(UnreadableMessage) as refused:
        safe_xml.moment("i går")

    assert refused.value.reason == "bad-time"
