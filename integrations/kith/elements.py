"""Writing the KITH way: coded values in attributes, times as local time with offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from core.clock import local

VOLVEN = "2.16.578.1.12.4.1.1."
"""The national code lists (Volven/FinnKode): the OID of a list is this and its number."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with its words from a national list (Volven); the comment beside each says which."""

    code: str
    display: str


HER = Coded("HER", "HER-id")  # 9051, 8116
ENH = Coded("ENH", "Organisasjonsnummeret i Enhetsregister")  # 9051
HPR = Coded("HPR", "HPR-nummer")  # 8116
EPIKRISE = Coded("EPIKRISE", "Epikrise")  # 8279


def new_message(namespace: str, name: str) -> etree._Element:
    """The root of a message, with its namespace as the default one."""
    prefixes: dict[str | None, str] = {None: namespace}
    return etree.Element(etree.QName(namespace, name), nsmap=prefixes)  # type: ignore[arg-type]  # stubs lack None


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    """A child in the parent's namespace. Line breaks are LF, whatever the browser sent."""
    child = etree.SubElement(parent, etree.QName(etree.QName(parent).namespace, name), attributes)
    if text is not None:
        child.text = text.replace("\r\n", "\n").replace("\r", "\n")
    return child


def add_code(parent: etree._Element, name: str, coded: Coded) -> etree._Element:
    """A code from a list the element itself implies (KITH type CS)."""
    return add(parent, name, V=coded.code, DN=coded.display)


def add_identity(parent: etree._Element, number: str, kind: Coded) -> None:
    """An identity with its kind, as every party in these messages has it."""
    add(parent, "Id", number)
    add_code(parent, "TypeId", kind)


def stamp(moment: datetime) -> str:
    """A moment as messages carry it: what the clock on the wall showed, with offset, whole seconds."""
    return local(moment).isoformat(timespec="seconds")


def to_bytes(root: etree._Element) -> bytes:
    """UTF-8 with declaration, as the carrier demands; the same tree always gives the same bytes."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
