"""The shared document on one page, as a reader of the shared record is shown it: from the bytes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from lxml import etree, html


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedPage:
    """Title, whose it is, and its sections with their lines."""

    title: str
    patient: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]


def shared_page(body: bytes) -> SharedPage:
    """What the transaction's document says."""
    transaction = Bundle.model_validate_json(body).model_dump()
    content = _resource(transaction, "Bundle")
    composition, patient = _resource(content, "Composition"), _resource(content, "Patient")
    return SharedPage(
        title=composition.get("title", ""),
        patient=(patient.get("name") or [{}])[0].get("text", ""),
        sections=tuple(
            (section.get("title", ""), _lines((section.get("text") or {}).get("div", "")))
            for section in composition.get("section", [])
        ),
    )


def _resource(bundle: Any, kind: str) -> Any:
    entries = (entry["resource"] for entry in bundle["entry"])
    return next((found for found in entries if found["resourceType"] == kind), {})


def _lines(div: str) -> tuple[str, ...]:
    """The text of a narrative, paragraph by paragraph; markup from others is never passed on."""
    try:
        tree = html.fragment_fromstring(div, create_parent="div")
    except etree.ParserError:
        return ()
    return tuple(str(part.text_content()) for part in tree.iter("p"))
