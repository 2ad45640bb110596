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


_INST = ("HCP", "Inst")
_PLACES = {  # root: where the type, the sender and the receiver stand
    "Message": (("Type",), ("ServRprt", "ServProvider", *_INST), ("ServRprt", "Requester", *_INST)),
    "AppRec": (("MsgType",), ("Sender", *_INST), ("Receiver", *_INST)),
    "MsgHead": (
        ("MsgInfo", "Type"),
        ("MsgInfo", "Sender", "Organisation"),
        ("MsgInfo", "Receiver", "Organisation"),
    ),
}
_PERSONS, _PARTS = ("HCPerson", "HealthcareProfessional"), ("Dept", "Organisation")


def addresses(body: bytes) -> Addresses:
    """Read an Epikrise, MsgHead or AppRec; raises UnreadableMessage when an address is missing.

    The person's or department's HER-id goes before the office's: that is where the letter is read.
    """
    root = safe_xml.parse(body)
    kind, sends, receives = _PLACES.get(safe_xml.local_name(root), ((), (), ()))
    message_type = safe_xml.value(root, *kind) if kind else None
    sender = _innermost(safe_xml.first(root, *sends), _PARTS)  # our doctors are named by HPR, not by HER-id
    receiver = _innermost(safe_xml.first(root, *receives), (*_PERSONS, *_PARTS))
    if message_type is None or sender is None or receiver is None:
        raise UnreadableMessage("missing:addresses")
    return Addresses(message_type=message_type, sender_her_id=sender, receiver_her_id=receiver)


def receiver_her_ids(body: bytes) -> frozenset[int]:
    """Every HER-id of the receiver that a document names: office, department and person."""
    root = safe_xml.parse(body)
    _, _, receives = _PLACES.get(safe_xml.local_name(root), ((), (), ()))
    side = safe_xml.first(root, *receives) if receives else None
    named = (_her_id(unit) for unit in side.iter()) if side is not None else ()
    return frozenset(number for number in named if number is not None)


def _innermost(unit: Element | None, inner: tuple[str, ...]) -> int | None:
    places = (*(safe_xml.first(unit, name) for name in inner), unit)
    return next((her_id for each in places if (her_id := _her_id(each)) is not None), None)


def _her_id(unit: Element | None) -> int | None:
    """Of a unit with one identity beside its name (Epikrise, AppRec), or with several (MsgHead)."""
    for each in (unit, *safe_xml.children(unit, "Ident")):
        number = safe_xml.text(each, "Id") or ""
        if safe_xml.value(each, "TypeId") == "HER" and number.isascii() and number.isdigit():
            return int(number)
    return None
