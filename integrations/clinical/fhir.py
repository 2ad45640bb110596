"""Reading FHIR R4 that others send: one resource of the kind asked for, or no usable answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from core.clock import as_utc
from integrations.registers.port import RegisterAway

Tree = Mapping[str, Any]
SYSTEMS = {"fnr": "urn:oid:2.16.578.1.12.4.1.4.1", "dnr": "urn:oid:2.16.578.1.12.4.1.4.2"}
"""Numbers of people as no-basis has them."""

_MOST_BYTES = 4_000_000


def resource(body: bytes, kind: str) -> Tree:
    """The resource, in FHIR's own shape. Raises RegisterAway when it is something else."""
    if len(body) > _MOST_BYTES:
        raise RegisterAway("unexpected-answer")
    try:
        found = get_fhir_model_class(kind).model_validate_json(body).model_dump(mode="json")
    except (ValidationError, ValueError) as fault:
        raise RegisterAway("unexpected-answer") from fault
    if found.get("resourceType", kind) != kind:
        raise RegisterAway("unexpected-answer")
    return dict(found)


def entries(bundle: Tree, kind: str) -> Iterator[tuple[str, Tree]]:
    """The resources of one kind in a bundle, each by its address."""
    for entry in bundle.get("entry") or ():
        inner = entry.get("resource") or {}
        if inner.get("resourceType") == kind:
            yield entry.get("fullUrl") or "", inner


def words(concept: Tree | None) -> str | None:
    """A CodeableConcept as people read it."""
    if not concept:
        return None
    shown = (coding.get("display") for coding in concept.get("coding") or ())
    return concept.get("text") or next(filter(None, shown), None)


def code(concept: Tree | None) -> str | None:
    """The first code of a CodeableConcept."""
    return next((each.get("code") for each in (concept or {}).get("coding") or ()), None)


def moment(value: str | None) -> datetime | None:
    """A dateTime with a time of day, in UTC; a bare date or year is no moment."""
    if not value or "T" not in value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError as fault:
        raise RegisterAway("unexpected-answer") from fault
    return as_utc(at) if at.tzinfo else None


def require_about(identifiers: Any, number: str) -> None:
    """An answer about somebody else is no answer."""
    known = set(SYSTEMS.values())
    told = [each.get("value") for each in identifiers or () if each.get("system") in known]
    if told and number not in told:
        raise RegisterAway("unexpected-answer")
