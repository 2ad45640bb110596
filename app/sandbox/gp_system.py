"""A GP's record system (fastlegens journalsystem): reads what came, judges it, answers with a receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from integrations.gp_summary.read import read
from integrations.kith import safe_xml
from integrations.kith.apprec import (
    AppRec,
    Party,
    ReceiptError,
    ReceiptStatus,
    build_apprec,
    read_apprec,
)
from integrations.kith.dialogue import read_dialogue
from integrations.kith.elements import EPIKRISE, Coded
from integrations.kith.msg_head import Head, read_head
from integrations.kith.safe_xml import UnreadableMessage

_WORDS = {  # list 8221
    "E10": "Ugyldig meldingsidentifikator",
    "E20": "Lege finnes ikke",
    "E21": "Mottaker finnes ikke",
    "E32": "Pasientens navn mangler",
    "E35": "Pasienten finnes ikke i mottakersystemet",
    "E36": "Pasientopplysninger er utilstrekkelige",
    "T01": "Ikke XML / ikke 'well formed' / uleselig",
    "T02": "XML validerer ikke",
    "T10": "Støtter ikke meldingsformatet",
    "X99": "Annen feil",
}
_UNREADABLE = {
    "not-xml": "T01",
    "has-doctype": "T01",
    "too-large": "T01",
    "too-deep": "T01",
    "not-a-summary": "T10",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a carrier must find in a document to carry it: whose it is, to whom, and its identity."""

    message_id: str
    generated_at: datetime
    sender: Party
    receiver: Party
    type: Coded = EPIKRISE
    answers: str | None = None  # a receipt: on which document


def envelope(body: bytes) -> Envelope:
    """The addresses in an Epikrise of any version, a dialogue message or a receipt; or UnreadableMessage."""
    root = safe_xml.parse(body)
    if safe_xml.local_name(root) == "MsgHead":
        return _of_head(read_head(root))
    if safe_xml.local_name(root) == "AppRec":
        return _of_receipt(read_apprec(body))
    message_id = safe_xml.text(root, "MsgId")
    generated_at = safe_xml.moment(safe_xml.value(root, "GenDate"))
    if message_id is None or generated_at is None:
        raise UnreadableMessage("missing:MsgId" if message_id is None else "missing:GenDate")
    return Envelope(
        message_id=message_id,
        generated_at=generated_at,
        sender=_party(safe_xml.first(root, "ServRprt", "ServProvider", "HCP", "Inst")),
        receiver=_party(safe_xml.first(root, "ServRprt", "Requester", "HCP", "Inst")),
    )


def _of_head(head: Head) -> Envelope:
    return Envelope(
        message_id=head.message_id,
        generated_at=head.generated_at,
        sender=head.sender,
        receiver=head.receiver,
        type=head.type,
    )


def _of_receipt(read: AppRec) -> Envelope:
    return Envelope(
        message_id=read.id,
        generated_at=read.generated_at,
        sender=read.sender,
        receiver=read.receiver,
        answers=read.original_id,
    )


def _party(unit: safe_xml.Element | None) -> Party:
    return Party(
        name=safe_xml.text(unit, "Name") or "",
        her_id=_her_id(unit),
        department=safe_xml.text(unit, "Dept", "Name"),
        department_her_id=_her_id(safe_xml.first(unit, "Dept")),
        person=safe_xml.text(unit, "HCPerson", "Name"),
        person_her_id=_her_id(safe_xml.first(unit, "HCPerson")),
    )


def _her_id(unit: safe_xml.Element | None) -> int | None:
    number = safe_xml.text(unit, "Id") or ""
    is_her_id = safe_xml.value(unit, "TypeId") == "HER" and number.isascii() and number.isdigit()
    return int(number) if is_her_id else None


def judge(body: bytes) -> tuple[str, ...]:
    """Why the summary is rejected, as codes of list 8221; empty when it is taken into the record."""
    try:
        if safe_xml.local_name(root := safe_xml.parse(body)) == "MsgHead":
            return _judge_dialogue(root)
        summary = read(body)
    except UnreadableMessage as fault:
        return (_UNREADABLE.get(fault.reason, "T02"),)
    patient = summary.patient
    if not patient.name:
        return ("E32",)
    if not patient.identifier and not patient.birth_date:
        return ("E36",)
    if not summary.comments or summary.main_diagnosis is None:
        return ("T02",)
    return ()


def _judge_dialogue(root: safe_xml.Element) -> tuple[str, ...]:
    try:
        read_dialogue(root, read_head(root))
    except UnreadableMessage as fault:
        return ("T10" if fault.reason in ("unsupported-type", "not-a-dialogue") else "T02",)
    return ()


def receipt(about: Envelope, errors: tuple[str, ...], *, id_: str, at: datetime) -> bytes:
    """The receipt (applikasjonskvittering) the GP's system sends back."""
    answer = AppRec(
        id=id_,
        generated_at=at,
        status=ReceiptStatus.REJECTED if errors else ReceiptStatus.OK,
        errors=tuple(ReceiptError(code=code, text=_WORDS.get(code, "Annen feil")) for code in errors),
        sender=about.receiver,
        receiver=about.sender,
        original_id=about.message_id,
        original_type=about.type,
        original_issued_at=about.generated_at,
    )
    return build_apprec(answer)
