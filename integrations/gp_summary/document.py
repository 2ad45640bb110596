"""The summary as Epikrise v1.2 (HIS 80226:2014): pure, and the same input always gives the same bytes.

The order of parts is the schema's, at every level. Three things it sets traps for: `MsgDescr` is text,
the patient's name is one string, and times stand in attributes. A patient without a national identity gets no
`OffId` at all (the national stylesheet then shows birth date and sex); our own number goes in `AdditionalId`,
because `UID` in list 8116 means a foreign identity, which would be untrue.
"""

from __future__ import annotations

from datetime import datetime

from lxml import etree

from integrations.gp_summary import codes
from integrations.gp_summary.headings import add_comments, add_items, add_notice
from integrations.kith.elements import (
    ENH,
    EPIKRISE,
    HER,
    HPR,
    Coded,
    add,
    add_code,
    add_identity,
    new_message,
    stamp,
    to_bytes,
)
from journal.rules.summary import Summary, SummaryDoctor, SummaryGp, SummaryOrganisation, SummaryPatient

NAMESPACE = "http://www.kith.no/xmlstds/epikrise/2012-02-15"
TITLE = "Legevaktsepikrise"


class NoReceiver(ValueError):
    """The patient has no GP we know of (ingen fastlege): there is nobody to write to."""


def build(summary: Summary, *, message_id: str, generated_at: datetime) -> bytes:
    """What the GP's system receives; `message_id` belongs to these bytes, however often they are sent."""
    if summary.gp is None:
        raise NoReceiver
    root = new_message(NAMESPACE, "Message")
    add_code(root, "Type", EPIKRISE)
    add(root, "MIGversion", "v1.2 2012-02-15")
    add(root, "GenDate", V=stamp(generated_at))
    add(root, "MsgId", message_id)
    report = add(root, "ServRprt")
    _add_report_head(report, summary)
    _add_event(report, summary)
    _add_patient(report, summary.patient)
    _add_sender(report, summary.organisation, summary.doctor)
    _add_gp(report, summary.gp)
    _add_signer(report, summary.doctor)
    return to_bytes(root)


def _service_type(summary: Summary) -> Coded:
    # A receiver who was sent nothing before has nothing to change.
    change = summary.change
    return codes.CHANGES[change.kind] if change and change.replaces else codes.NEW


def _add_report_head(report: etree._Element, summary: Summary) -> None:
    add_code(report, "ServType", _service_type(summary))
    approved_at = summary.change.at if summary.change else summary.finished_at
    add(report, "IssueDate", V=stamp(summary.finished_at))  # the same through all changes of the report
    add(report, "ApprDate", V=stamp(approved_at))
    add_code(report, "Status", codes.FINAL)
    add_code(report, "Ack", codes.ACKNOWLEDGE)
    add(report, "MsgDescr", f"{TITLE}, {summary.change.title}" if summary.change else TITLE)
    add(report, "ServProvId", summary.report_id)


def _add_patient(report: etree._Element, patient: SummaryPatient) -> None:
    element = add(report, "Patient")
    add_code(element, "Sex", codes.SEXES[patient.sex])
    if patient.birth_date:
        add(element, "DateOfBirth", V=patient.birth_date.isoformat())
    add(element, "Name", f"{patient.given} {patient.family}".strip())
    kind = codes.PERSON_IDENTITIES.get(patient.identifier_kind or "")
    if patient.identifier and kind:
        add(element, "OffId", patient.identifier)
        add_code(element, "TypeOffId", kind)
    else:
        local_identity = add(element, "AdditionalId")
        add(local_identity, "Id", patient.id)
        add_code(local_identity, "Type", codes.OTHER_IDENTITY)


def _add_sender(report: etree._Element, ward: SummaryOrganisation, doctor: SummaryDoctor) -> None:
    municipality = add(add(add(report, "ServProvider"), "HCP"), "Inst")
    _add_named(municipality, ward.parent_name, str(ward.parent_her_id), HER)
    _add_named(add(municipality, "Dept"), ward.name, str(ward.her_id), HER)
    _add_named(add(municipality, "HCPerson"), doctor.name, doctor.hpr_number, HPR)
    registered = add(municipality, "AdditionalId")
    add(registered, "Id", ward.organisation_number)
    add_code(registered, "Type", ENH)


def _add_gp(report: etree._Element, gp: SummaryGp) -> None:
    office = add(add(add(report, "Requester"), "HCP"), "Inst")
    _add_named(office, gp.office_name, str(gp.office_her_id), HER)
    _add_named(add(office, "HCPerson"), gp.name, str(gp.her_id), HER)


def _add_signer(report: etree._Element, doctor: SummaryDoctor) -> None:
    related = add(report, "RelServProvider")
    add_code(related, "Relation", codes.SIGNING_DOCTOR)
    person = add(add(related, "HCP"), "HCProf")
    add_code(person, "Type", codes.DOCTOR)
    _add_named(person, doctor.name, doctor.hpr_number, HPR)


def _add_named(unit: etree._Element, name: str, number: str | None, kind: Coded) -> None:
    add(unit, "Name", name)
    if number:
        add_identity(unit, number, kind)


def _add_event(report: etree._Element, summary: Summary) -> None:
    event = add(report, "Event")
    reported = add(event, "ReportedEvent")
    add(reported, "StartDateTime", V=stamp(summary.arrived_at))
    add(reported, "EndDateTime", V=stamp(summary.finished_at))
    add_code(event, "ServType", _service_type(summary))
    withdrawn = summary.change is not None and summary.change.kind == "withdrawn"
    if not withdrawn:
        _add_urgency_and_outcome(event, summary)
    add_code(add(event, "Service"), "AdmCat", codes.CONSULTATION)
    add_code(add(event, "AssRequest"), "MsgType", codes.EMERGENCY_WARD)
    if summary.change and withdrawn:
        add_notice(event, summary.change)
        return
    add_items(event, summary)
    add_comments(event, summary)


def _add_urgency_and_outcome(event: etree._Element, summary: Summary) -> None:
    if summary.triage and (priority := codes.PRIORITIES.get(summary.triage.level_rank)):
        add_code(event, "Priority", priority)
    if outcome := codes.OUTCOMES.get(summary.outcome):
        add_code(event, "AdmOutcome", outcome)
