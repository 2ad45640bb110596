"""The envelope MsgHead v1.2 (hodemelding), in which dialogue messages travel: who, to whom, about whom.

Lenient when read, strict when written: what real systems send is not always valid, what we send is.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from integrations.kith import safe_xml
from integrations.kith.apprec import Party
from integrations.kith.elements import ENH, HER, VOLVEN, Coded, add, add_code, new_message, stamp
from integrations.kith.safe_xml import Element, UnreadableMessage

NAMESPACE = "http://www.kith.no/xmlstds/msghead/2006-05-24"
VERSION = "v1.2 2006-05-24"
ORGANISATIONS, PERSONS, ROLES = VOLVEN + "9051", VOLVEN + "8116", VOLVEN + "9034"
GP_OF_PATIENT = Coded("6", "Fastlege")  # 9034
_YES, _DEBUGGING = Coded("J", "Ja"), Coded("D", "Debugging")
_XML = Coded("XML", "XML-instans")  # 8114
_NUMBERS = {  # 8116
    "fnr": Coded("FNR", "Fødselsnummer"),
    "dnr": Coded("DNR", "D-nummer"),
    "fhn": Coded("FHN", "Felles hjelpenummer"),
}
_IDENTITIES = {coded.code: kind for kind, coded in _NUMBERS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPatient:
    """Who a message is about, as the sender knows them. `kind`: fnr, dnr, fhn; None for other numbers."""

    given: str
    family: str
    birth_date: date | None
    identifier: str | None
    kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with it (vedlegg): its name, what the sender says it is, and its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Everything around the document itself."""

    type: Coded  # 8279
    message_id: str
    generated_at: datetime
    wants_receipt: bool
    test: bool
    parent_id: str | None
    conversation_id: str | None
    sender: Party
    receiver: Party
    organisation_number: str | None = None  # the sender's
    patient: HeadPatient | None


def read_head(root: Element) -> Head:
    """The envelope, or UnreadableMessage: `not-a-head`, `missing:…`, `bad-time`."""
    if safe_xml.local_name(root) != "MsgHead" or safe_xml.namespace(root) != NAMESPACE:
        raise UnreadableMessage("not-a-head")
    info = safe_xml.first(root, "MsgInfo")
    generated_at = safe_xml.moment(_needed(info, "GenDate"))
    kind = safe_xml.value(info, "Type")
    if generated_at is None or kind is None:
        raise UnreadableMessage("missing:Type")
    return Head(
        type=Coded(kind, safe_xml.value(info, "Type", attribute="DN") or kind),
        message_id=_needed(info, "MsgId"),
        generated_at=generated_at,
        wants_receipt=safe_xml.value(info, "Ack") != "N",
        test=safe_xml.value(info, "ProcessingStatus") == _DEBUGGING.code,
        parent_id=safe_xml.text(info, "ConversationRef", "RefToParent"),
        conversation_id=safe_xml.text(info, "ConversationRef", "RefToConversation"),
        sender=_party(safe_xml.first(info, "Sender", "Organisation")),
        receiver=_party(safe_xml.first(info, "Receiver", "Organisation")),
        patient=_patient(safe_xml.first(info, "Patient")),
    )


def content(root: Element) -> Element | None:
    """The first XML document in the envelope."""
    for document in safe_xml.children(root, "Document", "RefDoc"):
        if safe_xml.value(document, "MsgType") in (None, _XML.code):
            inside = safe_xml.first(document, "Content")
            if inside is not None and len(inside):
                return inside[0]
    return None


def attachments(root: Element) -> tuple[Attachment, ...]:
    """Files in the envelope beside the document."""
    documents = safe_xml.children(root, "Document", "RefDoc")
    return files(each for each in documents if safe_xml.value(each, "MsgType") == "A")


def files(documents: Iterable[Element]) -> tuple[Attachment, ...]:
    """What such references carry (RefDoc); the bytes stay in the message as it came."""
    found = []
    for document in documents:
        found.append(
            Attachment(
                name=safe_xml.text(document, "Description") or "",
                media_type=safe_xml.text(document, "MimeType") or "",
                content=_decoded(safe_xml.text(document, "Content", "Base64Container") or ""),
            )
        )
    return tuple(found)


def _decoded(coded: str) -> bytes:
    try:
        return b64decode("".join(coded.split()), validate=True)
    except ValueError:  # it stands in the message as it came; here there is nothing of it to open
        return b""


def new_head(head: Head) -> Element:
    """An envelope that waits for its document."""
    root = new_message(NAMESPACE, "MsgHead")
    info = add(root, "MsgInfo")
    add_code(info, "Type", head.type)
    add(info, "MIGversion", VERSION)
    add(info, "GenDate", stamp(head.generated_at))
    add(info, "MsgId", head.message_id)
    if head.test:
        add_code(info, "ProcessingStatus", _DEBUGGING)
    if head.wants_receipt:
        add_code(info, "Ack", _YES)
    if head.parent_id:
        conversation = add(info, "ConversationRef")
        add(conversation, "RefToParent", head.parent_id)
        add(conversation, "RefToConversation", head.conversation_id or head.parent_id)
    _add_party(add(info, "Sender"), head.sender, head.organisation_number)
    _add_party(add(info, "Receiver"), head.receiver, None)
    if head.patient:
        _add_patient(info, head.patient)
    return root


def put_document(root: Element, document: Element, issued_at: datetime) -> None:
    """Put the document in its envelope."""
    reference = add(add(root, "Document"), "RefDoc")
    add(reference, "IssueDate", V=stamp(issued_at))
    add_code(reference, "MsgType", _XML)
    add(reference, "Content").append(document)


def names(full: str) -> tuple[str, str]:
    """Given and family name of somebody whose name we have as one: the last word is the family name."""
    given, _, family = full.strip().rpartition(" ")
    return given, family


def _needed(parent: Element | None, *path: str) -> str:
    found = safe_xml.text(parent, *path)
    if found is None:
        raise UnreadableMessage("missing:" + "/".join(path))
    return found


def _party(organisation: Element | None) -> Party:
    inner = safe_xml.first(organisation, "Organisation")
    person = safe_xml.first(organisation, "HealthcareProfessional")
    if person is None:
        person = safe_xml.first(inner, "HealthcareProfessional")
    return Party(
        name=safe_xml.text(organisation, "OrganisationName") or "",
        her_id=_her_id(organisation),
        department=safe_xml.text(inner, "OrganisationName"),
        department_her_id=_her_id(inner),
        person=_name(person),
        person_her_id=_her_id(person),
    )


def _name(person: Element | None) -> str | None:
    parts = (safe_xml.text(person, part) for part in ("GivenName", "MiddleName", "FamilyName"))
    return " ".join(filter(None, parts)) or None


def _her_id(unit: Element | None) -> int | None:
    numbers = (number for kind, number in _identities(unit) if kind == HER.code)
    return next((int(number) for number in numbers if number.isascii() and number.isdigit()), None)


def _identities(unit: Element | None) -> Sequence[tuple[str, str]]:
    return [
        (safe_xml.value(ident, "TypeId") or "", safe_xml.text(ident, "Id") or "")
        for ident in safe_xml.children(unit, "Ident")
    ]


def _patient(patient: Element | None) -> HeadPatient | None:
    if patient is None:
        return None
    numbers = [(kind, number) for kind, number in _identities(patient) if number]
    kind, number = next(
        ((kind, number) for kind, number in numbers if kind in _IDENTITIES), (numbers or [("", "")])[0]
    )
    born = safe_xml.text(patient, "DateOfBirth")
    return HeadPatient(
        given=" ".join(filter(None, (safe_xml.text(patient, each) for each in ("GivenName", "MiddleName")))),
        family=safe_xml.text(patient, "FamilyName") or "",
        birth_date=day(born),
        identifier=number or None,
        kind=_IDENTITIES.get(kind),
    )


def day(raw: str | None) -> date | None:
    """A day as messages carry it; what is none is not guessed."""
    try:
        return date.fromisoformat(raw[:10]) if raw else None
    except ValueError:
        return None


def _add_party(side: Element, party: Party, organisation_number: str | None) -> None:
    organisation = add(side, "Organisation")
    add(organisation, "OrganisationName", party.name)
    _add_ident(organisation, str(party.her_id or ""), HER, ORGANISATIONS)
    if organisation_number:
        _add_ident(organisation, organisation_number, ENH, ORGANISATIONS)
    if party.department_her_id is not None:
        inner = add(organisation, "Organisation")
        add(inner, "OrganisationName", party.department or party.name)
        _add_ident(inner, str(party.department_her_id), HER, ORGANISATIONS)
    elif party.person_her_id is not None:
        person = add(organisation, "HealthcareProfessional")
        given, family = names(party.person or "")
        add(person, "RoleToPatient", V=GP_OF_PATIENT.code, S=ROLES, DN=GP_OF_PATIENT.display)
        add(person, "FamilyName", family)
        add(person, "GivenName", given)
        _add_ident(person, str(party.person_her_id), HER, PERSONS)


def _add_patient(info: Element, patient: HeadPatient) -> None:
    element = add(info, "Patient")
    add(element, "FamilyName", patient.family)
    add(element, "GivenName", patient.given)
    if patient.birth_date:
        add(element, "DateOfBirth", patient.birth_date.isoformat())
    coded = _NUMBERS.get(patient.kind or "")
    if patient.identifier and coded:
        _add_ident(element, patient.identifier, coded, PERSONS)


def _add_ident(unit: Element, number: str, kind: Coded, system: str) -> None:
    ident = add(unit, "Ident")
    add(ident, "Id", number)
    add(ident, "TypeId", V=kind.code, S=system, DN=kind.display)


def document_root(namespace: str, name: str) -> Element:
    """The root of a document inside an envelope, with its own default namespace."""
    prefixes: dict[str | None, str] = {None: namespace}
    return etree.Element(etree.QName(namespace, name), nsmap=prefixes)  # type: ignore[arg-type]  # stubs lack None
