"""The dialogue message (dialogmelding) v1.1 (HIS 80501) in its envelope; v1.0 is read, and answered in v1.0.

A question may be asked as Foresporsel, or in the helsefaglig dialog as a Notat whose topic asks for
something. Formatted text (XHTML) is read as its words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from integrations.kith import msg_head, safe_xml
from integrations.kith.elements import HPR, VOLVEN, Coded, add, stamp, to_bytes
from integrations.kith.msg_head import Attachment, Head
from integrations.kith.safe_xml import Element, UnreadableMessage

V1_0 = "http://www.kith.no/xmlstds/dialog/2006-10-11"
V1_1 = "http://www.kith.no/xmlstds/dialog/2013-01-23"
COMMON = "http://www.kith.no/xmlstds/felleskomponent1"
_VERSIONS = {V1_0: "1.0", V1_1: "1.1"}

Kind = Literal["question", "answer", "note", "report"]
ANSWER, CLINICAL = Coded("DIALOG_SVAR", "Svar"), Coded("DIALOG_HELSEFAGLIG", "Helsefaglig dialog")  # 8279
TYPES = ("DIALOG_FORESPORSEL", "DIALOG_SVAR", "DIALOG_NOTAT", "DIALOG_HELSEFAGLIG", "DIALOG_AVVIK")
"""What a legevakt takes in. A citizen's dialogue (DIALOG_INNBYGGER_…) belongs with the GP and is refused."""

TOPICS = {  # 7322
    "6": Coded("6", "Henvendelse om pasient"),
    "8": Coded("8", "Forespørsel om helseopplysninger"),
    "9": Coded("9", "Forespørsel om legemiddelopplysninger"),
}
_ASKING = ("8", "9")
_OTHER = Coded("99", "Annen henvendelse")  # 9153
LONGEST = 50_000
"""Characters of text that are kept as text; a longer message is refused, and stands as it came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One message, as it is shown to the doctor."""

    head: Head
    version: str
    kind: Kind
    topic: Coded | None
    subject: str | None
    text: str
    attachments: tuple[Attachment, ...] = ()
    author: str | None = None  # named in the note itself


def read_dialogue(root: Element, head: Head) -> Dialogue:
    """The dialogue in an envelope, or UnreadableMessage: `unsupported-type`, `not-a-dialogue`, `empty`, …"""
    if head.type.code not in TYPES:
        raise UnreadableMessage("unsupported-type")
    document = msg_head.content(root)
    version = _VERSIONS.get(safe_xml.namespace(document)) if document is not None else None
    if document is None or version is None or safe_xml.local_name(document) != "Dialogmelding":
        raise UnreadableMessage("not-a-dialogue")
    asked = list(safe_xml.children(document, "Foresporsel"))
    noted = list(safe_xml.children(document, "Notat"))
    files = msg_head.attachments(root)
    text = "\n\n".join(filter(None, [_words(each, "Sporsmal") for each in asked] + _notes(noted)))
    if not (asked or noted) or not (text or files):
        raise UnreadableMessage("empty")
    if len(text) > LONGEST:
        raise UnreadableMessage("too-long")
    first = (asked or noted)[0]
    topic = _coded(first, "TypeForesp" if asked else "TemaKodet")
    return Dialogue(
        head=head,
        version=version,
        kind=_kind(head, bool(asked), topic),
        topic=topic,
        subject=safe_xml.text(first, "EmneSporsmal" if asked else "Tema"),
        text=text,
        attachments=files,
        author=_author(first),
    )


def _kind(head: Head, asked: bool, topic: Coded | None) -> Kind:
    if head.type.code == "DIALOG_SVAR":
        return "answer"
    if asked or (topic is not None and topic.code in _ASKING and head.type.code == CLINICAL.code):
        return "question"
    return "answer" if head.parent_id and head.type.code == CLINICAL.code else "note"


def _notes(noted: list[Element]) -> list[str | None]:
    return [_words(each, part) for each in noted for part in ("TekstNotatInnhold", "Merknad")]


def _words(parent: Element, name: str) -> str | None:
    found = safe_xml.text(parent, name)
    if found is None:
        return None
    lines = (" ".join(line.split()) for line in found.splitlines())
    return "\n".join(line for line in lines if line) or None


def _coded(parent: Element, name: str) -> Coded | None:
    code = safe_xml.value(parent, name)
    return Coded(code, safe_xml.value(parent, name, attribute="DN") or code) if code else None


def _author(parent: Element) -> str | None:
    person = safe_xml.first(parent, "RollerRelatertNotat", "HealthcareProfessional")
    parts = (safe_xml.text(person, each) for each in ("GivenName", "MiddleName", "FamilyName"))
    return " ".join(filter(None, parts)) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a doctor here writes to a GP. `asked`: the question this answers, repeated in version 1.0."""

    head: Head
    version: str = "1.1"
    topic: Coded = TOPICS["6"]
    subject: str
    text: str
    doctor: str | None
    hpr_number: str | None
    asked: str | None = None


def build_dialogue(told: Outgoing) -> bytes:
    """The envelope with its dialogue; the same input always gives the same bytes."""
    old = told.version == "1.0"
    root = msg_head.new_head(told.head)
    document = msg_head.document_root(V1_0 if old else V1_1, "Dialogmelding")
    note = add(document, "Notat")
    topic, system = (_OTHER, VOLVEN + "9153") if old else (told.topic, VOLVEN + "7322")
    add(note, "TemaKodet", V=topic.code, S=system, DN=topic.display)
    add(note, "Tema", told.subject)
    add(note, "TekstNotatInnhold", told.text)
    add(note, "DatoNotat", stamp(told.head.generated_at)[:10])
    if old and told.asked:
        asked = add(note, "Foresporsel")
        add(asked, "TypeForesp", V=_OTHER.code, S=VOLVEN + "9152", DN=_OTHER.display)
        add(asked, "Sporsmal", told.asked)
    if told.doctor:
        _add_doctor(note, told.doctor, told.hpr_number)
    msg_head.put_document(root, document, told.head.generated_at)
    return to_bytes(root)


def _add_doctor(note: Element, doctor: str, hpr_number: str | None) -> None:
    person = add(add(note, "RollerRelatertNotat"), "HealthcareProfessional")
    given, family = msg_head.names(doctor)
    add(person, "FamilyName", family)
    add(person, "GivenName", given)
    if hpr_number:
        ident = add(person, "Ident")
        for name, text, attributes in (
            ("Id", hpr_number, {}),
            ("TypeId", None, {"V": HPR.code, "S": VOLVEN + "8116", "DN": HPR.display}),
        ):
            part = add(ident, name, text, **attributes)
            part.tag = f"{{{COMMON}}}{name}"
