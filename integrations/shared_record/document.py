"""Sharing as one IHE MHD transaction (ITI-65, Comprehensive): set, metadata and document. Pure.

The same input gives the same bytes, and every identity follows from the message id: a retry is recognised.
What a new version replaces is put out of use in the same transaction (UpdateDocumentRefs of the profile).
"""

from __future__ import annotations

from datetime import datetime

from fhir.resources.R4B.bundle import Bundle

from integrations.shared_record import codes, people
from integrations.shared_record.codes import MHD, Tree
from integrations.shared_record.composition import TITLE, document
from integrations.shared_record.links import Links
from journal.rules.summary import Summary

_PROFILE = MHD + "StructureDefinition/"
_IDENTIFIER_TYPE = MHD + "CodeSystem/IHE.MHD.MHDIdentifierType"


def build(summary: Summary, *, message_id: str, generated_at: datetime, supersede: bool = True) -> bytes:
    """The transaction Bundle to post. Its shape is checked by the FHIR library on the way out.

    Without `supersede` the replaced document is only named: for a service that puts it out of use itself.
    """
    links = Links(message_id)
    resources = (
        ("List", "submission-set", _submission_set(summary, links, generated_at)),
        ("DocumentReference", "reference", _reference(summary, links, generated_at)),
        ("Bundle", "content", document(summary, links, generated_at)),
    )
    transaction: Tree = {
        "resourceType": "Bundle",
        "meta": {"profile": [_PROFILE + "IHE.MHD.Comprehensive.ProvideBundle"]},
        "type": "transaction",
        "entry": [
            {
                "fullUrl": links.of(name),
                "resource": resource,
                "request": {"method": "POST", "url": kind},
            }
            for kind, name, resource in resources
        ],
    }
    if supersede:
        transaction["entry"][1:1] = _superseding(summary, links)
    return Bundle.model_validate(transaction).model_dump_json().encode()


def master_identifier(message_id: str) -> str:
    """What the shared record knows this document by; the same for every retry."""
    return Links(message_id).of("document")


def _identifier(kind: str, value: str) -> Tree:
    type_ = {"coding": [{"system": _IDENTIFIER_TYPE, "code": kind}]}
    return {"type": type_, "system": codes.URI, "value": value}


def _subject(summary: Summary) -> Tree:
    # By identifier, not by address: the number must never stand in a URL.
    return {"type": "Patient", "identifier": people.patient_identifier(summary.patient)}


def _submission_set(summary: Summary, links: Links, generated_at: datetime) -> Tree:
    # The source is named by an OID of our own: our HER-id below the OID of HER-ids.
    source = f"{codes.HER_ID}.{summary.organisation.her_id}"
    return {
        "resourceType": "List",
        "id": links.id("submission-set"),
        "meta": {"profile": [_PROFILE + "IHE.MHD.Comprehensive.SubmissionSet"]},
        "extension": [
            {
                "url": _PROFILE + "ihe-designationType",
                "valueCodeableConcept": codes.concept(codes.CATEGORY),
            },
            {"url": _PROFILE + "ihe-sourceId", "valueIdentifier": {"system": codes.URI, "value": source}},
        ],
        "identifier": [
            _identifier("entryUUID", links.of("submission-set")) | {"use": "official"},
            _identifier("uniqueId", links.of("submission")) | {"use": "usual"},
        ],
        "status": "current",
        "mode": "working",
        "title": TITLE,
        "code": {"coding": [{"system": MHD + "CodeSystem/MHDlistTypes", "code": "submissionset"}]},
        "subject": _subject(summary),
        "date": generated_at.isoformat(),
        "entry": [{"item": links.to("reference")}],
    }


def _replacing(summary: Summary) -> Tree:
    """A new version says which document it takes the place of, by the identity that one was shared with."""
    if summary.change is None or summary.change.replaces is None:
        return {}
    replaced = _identifier("uniqueId", master_identifier(summary.change.replaces))
    return {
        "relatesTo": [{"code": "replaces", "target": {"type": "DocumentReference", "identifier": replaced}}]
    }


def _superseding(summary: Summary, links: Links) -> list[Tree]:
    """The replaced document's new status. Its place is not known when bytes are fixed; its identity is."""
    change = summary.change
    if change is None or change.replaces is None or not change.arrived:
        return []  # a change of what may not be there would make the whole transaction fail
    replaced = f"{codes.URI}|{master_identifier(change.replaces)}"
    operation = [
        {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "type", "valueCode": "replace"},
        {"name": "value", "valueCode": "superseded"},
    ]
    return [
        {
            "fullUrl": links.of("superseding"),
            "resource": {
                "resourceType": "Parameters",
                "id": links.id("superseding"),
                "meta": {"profile": [_PROFILE + "IHE.MHD.Patch.Parameters"]},
                "parameter": [{"name": "operation", "part": operation}],
            },
            "request": {"method": "PATCH", "url": f"DocumentReference?identifier={replaced}"},
        }
    ]


def _reference(summary: Summary, links: Links, generated_at: datetime) -> Tree:
    return {
        "resourceType": "DocumentReference",
        "id": links.id("reference"),
        "meta": {"profile": [_PROFILE + "IHE.MHD.Comprehensive.DocumentReference"]},
        "contained": [
            people.patient(summary.patient) | {"id": "patient"},
            people.doctor(summary.doctor) | {"id": "doctor"},
            people.ward(summary.organisation) | {"id": "ward"},
        ],
        "masterIdentifier": _identifier("uniqueId", links.of("document")),
        "identifier": [_identifier("entryUUID", links.of("reference"))],
        "status": "current",
        **_replacing(summary),
        "type": codes.concept(codes.TYPE),
        "category": [codes.concept(codes.CATEGORY)],
        "subject": _subject(summary),
        "date": generated_at.isoformat(),
        "author": [{"reference": "#doctor"}, {"reference": "#ward"}],
        "authenticator": {"reference": "#doctor"},
        "custodian": {"reference": "#ward"},
        "securityLabel": [codes.concept(codes.OPEN_TO_PATIENT)],
        "content": [
            {
                "attachment": {
                    "contentType": "application/fhir+json",
                    "language": codes.LANGUAGE,
                    "url": links.of("content"),
                    "title": TITLE,
                    "creation": generated_at.isoformat(),
                },
                "format": codes.FORMAT,
            }
        ],
        "context": {
            "encounter": [{"identifier": {"system": codes.URI, "value": f"urn:uuid:{summary.encounter_id}"}}],
            "period": people.period(summary),
            "facilityType": codes.concept(codes.FACILITY),
            "practiceSetting": codes.concept(codes.PRACTICE),
            "sourcePatientInfo": {"reference": "#patient"},
        },
    }
