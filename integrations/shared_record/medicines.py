"""Medicines as FHIR R4: changes (MedicationStatement), and what was given (MedicationAdministration)."""

from __future__ import annotations

from collections.abc import Iterator

from integrations.shared_record import codes
from integrations.shared_record.codes import Tree
from integrations.shared_record.links import Links
from journal.rules.clinical.medicines import MedicineChange
from journal.rules.summary import Summary, SummaryGiven

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


def administrations(summary: Summary, links: Links) -> Iterator[tuple[str, Tree]]:
    """One for each dose given here, refused or not given. no-basis has no profile of it: plain FHIR R4."""
    for number, given in enumerate(summary.given, start=1):
        yield f"given-{number}", _administration(given, links)


def _administration(given: SummaryGiven, links: Links) -> Tree:
    amount = {"value": given.dose, "unit": given.unit, "system": codes.UCUM, "code": given.unit}
    not_given = given.status == "not-done"
    why = ", ".join(filter(None, (given.how, given.remark)))
    told = (given.whose, "" if not_given else why)
    return {
        "resourceType": "MedicationAdministration",
        "status": given.status,
        **({"statusReason": [{"text": why}]} if not_given and why else {}),
        # By name, as the routes: no code is claimed that was not looked up.
        "medicationCodeableConcept": {"text": given.medication},
        "subject": links.to("patient"),
        "context": links.to("encounter"),
        "effectiveDateTime": given.at.isoformat(),
        "performer": [{"actor": {"display": given.by}}],
        "note": [{"text": ", ".join(filter(None, told))}],
        "dosage": {"text": given.words, "route": {"text": given.route}, "dose": amount},
    }
