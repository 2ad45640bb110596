"""Changes in medicines as FHIR R4 MedicationStatement: what is used now, what is not any more, and why."""

from __future__ import annotations

from collections.abc import Iterator

from integrations.shared_record import codes
from integrations.shared_record.codes import Tree
from integrations.shared_record.links import Links
from journal.rules.clinical.medicines import MedicineChange
from journal.rules.summary import Summary

ATC = "urn:oid:2.16.578.1.12.4.1.1.7180"
"""ATC as the Norwegian code lists have it."""

_STATUS = {"new": "active", "dose": "active", "paused": "on-hold", "stopped": "stopped"}


def statements(summary: Summary, links: Links) -> Iterator[tuple[str, Tree]]:
    """One for each medicine that this contact changed, with its name inside the document."""
    for number, change in enumerate(summary.medicine_changes, start=1):
        yield f"medicine-{number}", _statement(change, summary, links)


def _statement(change: MedicineChange, summary: Summary, links: Links) -> Tree:
    coded = {"coding": [codes.coding(ATC, change.atc, change.name)]} if change.atc else {}
    dosage = change.new_dosage if change.kind == "dose" else change.dosage
    return {
        "resourceType": "MedicationStatement",
        "status": _STATUS[change.kind],
        "statusReason": [{"text": change.reason}],
        "medicationCodeableConcept": {**coded, "text": change.name},
        "subject": links.to("patient"),
        "context": links.to("encounter"),
        "dateAsserted": summary.finished_at.isoformat(),
        "informationSource": links.to("doctor"),
        **({"dosage": [{"text": dosage}]} if dosage else {}),
        "note": [{"text": change.words}],
    }
