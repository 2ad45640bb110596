"""Files in a dialogue message, as a GP's system sends them."""

from __future__ import annotations

from base64 import b64encode

from lxml import etree

from integrations.kith.msg_head import NAMESPACE

TEXT = ("Notat.txt", "text/plain", "Blåbær til kvelds.\n".encode("cp1252"))


def with_files(body: bytes, *files: tuple[str, str, bytes]) -> bytes:
    """The same message, with these: name, what the sender says it is, content."""
    root = etree.fromstring(body)
    for name, said, content in files:
        document = etree.SubElement(root, f"{{{NAMESPACE}}}Document")
        reference = etree.SubElement(document, f"{{{NAMESPACE}}}RefDoc")
        etree.SubElement(reference, f"{{{NAMESPACE}}}MsgType", V="A", DN="Vedlegg")
        etree.SubElement(reference, f"{{{NAMESPACE}}}MimeType").text = said
        etree.SubElement(reference, f"{{{NAMESPACE}}}Description").text = name
        content_part = etree.SubElement(reference, f"{{{NAMESPACE}}}Content")
        coded = etree.SubElement(content_part, "{http://www.kith.no/xmlstds/base64container}Base64Container")
        coded.text = b64encode(content).decode()
    return etree.tostring(root)
