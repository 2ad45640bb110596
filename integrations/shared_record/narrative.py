"""What a section says, for people (narrative): plain text as XHTML, built as a tree so nothing slips in."""

from __future__ import annotations

from lxml import etree

from integrations.shared_record.codes import Tree

_XHTML = "http://www.w3.org/1999/xhtml"


def narrative(words: str) -> Tree:
    """One paragraph per line; blank lines only separate."""
    root = etree.Element(etree.QName(_XHTML, "div"), nsmap={None: _XHTML})  # type: ignore[dict-item]
    for line in words.splitlines():
        if line.strip():
            etree.SubElement(root, etree.QName(_XHTML, "p")).text = line.strip()
    return {"status": "generated", "div": etree.tostring(root, encoding="unicode")}
