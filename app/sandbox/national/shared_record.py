"""What the shared record holds of a patient: which version counts, and which ones were put out of use.

A document's status is changed by the transaction that says so, as MHD has it; that another says it replaces
it changes nothing by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from fhir.resources.R4B.bundle import Bundle

from app.sandbox.store import SharedDocument

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """One document with its metadata as a reader finds them."""

    master: str
    reference: Tree  # DocumentReference, with the status it has now
    document: Tree  # the document Bundle

    @property
    def current(self) -> bool:
        """Whether nothing has taken its place."""
        return bool(self.reference["status"] == "current")


def held(documents: Iterable[SharedDocument]) -> list[Held]:
    """All of them, in the order they came, each with its status now."""
    opened = [(each.master, _resources(each)) for each in reversed(list(documents))]
    gone = {target for _, resources in opened for target in superseded(resources.entries)}
    return [
        Held(
            master,
            resources.of("DocumentReference") | {"status": "superseded" if master in gone else "current"},
            resources.of("Bundle"),
        )
        for master, resources in opened
    ]


def superseded(entries: Iterable[Tree]) -> Iterator[str]:
    """The master identifiers whose status a transaction changes (conditional PATCH by UpdateDocumentRefs)."""
    for entry in entries:
        if entry["request"]["method"] == "PATCH":
            kind, _, asked = entry["request"]["url"].partition("?")
            system, _, value = parse_qs(asked).get("identifier", [""])[0].partition("|")
            if (kind, system) == ("DocumentReference", "urn:ietf:rfc:3986"):
                yield value


def named(reference: Tree) -> Iterator[str]:
    """The master identifiers of those that a document says it replaces."""
    for related in reference.get("relatesTo") or []:
        if related.get("code") == "replaces":
            yield related["target"]["identifier"]["value"]


def about(found: Iterable[Held], system: str, value: str) -> Iterator[Held]:
    """Those about the person with this identity."""
    for each in found:
        subject: Mapping[str, Any] = each.reference.get("subject", {}).get("identifier", {})
        if (subject.get("system"), subject.get("value")) == (system, value):
            yield each


@dataclass(frozen=True, slots=True)
class _Resources:
    entries: list[Tree]

    def of(self, kind: str) -> Tree:
        return next(e["resource"] for e in self.entries if e["resource"]["resourceType"] == kind)


def _resources(kept: SharedDocument) -> _Resources:
    return _Resources(Bundle.model_validate_json(kept.body).model_dump()["entry"])
