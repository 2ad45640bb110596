"""What the shared record holds of a patient: which version counts, and which ones it has replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
    """All of them, in the order they came. One that another replaces is superseded, whenever it came."""
    opened = [_opened(each) for each in reversed(list(documents))]
    replaced = {target for _, reference, _ in opened for target in _replaces(reference)}
    return [
        Held(master, reference | {"status": "superseded" if master in replaced else "current"}, document)
        for master, reference, document in opened
    ]


def about(found: Iterable[Held], system: str, value: str) -> Iterator[Held]:
    """Those about the person with this identity."""
    for each in found:
        subject: Mapping[str, Any] = each.reference.get("subject", {}).get("identifier", {})
        if (subject.get("system"), subject.get("value")) == (system, value):
            yield each


def _opened(kept: SharedDocument) -> tuple[str, Tree, Tree]:
    transaction = Bundle.model_validate_json(kept.body).model_dump()
    resources = [entry["resource"] for entry in transaction["entry"]]
    reference = next(each for each in resources if each["resourceType"] == "DocumentReference")
    document = next(each for each in resources if each["resourceType"] == "Bundle")
    return kept.master, reference, document


def _replaces(reference: Tree) -> Iterator[str]:
    for related in reference.get("relatesTo") or []:
        if related.get("code") == "replaces":
            yield related["target"]["identifier"]["value"]
