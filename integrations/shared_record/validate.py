"""What must hold before a document is shared; each problem is a code, and a person gets to see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fhir.resources.R4B.bundle import Bundle
from pydantic import ValidationError

from integrations.shared_record import codes
from integrations.shared_record.codes import Tree
from journal.rules.summary import Summary

_METADATA = ("masterIdentifier", "type", "category", "subject", "securityLabel", "context", "date")
_ATTACHMENT = ("contentType", "url", "language", "creation")


def problems(summary: Summary) -> tuple[str, ...]:
    """Why this encounter cannot be shared, e.g. `patient-not-identified`; empty when it can."""
    return tuple(_problems(summary))


def _problems(summary: Summary) -> Iterator[str]:
    if not summary.patient.identifier or summary.patient.identifier_kind not in codes.PERSON_IDENTITIES:
        yield "patient-not-identified"
    if not summary.organisation.organisation_number:
        yield "sender-without-organisation-number"
    if not summary.doctor.hpr_number:
        yield "doctor-without-hpr-number"
    if not summary.diagnoses:
        yield "no-diagnosis"
    if any(diagnosis.system not in codes.DIAGNOSIS_SYSTEMS for diagnosis in summary.diagnoses):
        yield "unknown-diagnosis-system"
    if any(measured.code not in codes.OBSERVATIONS for measured in summary.vital_signs):
        yield "unknown-vital-sign"
    if summary.finished_at < summary.arrived_at:
        yield "finished-before-arrival"


def faults(body: bytes) -> tuple[str, ...]:
    """What is wrong with the finished transaction: FHIR's own shape, then what ITI-65 demands."""
    try:
        transaction = Bundle.model_validate_json(body).model_dump()
    except (ValidationError, ValueError):
        return ("not-fhir",)
    return tuple(dict.fromkeys((*_transaction_faults(transaction), *_document_faults(transaction))))


def _resources(bundle: Any, kind: str) -> list[Any]:
    found = (entry.get("resource") or {} for entry in bundle.get("entry") or [])
    return [resource for resource in found if resource.get("resourceType") == kind]


def _transaction_faults(transaction: Any) -> Iterator[str]:
    if transaction.get("type") != "transaction":
        yield "not-a-transaction"
    sets, references = _resources(transaction, "List"), _resources(transaction, "DocumentReference")
    if len(sets) != 1 or len(references) != 1:
        yield "not-one-submission"
        return
    yield from (f"reference-without-{name}" for name in _METADATA if not references[0].get(name))
    attachment = references[0]["content"][0]["attachment"]
    yield from (f"attachment-without-{name}" for name in _ATTACHMENT if not attachment.get(name))
    addresses = [entry["fullUrl"] for entry in transaction["entry"]]
    if attachment.get("url") not in addresses:
        yield "document-not-sent-along"
    if any(item["item"].get("reference") not in addresses for item in sets[0].get("entry") or []):
        yield "set-points-nowhere"


def _document_faults(transaction: Any) -> Iterator[str]:
    documents = _resources(transaction, "Bundle")
    if len(documents) != 1 or documents[0].get("type") != "document":
        yield "not-one-document"
        return
    document: Tree = documents[0]
    entries = document.get("entry") or [{}]
    if entries[0].get("resource", {}).get("resourceType") != "Composition":
        yield "composition-not-first"
    if not document.get("identifier", {}).get("value") or not document.get("timestamp"):
        yield "document-without-identity"
    masters = [found.get("masterIdentifier", {}) for found in _resources(transaction, "DocumentReference")]
    if any(master.get("value") != document.get("identifier", {}).get("value") for master in masters):
        yield "document-is-another"
    addresses = [entry.get("fullUrl") for entry in entries]
    if len(set(addresses)) != len(addresses):
        yield "address-used-twice"
    if any(pointed not in addresses for pointed in _pointed(entries)):
        yield "reference-points-nowhere"


def _pointed(part: Any) -> Iterator[str]:
    """Every `reference` anywhere below, as it stands."""
    if isinstance(part, dict):
        if isinstance(part.get("reference"), str):
            yield part["reference"]
        for inner in part.values():
            yield from _pointed(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _pointed(inner)
