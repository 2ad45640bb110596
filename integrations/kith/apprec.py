"""The application receipt (applikasjonskvittering), AppRec v1.1 (HIS 80415:2012); v1.0 (2004) is read too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lxml import etree

from integrations.kith import safe_xml
from integrations.kith.elements import (
    HER,
    VOLVEN,
    Coded,
    add,
    add_code,
    add_identity,
    new_message,
    stamp,
    to_bytes,
)
from integrations.kith.safe_xml import UnreadableMessage

V1_0 = "http://www.kith.no/xmlstds/apprec/2004-11-21"
V1_1 = "http://www.kith.no/xmlstds/apprec/2012-02-15"
GENERAL_ERRORS = VOLVEN + "8221"


class ReceiptStatus(StrEnum):
    """What the receiver's system says of our message (list 8258)."""

    OK = "ok"  # 1, OK
    REJECTED = "rejected"  # 2, Avvist
    PARTLY = "partly"  # 3, OK, feil i delmelding


_STATUS = {
    ReceiptStatus.OK: Coded("1", "OK"),
    ReceiptStatus.REJECTED: Coded("2", "Avvist"),
    ReceiptStatus.PARTLY: Coded("3", "OK, feil i delmelding"),
}
_BY_CODE = {coded.code: status for status, coded in _STATUS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptError:
    """Why a message was rejected, e.g. E21 Mottaker finnes ikke; `other` is the receiver's own words."""

    code: str
    text: str = ""
    other: str | None = None
    system: str = GENERAL_ERRORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side of a receipt: an organisation, and within it the department or person that was addressed."""

    name: str
    her_id: int | None
    department: str | None = None
    department_her_id: int | None = None
    person: str | None = None
    person_her_id: int | None = None

    @property
    def addressed(self) -> int | None:
        """The HER-id that letters to this party carry: the person's, else the department's, else its own."""
        return self.person_her_id or self.addressed_unit

    @property
    def addressed_unit(self) -> int | None:
        """The same without the person: a doctor at a legevakt is named by HPR, not by HER-id."""
        return self.department_her_id or self.her_id


@dataclass(frozen=True, slots=True, kw_only=True)
class AppRec:
    """A receipt: who says what about which message. Matched on `original_id`, the MsgId we sent."""

    id: str
    generated_at: datetime
    status: ReceiptStatus
    errors: tuple[ReceiptError, ...] = ()
    sender: Party
    receiver: Party
    original_id: str
    original_type: Coded
    original_issued_at: datetime


_MIG_VERSIONS = {V1_0: "1.0 2004-11-21", V1_1: "v1.1 2012-02-15"}


def build_apprec(receipt: AppRec, namespace: str = V1_1) -> bytes:
    """The receipt as AppRec v1.1, or v1.0; the same receipt always gives the same bytes."""
    root = new_message(namespace, "AppRec")
    add_code(root, "MsgType", Coded("APPREC", "Applikasjonskvittering"))
    add(root, "MIGversion", _MIG_VERSIONS[namespace])
    add(root, "GenDate", stamp(receipt.generated_at))
    add(root, "Id", receipt.id)
    _add_party(root, "Sender", Coded("PRIM", "Primærmottaker"), receipt.sender)
    _add_party(root, "Receiver", Coded("AVS", "Avsender"), receipt.receiver)
    add_code(root, "Status", _STATUS[receipt.status])
    for error in receipt.errors:
        element = add(root, "Error", V=error.code, S=error.system, DN=error.text)
        if error.other:
            element.set("OT", error.other)
    original = add(root, "OriginalMsgId")
    add_code(original, "MsgType", receipt.original_type)
    add(original, "IssueDate", stamp(receipt.original_issued_at))
    add(original, "Id", receipt.original_id)
    return to_bytes(root)


def _add_party(root: etree._Element, name: str, role: Coded, party: Party) -> None:
    side = add(root, name)
    add_code(side, "Role", role)
    organisation = add(add(side, "HCP"), "Inst")
    _add_unit(organisation, party.name, party.her_id)
    if party.department is not None or party.department_her_id is not None:
        _add_unit(add(organisation, "Dept"), party.department, party.department_her_id)
    if party.person is not None or party.person_her_id is not None:
        _add_unit(add(organisation, "HCPerson"), party.person, party.person_her_id)


def _add_unit(unit: etree._Element, name: str | None, her_id: int | None) -> None:
    if name:
        add(unit, "Name", name)
    if her_id is not None:
        add_identity(unit, str(her_id), HER)


def read_apprec(body: bytes) -> AppRec:
    """The receipt in v1.0 or v1.1, or UnreadableMessage: `not-a-receipt`, `unknown-status`, `missing:…`."""
    root = safe_xml.parse(body)
    if safe_xml.local_name(root) != "AppRec" or safe_xml.namespace(root) not in (V1_0, V1_1):
        raise UnreadableMessage("not-a-receipt")
    status = _BY_CODE.get(safe_xml.value(root, "Status") or "")
    if status is None:
        raise UnreadableMessage("unknown-status")
    return AppRec(
        id=_needed(root, "Id"),
        generated_at=_needed_moment(root, "GenDate"),
        status=status,
        errors=tuple(_read_error(error) for error in safe_xml.children(root, "Error")),
        sender=_read_party(root, "Sender"),
        receiver=_read_party(root, "Receiver"),
        original_id=_needed(root, "OriginalMsgId", "Id"),
        original_type=Coded(
            safe_xml.value(root, "OriginalMsgId", "MsgType") or "",
            safe_xml.value(root, "OriginalMsgId", "MsgType", attribute="DN") or "",
        ),
        original_issued_at=_needed_moment(root, "OriginalMsgId", "IssueDate"),
    )


def _needed(root: etree._Element, *path: str) -> str:
    found = safe_xml.text(root, *path)
    if found is None:
        raise UnreadableMessage("missing:" + "/".join(path))
    return found


def _needed_moment(root: etree._Element, *path: str) -> datetime:
    found = safe_xml.moment(_needed(root, *path))
    if found is None:
        raise UnreadableMessage("missing:" + "/".join(path))
    return found


def _read_error(error: etree._Element) -> ReceiptError:
    return ReceiptError(
        code=(error.get("V") or "").strip(),
        text=(error.get("DN") or "").strip(),
        other=(error.get("OT") or "").strip() or None,
        system=(error.get("S") or GENERAL_ERRORS).strip(),
    )


def _read_party(root: etree._Element, side: str) -> Party:
    organisation = safe_xml.first(root, side, "HCP", "Inst")
    professional = safe_xml.first(root, side, "HCP", "HCProf")
    department = safe_xml.first(organisation, "Dept")
    person = safe_xml.first(organisation, "HCPerson")
    unit = organisation if organisation is not None else professional
    return Party(
        name=safe_xml.text(unit, "Name") or "",
        her_id=_her_id(unit),
        department=safe_xml.text(department, "Name"),
        department_her_id=_her_id(department),
        person=safe_xml.text(person, "Name"),
        person_her_id=_her_id(person),
    )


def _her_id(unit: etree._Element | None) -> int | None:
    if safe_xml.value(unit, "TypeId") != HER.code:
        return None
    number = safe_xml.text(unit, "Id") or ""
    return int(number) if number.isascii() and number.isdigit() else None
