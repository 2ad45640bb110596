"""Who and where: patient, doctor, ward and encounter as FHIR R4, by the Norwegian base profiles (no-basis).

no-basis has no profile for Encounter, Condition or Observation; those are plain R4.
"""

from __future__ import annotations

from integrations.shared_record import codes
from integrations.shared_record.codes import Tree
from integrations.shared_record.links import Links
from journal.rules.summary import Summary, SummaryDoctor, SummaryGp, SummaryOrganisation, SummaryPatient


def patient_identifier(patient: SummaryPatient) -> Tree:
    """The national identity; for a patient without one our own, so the document still says whose it is."""
    system = codes.PERSON_IDENTITIES.get(patient.identifier_kind or "")
    if patient.identifier and system:
        return {"system": system, "value": patient.identifier}
    return {"system": codes.URI, "value": f"urn:uuid:{patient.id}"}


def patient(who: SummaryPatient, gp: SummaryGp | None = None) -> Tree:
    """The patient (pasient)."""
    name: Tree = {"text": f"{who.given} {who.family}".strip()}
    name |= {"family": who.family} if who.family else {}
    name |= {"given": [who.given]} if who.given else {}
    tree: Tree = {
        "resourceType": "Patient",
        "meta": {"profile": [codes.NO_BASIS + "Patient"]},
        "identifier": [patient_identifier(who)],
        "name": [name],
        "gender": codes.GENDERS[who.sex],
    }
    tree |= {"birthDate": who.birth_date.isoformat()} if who.birth_date else {}
    # The office of a GP tells where somebody lives: not of those whose address is protected.
    return tree | ({"generalPractitioner": [_gp(gp)]} if gp and not who.protected else {})


def _gp(gp: SummaryGp) -> Tree:
    number = {"system": codes.HPR_NUMBER, "value": gp.hpr_number} if gp.hpr_number else None
    known = {"identifier": number} if number else {}
    return {"type": "Practitioner", "display": f"{gp.name}, {gp.office_name}"} | known


def doctor(who: SummaryDoctor) -> Tree:
    """The signing doctor (signerende lege)."""
    known = {"identifier": [{"system": codes.HPR_NUMBER, "value": who.hpr_number}]} if who.hpr_number else {}
    return {
        "resourceType": "Practitioner",
        "meta": {"profile": [codes.NO_BASIS + "Practitioner"]},
        "name": [{"text": who.name}],
    } | known


def ward(where: SummaryOrganisation) -> Tree:
    """The legevakt, by organisation number and HER-id."""
    return {
        "resourceType": "Organization",
        "meta": {"profile": [codes.NO_BASIS + "Organization"]},
        "identifier": [
            {"system": codes.ORGANISATION_NUMBER, "value": where.organisation_number},
            {"system": codes.HER_ID, "value": str(where.her_id)},
        ],
        "name": where.name,
        "partOf": {
            "type": "Organization",
            "identifier": {"system": codes.HER_ID, "value": str(where.parent_her_id)},
            "display": where.parent_name,
        },
    }


def period(summary: Summary) -> Tree:
    """From arrival until the doctor finished."""
    return {"start": summary.arrived_at.isoformat(), "end": summary.finished_at.isoformat()}


def encounter(summary: Summary, links: Links) -> Tree:
    """The encounter (kontakt), with what was found and where the patient went."""
    diagnoses = [
        {"condition": links.to(f"condition-{number}"), "rank": number}
        for number, _ in enumerate(summary.diagnoses, start=1)
    ]
    return {
        "resourceType": "Encounter",
        "identifier": [{"system": codes.URI, "value": f"urn:uuid:{summary.encounter_id}"}],
        "status": "finished",
        "class": codes.EMERGENCY,
        "subject": links.to("patient"),
        "participant": [{"individual": links.to("doctor")}],
        "period": period(summary),
        "reasonCode": [{"text": summary.complaint}],
        "diagnosis": diagnoses,
        "hospitalization": {"dischargeDisposition": {"text": codes.OUTCOMES[summary.outcome]}},
        "serviceProvider": links.to("ward"),
    }
