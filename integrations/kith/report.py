"""Answers from laboratories and radiology (Svarrapport av medisinske tjenester, v1.2 to v1.4), as words.

The message has no envelope of its own; some carry it in MsgHead all the same. Every result is told with what
the sender says of it, and what belongs to another stands below it: of two bacteria it must be seen which is
resistant. Codes of analyses are not turned into ours: nobody has looked up which is which, so a value never
becomes a result of an order by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from core.clock import local
from integrations.kith import msg_head, safe_xml
from integrations.kith.apprec import Party
from integrations.kith.dialogue import LONGEST, Dialogue
from integrations.kith.elements import HER, Coded
from integrations.kith.msg_head import Attachment, Head, HeadPatient
from integrations.kith.safe_xml import Element, UnreadableMessage

_VERSIONS = {
    "http://www.kith.no/xmlstds/labsvar/2005-03-14": "1.2",
    "http://www.kith.no/xmlstds/labsvar/2008-12-01": "1.3",
    "http://www.kith.no/xmlstds/labsvar/2012-02-15": "1.4",
}
_KINDS = {"FNR": "fnr", "DNR": "dnr", "FHN": "fhn"}  # 8116
_NEW, _NO, _TEST, _FINISHED = "N", "N", "TEST", ("3", "11", "13")  # 7309, 7304, 8323, 8245
_BELOW = "– "
_DEEPEST = 10 * len(_BELOW)
_NO_UNIT = ("", "0", "1")
_BLOCKS = frozenset({"p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "ul", "ol", "pre"})

Below = Mapping[str, Sequence[Element]]


def report_in(root: Element) -> Element | None:
    """The report's own root, bare or in an envelope; None when the message is something else."""
    found = msg_head.content(root) if safe_xml.local_name(root) == "MsgHead" else root
    if found is None or safe_xml.namespace(found) not in _VERSIONS:
        return None
    return found if safe_xml.local_name(found) == "Message" else None


def attachments(root: Element) -> tuple[Attachment, ...]:
    """Files that came with a message, whether it is a report or not."""
    report = report_in(root)
    if report is None:
        return msg_head.attachments(root)
    return (*msg_head.files(safe_xml.children(report, "ServReport", "RefDoc")), *msg_head.attachments(root))


def read_report(message: Element, her_id: int) -> Dialogue:
    """The report as a doctor reads it, or UnreadableMessage. `her_id`: whose inbox it came to."""
    report = safe_xml.first(message, "ServReport")
    if report is None:
        raise UnreadableMessage("missing:ServReport")
    text = "\n".join(_lines(report))
    if len(text) > LONGEST:
        raise UnreadableMessage("too-long")
    return Dialogue(
        head=_head(message, report, her_id),
        version=_VERSIONS[safe_xml.namespace(message)],
        kind="report",
        topic=_coded(report, "MsgDescr"),
        subject=_subject(report),
        text=text or "–",
        attachments=attachments(message),
        author=_responsible(report),
    )


def _head(message: Element, report: Element, her_id: int) -> Head:
    generated_at = safe_xml.moment(safe_xml.value(message, "GenDate"))
    id, kind = safe_xml.text(message, "MsgId"), _coded(message, "Type")
    if generated_at is None or id is None or kind is None:
        raise UnreadableMessage("missing:MsgId")
    return Head(
        type=kind,
        message_id=id,
        generated_at=generated_at,
        wants_receipt=safe_xml.value(report, "Ack") != _NO,
        test=safe_xml.value(message, "Status") == _TEST,
        parent_id=safe_xml.text(report, "ServReq", "Id"),
        conversation_id=safe_xml.text(report, "ServProvId"),
        sender=_party(safe_xml.first(report, "ServProvider", "HCP", "Inst")),
        receiver=_receiver(report, her_id),
        patient=_patient(safe_xml.first(report, "Patient")),
    )


def _receiver(report: Element, her_id: int) -> Party:
    """Who asked, or whichever copy is ours."""
    asked = _party(safe_xml.first(report, "Requester", "HCP", "Inst"))
    copies = (_party(safe_xml.first(each, "HCP", "Inst")) for each in safe_xml.children(report, "CopyDest"))
    return next((each for each in (asked, *copies) if her_id in _addresses(each)), asked)


def _addresses(party: Party) -> tuple[int | None, ...]:
    return party.her_id, party.department_her_id, party.person_her_id


def _party(unit: Element | None) -> Party:
    department, person = safe_xml.first(unit, "Dept"), safe_xml.first(unit, "HCPerson")
    return Party(
        name=safe_xml.text(unit, "Name") or "",
        her_id=_her_id(unit),
        department=safe_xml.text(department, "Name"),
        department_her_id=_her_id(department),
        person=safe_xml.text(person, "Name"),
        person_her_id=_her_id(person),
    )


def _her_id(unit: Element | None) -> int | None:
    number = safe_xml.text(unit, "Id") or ""
    ours = safe_xml.value(unit, "TypeId") == HER.code and number.isascii() and number.isdigit()
    return int(number) if ours else None


def _patient(patient: Element | None) -> HeadPatient | None:
    if patient is None:
        return None
    family, _, given = (safe_xml.text(patient, "Name") or "").partition(",")
    return HeadPatient(
        given=given.strip(),
        family=family.strip(),
        birth_date=msg_head.day(safe_xml.value(patient, "DateOfBirth")),
        identifier=safe_xml.text(patient, "OffId"),
        kind=_KINDS.get(safe_xml.value(patient, "TypeOffId") or ""),
    )


def _responsible(report: Element) -> str | None:
    return safe_xml.text(report, "RelServProv", "HCP", "HCProf", "Name")


def _subject(report: Element) -> str | None:
    """E.g. `Endring · Endelig rapport`; that it is new goes without saying."""
    changed, status = _coded(report, "ServType"), _coded(report, "Status")
    told = (changed if changed and changed.code != _NEW else None, status)
    return " · ".join(each.display for each in told if each) or None


def _lines(report: Element) -> Iterator[str]:
    patient = safe_xml.first(report, "Patient")
    yield from filter(None, (safe_xml.text(report, "Comment"), *_displays(report, "CodedComment")))
    for sample in safe_xml.children(patient, "AnalysedSubject"):
        yield from _sample(sample)
    if patient is not None:
        yield from _results(patient, "")


def _sample(sample: Element) -> Iterator[str]:
    kind = _display(sample, "TypeCoded") or safe_xml.text(sample, "Type")
    taken = safe_xml.moment(safe_xml.value(sample, "CollectedSample", "CollectedDate"))
    origin = safe_xml.text(sample, "AnatomicalOrigin")
    words = [kind, origin, f"tatt {_clock(taken)}" if taken else None, safe_xml.text(sample, "Comment")]
    if told := ", ".join(filter(None, words)):
        yield f"Prøve: {told}"


def _results(parent: Element, indent: str) -> Iterator[str]:
    """All below the parent; one that refers to another of them stands below that one."""
    items = list(safe_xml.children(parent, "ResultItem"))
    names = {id for item in items if (id := safe_xml.text(item, "IdResultItem"))}
    below: dict[str, list[Element]] = {}
    first: list[Element] = []
    for item in items:
        refers, mine = (safe_xml.text(item, each) for each in ("RefIdResultItem", "IdResultItem"))
        (below.setdefault(refers, []) if refers in names and refers != mine else first).append(item)
    told: set[Element] = set()
    for item in (*first, *items):  # and then those that only refer to each other: nothing is left out
        yield from _whole(item, below, told, indent)


def _whole(item: Element, below: Below, told: set[Element], indent: str) -> Iterator[str]:
    if item in told:
        return
    told.add(item)
    yield from _result(item, indent)
    yield from _results(item, indent + _BELOW)
    if len(indent) >= _DEEPEST:
        return  # what refers on and on is told by itself, after the rest
    for other in below.get(safe_xml.text(item, "IdResultItem") or "", ()):
        yield from _whole(other, below, told, indent + _BELOW)


def _result(item: Element, indent: str) -> Iterator[str]:
    name = ", ".join(_displays(item, "Investigation", "Id") + _displays(item, "Investigation", "Spec"))
    first, *more = list(_values(item)) or [""]
    said = f"{name}: {first}" if name and first else name or first
    remarks = " · ".join(_remarks(item))
    if line := " – ".join(filter(None, (said + _range(item), remarks))):
        yield indent + line
    yield from (indent + each for each in (*more, *_comments(item)))


def _values(item: Element) -> Iterator[str]:
    """What was found; a text may have several lines."""
    number = safe_xml.first(item, "NumResult")
    if number is not None:
        comparison = safe_xml.value(number, "ArithmeticComp") or ""
        yield f"{comparison}{_amount(safe_xml.first(number, 'NumResultValue'))}"
    interval = safe_xml.first(item, "Interval")
    if interval is not None:
        low, high = (_amount(safe_xml.first(interval, each)) for each in ("Low", "High"))
        yield f"{low} – {high}"
    if day := safe_xml.value(item, "DateResult", "DateResultValue"):
        yield day
    for text in safe_xml.children(item, "TextResult"):
        lines = list(_words(safe_xml.first(text, "TextResultValue")))
        coded = ", ".join(_displays(text, "TextCode"))
        if len(lines) == 1 and coded:
            yield f"{lines[0]}, {coded}"
        else:
            yield from filter(None, (*lines, coded))


def _amount(value: Element | None) -> str:
    if value is None:
        return ""
    unit = value.get("U") or ""
    return f"{value.get('V') or ''} {unit if unit not in _NO_UNIT else ''}".strip()


def _range(item: Element) -> str:
    told = [safe_xml.text(each, "Descr") for each in safe_xml.children(item, "RefInterval")]
    return f" (ref. {'; '.join(filter(None, told))})" if any(told) else ""


def _remarks(item: Element) -> Iterator[str]:
    """Outside the reference range, changed, or not finished: what must not be overlooked."""
    for part, plain in (("DevResultInd", ()), ("ServType", (_NEW,)), ("StatusInvestigation", _FINISHED)):
        found = _coded(item, part)
        if found and found.code not in plain:
            yield found.display


def _comments(item: Element) -> Iterator[str]:
    for words in (safe_xml.text(item, "Comment"), _display(item, "DiagComment", "Concept")):
        if words:
            yield words
    for info in safe_xml.children(item, "StructuredInfo"):
        kind, told = _display(info, "Type"), "; ".join(_told(info))
        if told:
            yield f"{kind}: {told}" if kind else told


def _told(info: Element) -> Iterator[str]:
    for part in info:
        if safe_xml.local_name(part) == "Type":
            continue
        for each in part.iter():
            words = each.get("DN") or " ".join(filter(None, (each.get("V"), each.get("U"))))
            if words or (each.text or "").strip():
                yield words or (each.text or "").strip()


def _words(element: Element | None) -> Iterator[str]:
    """Formatted text as its lines."""
    if element is None:
        return
    for line in "".join(_runs(element)).splitlines():
        if told := " ".join(line.split()):
            yield told


def _runs(element: Element) -> Iterator[str]:
    name = safe_xml.local_name(element)
    yield "\n" if name in _BLOCKS or name == "br" else " " if name in ("td", "th") else ""
    yield element.text or ""
    for child in element:
        yield from _runs(child)
        yield child.tail or ""
    yield "\n" if name in _BLOCKS else ""


def _coded(parent: Element | None, *path: str) -> Coded | None:
    code = safe_xml.value(parent, *path)
    return Coded(code, safe_xml.value(parent, *path, attribute="DN") or code) if code else None


def _display(parent: Element | None, *path: str) -> str | None:
    return next(iter(_displays(parent, *path)), None)


def _displays(parent: Element | None, *path: str) -> list[str]:
    told = (each.get("DN") or each.get("OT") or each.get("V") for each in safe_xml.children(parent, *path))
    return [words for words in told if words]


def _clock(at: datetime) -> str:
    return f"{local(at):%d.%m.%Y %H:%M}"
