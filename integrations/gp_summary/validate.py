"""What must hold before a summary is sent to a GP; each problem is a code, and a person gets to see it."""

from __future__ import annotations

from collections.abc import Iterator

from integrations.gp_summary import codes
from integrations.gp_summary.read import ReceivedSummary, read
from integrations.kith.safe_xml import MAX_BYTES, UnreadableMessage
from journal.rules.summary import Summary


def problems(summary: Summary) -> tuple[str, ...]:
    """Why no letter can be made of this summary, e.g. `no-gp`; empty when one can."""
    return tuple(_problems(summary))


def _problems(summary: Summary) -> Iterator[str]:
    if summary.gp is None:
        yield "no-gp" if summary.patient.identifier or summary.gp_asked else "no-norwegian-number"
    elif summary.gp.her_id <= 0 or summary.gp.office_her_id <= 0:
        yield "gp-without-her-id"
    if summary.organisation.her_id <= 0 or summary.organisation.parent_her_id <= 0:
        yield "sender-without-her-id"
    if not summary.diagnoses:
        yield "no-diagnosis"
    if any(diagnosis.system not in codes.DIAGNOSIS_SYSTEMS for diagnosis in summary.diagnoses):
        yield "unknown-diagnosis-system"
    if any(measured.code not in codes.VITAL_SIGNS for measured in summary.vital_signs):
        yield "unknown-vital-sign"
    if summary.finished_at < summary.arrived_at:
        yield "finished-before-arrival"
    patient = summary.patient
    if not patient.identifier and not patient.birth_date:
        yield "patient-not-identifiable"


def differences(summary: Summary, body: bytes) -> tuple[str, ...]:
    """What a receiver would not find again when reading the bytes; empty when all is there."""
    if len(body) > MAX_BYTES:
        return ("too-large",)
    try:
        received = read(body)
    except UnreadableMessage as fault:
        return (fault.reason,)
    return tuple(name for name, same in _comparisons(summary, received) if not same)


def _comparisons(summary: Summary, received: ReceivedSummary) -> Iterator[tuple[str, bool]]:
    patient, gp = summary.patient, summary.gp
    yield "patient-name", received.patient.name == f"{patient.given} {patient.family}".strip()
    yield "patient-identifier", received.patient.identifier == patient.identifier
    yield "patient-birth-date", received.patient.birth_date == patient.birth_date
    yield "sender", received.sender.department_id == str(summary.organisation.her_id)
    yield "receiver", gp is not None and received.receiver.person_id == str(gp.her_id)
    found = [received.main_diagnosis, *received.other_diagnoses]
    yield "diagnoses", [code.code for code in found if code] == [code.code for code in summary.diagnoses]
    texts = {
        "complaint": (summary.complaint, received.comment("PROB")),
        "findings": (summary.found, received.comment("FU")),
        "assessment": (summary.assessment, received.comment("VU")),
        "plan": (summary.plan, received.comment("FO")),
        "told-to-patient": (summary.told_to_patient, received.comment("IP")),
        "story": (summary.story, "\n".join(received.history) or None),
    }
    for name, (written, read_back) in texts.items():
        yield name, _as_sent(written) == read_back
    yield "asked-of-gp", _kept(summary.asked_of_gp, received.comment("OP"))
    yield "medication-changes", _kept(summary.medication_changes, "\n".join(received.medication) or None)
    results = len(summary.vital_signs) + (2 + len(summary.triage.scores) if summary.triage else 0)
    yield "results", len(received.results) == results


def _kept(written: str | None, read_back: str | None) -> bool:
    # "Nothing" must be said in words: there has to be some text even when there was none.
    return read_back is not None and (written is None or _as_sent(written) == read_back)


def _as_sent(words: str | None) -> str | None:
    return words.replace("\r\n", "\n").replace("\r", "\n").strip() if words else None
