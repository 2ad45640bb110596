"""Whose a document is and to whom, read out of its own bytes: what a carrier wants to be told beside them."""

from __future__ import annotations

from dataclasses import dataclass

from integrations.kith import safe_xml
from integrations.kith.safe_xml import Element, UnreadableMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Message type (list 8279) and HER-ids of sender and receiver."""

    message_type: str
    sender_her_id: int
    receiver_her_id: int


def addresses(body: bytes) -> Addresses:
    """Read an Epikrise of any version; raises UnreadableMessage when an address is missing."""
    root = safe_xml.parse(body)
    message_type = safe_xml.value(root, "Type")
    sender = _innermost(safe_xml.first(root, "ServRprt", "ServProvider", "HCP", "Inst"), "Dept")
    receiver = _innermost(safe_xml.first(root, "ServRprt", "Requester", "HCP", "Inst"), "HCPerson", "Dept")
    if message_type is None or sender is None or receiver is None:
        raise UnreadableMessage("missing:addresses")
    return Addresses(message_type=message_type, sender_her_id=sender, receiver_her_id=receiver)


def _innermost(unit: Element | None, *inner: str) -> int | None:
    """The person's or department's HER-id goes before the office's: that is where the letter is read."""
    places = (*(safe_xml.first(unit, name) for name in inner), unit)
    return next((her_id for each in places if (her_id := _her_id(each)) is not None), None)


def _her_id(unit: Element | None) -> int | None:
    number = safe_xml.text(unit, "Id") or ""
    known = safe_xml.value(unit, "TypeId") == "HER" and number.isascii() and number.isdigit()
    return int(number) if known else None
