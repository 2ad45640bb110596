"""The document itself: a FHIR R4 document Bundle, a Composition first, sections in the order a GP wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from core.clock import local
from integrations.shared_record import codes, findings, people
from integrations.shared_record.codes import Tree
from integrations.shared_record.links import Links
from integrations.shared_record.narrative import narrative
from journal.rules.summary import Summary, SummaryVitalSign

TITLE = "Legevaktsepikrise"
NOTHING_ASKED = "Ingenting for fastlegen å gjøre."
NO_MEDICATION_CHANGES = "Ingen endringer i legemidler."


def document(summary: Summary, links: Links, generated_at: datetime) -> Tree:
    """The whole encounter as one document; `identifier` is what the metadata calls its master identifier."""
    conditions = dict(findings.conditions(summary, links))
    measurements = dict(findings.vital_signs(summary, links))
    triage = dict(findings.triage(summary, links))
    sections = list(_sections(summary, links, conditions, measurements, triage))
    resources: dict[str, Tree] = {
        "composition": _composition(summary, links, sections),
        "patient": people.patient(summary.patient, summary.gp),
        "doctor": people.doctor(summary.doctor),
        "ward": people.ward(summary.organisation),
        "encounter": people.encounter(summary, links),
        **conditions,
        **triage,
        **measurements,
    }
    return {
        "resourceType": "Bundle",
        "language": codes.LANGUAGE,
        "identifier": {"system": codes.URI, "value": links.of("document")},
        "type": "document",
        "timestamp": generated_at.isoformat(),
        "entry": [
            {"fullUrl": links.of(name), "resource": resource | {"id": links.id(name)}}
            for name, resource in resources.items()
        ],
    }


def _composition(summary: Summary, links: Links, sections: list[Tree]) -> Tree:
    signed_at = summary.finished_at.isoformat()
    return {
        "resourceType": "Composition",
        "meta": {"profile": [codes.NO_BASIS + "Composition"]},
        "language": codes.LANGUAGE,
        "identifier": {"system": codes.URI, "value": f"urn:uuid:{summary.report_id}"},
        "status": "final",
        "type": codes.concept(codes.TYPE, codes.EPISODE_NOTE),
        "category": [codes.concept(codes.CATEGORY)],
        "subject": links.to("patient"),
        "encounter": links.to("encounter"),
        "date": signed_at,
        "author": [links.to("doctor")],
        "title": TITLE,
        "confidentiality": "N",
        "attester": [{"mode": "legal", "time": signed_at, "party": links.to("doctor")}],
        "custodian": links.to("ward"),
        "section": sections,
    }


def _sections(
    summary: Summary,
    links: Links,
    conditions: Iterable[str],
    measurements: Iterable[str],
    triage: Iterable[str],
) -> Iterator[Tree]:
    diagnoses = "\n".join(f"{found.code} {found.display}" for found in summary.diagnoses)
    changes = summary.medication_changes or NO_MEDICATION_CHANGES
    texts: tuple[tuple[str, tuple[str, str] | None, str | None, Iterable[str]], ...] = (
        ("Dette ber vi fastlegen gjøre", None, summary.asked_of_gp or NOTHING_ASKED, ()),
        ("Diagnoser", ("29308-4", "Diagnosis"), diagnoses, conditions),
        ("Legemiddelendringer", ("10160-0", "History of Medication use Narrative"), changes, ()),
        ("Funn", ("29545-1", "Physical findings Narrative"), summary.findings, ()),
        ("Målinger", ("8716-3", "Vital signs"), _measured(summary), measurements),
        ("Hastegrad", ("54094-8", "Emergency department Triage note"), _urgency(summary), triage),
        ("Vurdering", ("51848-0", "Evaluation note"), summary.assessment, ()),
        ("Tiltak og plan", ("18776-5", "Plan of care note"), summary.plan, ()),
        ("Informasjon til pasienten", ("69730-0", "Instructions"), summary.told_to_patient, ()),
        ("Kontaktårsak", ("10154-3", "Chief complaint Narrative - Reported"), summary.complaint, ()),
        ("Sykehistorie", ("10164-2", "History of Present illness Narrative"), summary.story, ()),
    )
    for title, code, words, entries in texts:
        if words:
            section: Tree = {"title": title, "text": narrative(words)}
            section |= {"code": codes.concept(codes.coding(codes.LOINC, *code))} if code else {}
            references = [links.to(name) for name in entries]
            yield section | ({"entry": references} if references else {})


def _measured(summary: Summary) -> str:
    return "\n".join(_in_words(sign) for sign in summary.vital_signs)


def _in_words(sign: SummaryVitalSign) -> str:
    amount = f"{sign.value:f}".replace(".", ",")
    unit = codes.UNITS_AS_READ.get(sign.unit, sign.unit)
    return f"{codes.NAMES[sign.code]}: {amount} {unit} ({local(sign.measured_at):%d.%m.%Y kl. %H:%M})"


def _urgency(summary: Summary) -> str | None:
    if summary.triage is None:
        return None
    scores = ", ".join(f"{name} {score}" for name, score in summary.triage.scores)
    return f"{summary.triage.level_word} ({summary.triage.scale}). {scores}".strip()
