"""XML from outside, parsed without trust: no DTD, no entities, no network, bounded in size and depth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from core.clock import NORWAY, as_utc

Element = etree._Element
MAX_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 100


class UnreadableMessage(Exception):
    """A message that cannot be used; `reason` is a stable code such as `not-xml` or `missing:MsgId`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse(body: bytes, *, max_bytes: int = MAX_BYTES) -> etree._Element:
    """The root of the message, or UnreadableMessage: `too-large`, `has-doctype`, `too-deep`, `not-xml`."""
    if len(body) > max_bytes:
        raise UnreadableMessage("too-large")
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = _feed(parser, body)
    except etree.XMLSyntaxError as fault:
        raise UnreadableMessage("not-xml") from fault
    return root


def _feed(parser: etree.XMLPullParser, body: bytes) -> etree._Element:
    # In pieces, so that a message nested without end is left before the whole of it stands in memory.
    depth = 0
    for start in range(0, len(body), 65_536):
        parser.feed(body[start : start + 65_536])
        for event, element in parser.read_events():
            if depth == 0 and isinstance(element, etree._Element) and _has_doctype(element):
                raise UnreadableMessage("has-doctype")
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise UnreadableMessage("too-deep")
    root: etree._Element = parser.close()
    return root


def _has_doctype(element: etree._Element) -> bool:
    return element.getroottree().docinfo.internalDTD is not None


def namespace(element: etree._Element) -> str:
    """The namespace of an element; empty when it has none."""
    return etree.QName(element).namespace or ""


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return etree.QName(element).localname


def children(parent: etree._Element | None, *path: str) -> Iterator[etree._Element]:
    """All elements at a path of local names below the parent, in document order, whatever their namespace."""
    if parent is None:
        return
    if not path:
        yield parent
        return
    for child in parent:
        if isinstance(child.tag, str) and local_name(child) == path[0]:
            yield from children(child, *path[1:])


def first(parent: etree._Element | None, *path: str) -> etree._Element | None:
    """The first element at a path, or None."""
    return next(children(parent, *path), None)


def text(parent: etree._Element | None, *path: str) -> str | None:
    """The text at a path, also inside marked-up text (XHTML); None when absent or empty."""
    found = first(parent, *path)
    if found is None:
        return None
    return "".join(str(part) for part in found.itertext()).strip() or None


def value(parent: etree._Element | None, *path: str, attribute: str = "V") -> str | None:
    """The attribute (`V` unless told) at a path; None when absent or empty. Stray blanks are removed."""
    found = first(parent, *path)
    if found is None:
        return None
    return (found.get(attribute) or "").strip() or None


def moment(raw: str | None) -> datetime | None:
    """A time from a message, in UTC. Without offset it is Norwegian local time, as most systems send it."""
    if not raw:
        return None
    try:
        read = datetime.fromisoformat(raw)
    except ValueError as fault:
        raise UnreadableMessage("bad-time") from fault
    return as_utc(read if read.tzinfo else read.replace(tzinfo=NORWAY))
