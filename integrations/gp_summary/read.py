"""The summary as a receiver reads it: from the bytes alone, sharing nothing with how they were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from integrations.kith import safe_xml
from integrations.kith.safe_xml import UnreadableMessage

NAMESPACE = "http://www.kith.no/xmlstds/epikrise/2012-02-15"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedParty:
    """Sender or receiver: organisation, department in it, and person, with their HER-ids or HPR number."""

    organisation: str | None
    organisation_id: str | None
    department: str | None
    department_id: str | None
    person: str | None
    person_id: str | None
    person_id_kind: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPatient:
    """Who it is about; `identifier` is None for patients nobody could identify."""

    name: str | None
    identifier: str | None
    identifier_kind: str | None  # list 8116
    birth_date: date | None
    sex: str | None  # list 3101


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedCode:
    """A code with system (OID) and words."""

    code: str
    system: str | None
    display: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedResult:
    """A measurement, a score, or the triage level: a `number`, or a `text` for the level's word."""

    code: str
    name: str
    number: str | None
    unit: str | None
    text: str | None
    at: datetime | None
    comment: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedSummary:
    """Everything a GP's system takes out of one Epikrise v1.2."""

    message_id: str
    generated_at: datetime
    report_id: str | None
    title: str
    kind: str | None  # list 7315, E-L for legevakt
    service_type: str  # list 7309
    issued_at: datetime | None  # when the report was first finished
    approved_at: datetime | None  # when what it says now was signed
    wants_receipt: bool
    patient: ReceivedPatient
    sender: ReceivedParty
    receiver: ReceivedParty
    started_at: datetime | None
    ended_at: datetime | None
    priority: ReceivedCode | None
    outcome: ReceivedCode | None
    main_diagnosis: ReceivedCode | None
    other_diagnoses: tuple[ReceivedCode, ...]
    medication: tuple[str, ...]  # InfItem MEDB
    history: tuple[str, ...]  # InfItem ANAM
    results: tuple[ReceivedResult, ...]
    comments: tuple[tuple[str, str], ...]  # (heading of list 8311, text), in the order they came

    def comment(self, heading: str) -> str | None:
        """The text under a heading, or None when the sender left it out."""
        return next((words for found, words in self.comments if found == heading), None)


def read(body: bytes) -> ReceivedSummary:
    """The summary, or UnreadableMessage: `not-a-summary`, `missing:…`, or what the parser refused."""
    root = safe_xml.parse(body)
    if safe_xml.local_name(root) != "Message" or safe_xml.namespace(root) != NAMESPACE:
        raise UnreadableMessage("not-a-summary")
    report = _needed(root, "ServRprt")
    event = _needed(report, "Event")
    generated_at = safe_xml.moment(safe_xml.value(root, "GenDate"))
    if generated_at is None:
        raise UnreadableMessage("missing:GenDate")
    return ReceivedSummary(
        message_id=_needed_text(root, "MsgId"),
        generated_at=generated_at,
        report_id=safe_xml.text(report, "ServProvId"),
        title=safe_xml.text(report, "MsgDescr") or "Epikrise",
        kind=safe_xml.value(event, "AssRequest", "MsgType"),
        service_type=safe_xml.value(report, "ServType") or "N",
        issued_at=safe_xml.moment(safe_xml.value(report, "IssueDate")),
        approved_at=safe_xml.moment(safe_xml.value(report, "ApprDate")),
        wants_receipt=safe_xml.value(report, "Ack") == "J",
        patient=_patient(_needed(report, "Patient")),
        sender=_party(_needed(report, "ServProvider", "HCP", "Inst")),
        receiver=_party(_needed(report, "Requester", "HCP", "Inst")),
        started_at=safe_xml.moment(safe_xml.value(event, "ReportedEvent", "StartDateTime")),
        ended_at=safe_xml.moment(safe_xml.value(event, "ReportedEvent", "EndDateTime")),
        priority=_code(safe_xml.first(event, "Priority")),
        outcome=_code(safe_xml.first(event, "AdmOutcome")),
        main_diagnosis=next(_concepts(event, "H"), None),
        other_diagnoses=tuple(_concepts(event, "B")),
        medication=tuple(_descriptions(event, "MEDB")),
        history=tuple(_descriptions(event, "ANAM")),
        results=tuple(map(_result, safe_xml.children(event, "InfItem", "ResultItem"))),
        comments=tuple(_comments(event)),
    )


def _needed(parent: etree._Element, *path: str) -> etree._Element:
    found = safe_xml.first(parent, *path)
    if found is None:
        raise UnreadableMessage("missing:" + "/".join(path))
    return found


def _needed_text(parent: etree._Element, *path: str) -> str:
    found = safe_xml.text(parent, *path)
    if found is None:
        raise UnreadableMessage("missing:" + "/".join(path))
    return found


def _patient(element: etree._Element) -> ReceivedPatient:
    born = safe_xml.value(element, "DateOfBirth")
    try:
        birth_date = date.fromisoformat(born[:10]) if born else None
    except ValueError as fault:
        raise UnreadableMessage("bad-date") from fault
    return ReceivedPatient(
        name=safe_xml.text(element, "Name"),
        identifier=safe_xml.text(element, "OffId"),
        identifier_kind=safe_xml.value(element, "TypeOffId"),
        birth_date=birth_date,
        sex=safe_xml.value(element, "Sex"),
    )


def _party(unit: etree._Element) -> ReceivedParty:
    return ReceivedParty(
        organisation=safe_xml.text(unit, "Name"),
        organisation_id=safe_xml.text(unit, "Id"),
        department=safe_xml.text(unit, "Dept", "Name"),
        department_id=safe_xml.text(unit, "Dept", "Id"),
        person=safe_xml.text(unit, "HCPerson", "Name"),
        person_id=safe_xml.text(unit, "HCPerson", "Id"),
        person_id_kind=safe_xml.value(unit, "HCPerson", "TypeId"),
    )


def _code(element: etree._Element | None) -> ReceivedCode | None:
    if element is None or not element.get("V"):
        return None
    return ReceivedCode(
        code=str(element.get("V")),
        system=element.get("S"),
        display=str(element.get("DN") or element.get("V")),
    )


def _items(event: etree._Element, kind: str) -> Iterator[etree._Element]:
    return (item for item in safe_xml.children(event, "InfItem") if safe_xml.value(item, "Type") == kind)


def _concepts(event: etree._Element, kind: str) -> Iterator[ReceivedCode]:
    for item in _items(event, kind):
        if concept := _code(safe_xml.first(item, "Observation", "CodedDescr", "Concept")):
            yield concept


def _descriptions(event: etree._Element, kind: str) -> Iterator[str]:
    for item in _items(event, kind):
        if words := safe_xml.text(item, "Observation", "Description"):
            yield words


def _result(item: etree._Element) -> ReceivedResult:
    return ReceivedResult(
        code=safe_xml.value(item, "ClinInv", "Id") or "",
        name=safe_xml.value(item, "ClinInv", "Id", attribute="DN") or "",
        number=safe_xml.value(item, "NumResult", "NumResultValue"),
        unit=safe_xml.value(item, "NumResult", "NumResultValue", attribute="U"),
        text=safe_xml.text(item, "TextResult", "Result", "TextResultValue")
        or safe_xml.value(item, "TextResult", "Result", "TextCode", attribute="DN"),
        at=safe_xml.moment(safe_xml.value(item, "InvDate")),
        comment=safe_xml.text(item, "Comment"),
    )


def _comments(event: etree._Element) -> Iterator[tuple[str, str]]:
    for comment in safe_xml.children(event, "Comment"):
        if words := safe_xml.text(comment, "TextResultValue"):
            yield safe_xml.value(comment, "Heading") or "", words
