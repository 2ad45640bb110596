"""The document itself: a FHIR R4 document Bundle, a Composition first, sections in the order a GP wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from core.clock import local
from integrations.shared_record import codes, findings, medicines, people
from integrations.shared_record.codes import Tree
from integrations.shared_record.links import Links
from integrations.shared_record.narrative import narrative
from journal.rules.summary import Summary, SummaryChange, SummaryResult, SummaryVitalSign

TITLE = "Legevaktsepikrise"
NOTHING_ASKED = "Ingenting for fastlegen å gjøre."
NO_MEDICATION_CHANGES = "Ingen endringer i legemidler."
MEDICATION_NOT_STATED = "Endringer i legemidler er ikke oppgitt."
_STATUS = {"correction": "amended", "addendum": "amended", "withdrawn": "entered-in-error"}


def document(summary: Summary, links: Links, generated_at: datetime) -> Tree:
    """The whole encounter as one document; `identifier` is what the metadata calls its master identifier."""
    if summary.change and summary.change.kind == "withdrawn":
        return _withdrawn(summary, summary.change, links, generated_at)
    conditions = dict(findings.conditions(summary, links))
    measurements = dict(findings.vital_signs(summary, links))
    triage = dict(findings.triage(summary, links))
    tests = dict(findings.tests(summary, links))
    medicines_told = {
        "changes": dict(medicines.statements(summary, links)),
        "given": dict(medicines.administrations(summary, links)),
    }
    found = {"conditions": conditions, "measurements": measurements, "triage": triage, "tests": tests}
    sections = list(_sections(summary, links, **found, **medicines_told))
    resources: dict[str, Tree] = {
        "composition": _composition(summary, links, sections),
        "patient": people.patient(summary.patient, summary.gp),
        "doctor": people.doctor(summary.doctor),
        "ward": people.ward(summary.organisation),
        "encounter": people.encounter(summary, links),
        **conditions,
        **triage,
        **measurements,
        **tests,
        **medicines_told["changes"],
        **medicines_told["given"],
    }
    return _bundle(resources, links, generated_at)


def _withdrawn(summary: Summary, change: SummaryChange, links: Links, generated_at: datetime) -> Tree:
    """In place of what was deleted: that it is gone, by whom and when. Nothing of what it said."""
    notice: Tree = {"title": "Trukket tilbake", "text": narrative(change.words)}
    resources: dict[str, Tree] = {
        "composition": _composition(summary, links, [notice]),
        "patient": people.patient(summary.patient),
        "doctor": people.doctor(summary.doctor),
        "ward": people.ward(summary.organisation),
        "encounter": _bare(people.encounter(replace(summary, diagnoses=()), links)),
    }
    return _bundle(resources, links, generated_at)


def _bare(encounter: Tree) -> Tree:
    telling = ("reasonCode", "diagnosis", "hospitalization")
    return {name: each for name, each in encounter.items() if name not in telling}


def _bundle(resources: dict[str, Tree], links: Links, generated_at: datetime) -> Tree:
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
    change = summary.change
    signed_at = (change.at if change else summary.finished_at).isoformat()
    replaced = Links(change.replaces).of("document") if change and change.replaces else None
    target = {"targetIdentifier": {"system": codes.URI, "value": replaced}}
    return {
        **({"relatesTo": [{"code": "replaces", **target}]} if replaced else {}),
        "resourceType": "Composition",
        "meta": {"profile": [codes.NO_BASIS + "Composition"]},
        "language": codes.LANGUAGE,
        "identifier": {"system": codes.URI, "value": f"urn:uuid:{summary.report_id}"},
        "status": _STATUS[change.kind] if change else "final",
        "type": codes.concept(codes.TYPE, codes.EPISODE_NOTE),
        "category": [codes.concept(codes.CATEGORY)],
        "subject": links.to("patient"),
        "encounter": links.to("encounter"),
        "date": signed_at,
        "author": [links.to("doctor")],
        "title": f"{TITLE}, {change.title}" if change else TITLE,
        "confidentiality": "N",
        "attester": [{"mode": "legal", "time": signed_at, "party": links.to("doctor")}],
        "custodian": links.to("ward"),
        "section": sections,
    }


def _sections(
    summary: Summary,
    links: Links,
    *,
    conditions: Iterable[str],
    measurements: Iterable[str],
    triage: Iterable[str],
    tests: Iterable[str],
    changes: Iterable[str],
    given: Iterable[str],
) -> Iterator[Tree]:
    diagnoses = "\n".join(f"{found.code} {found.display}" for found in summary.diagnoses)
    told = "\n".join(summary.medication(NO_MEDICATION_CHANGES, MEDICATION_NOT_STATED))
    change = summary.change
    texts: tuple[tuple[str, tuple[str, str] | None, str | None, Iterable[str]], ...] = (
        ("Dette er endret", None, change.words if change else None, ()),
        ("Dette ber vi fastlegen gjøre", None, summary.asked(NOTHING_ASKED), ()),
        ("Diagnoser", ("29308-4", "Diagnosis"), diagnoses, conditions),
        ("Legemiddelendringer", ("10160-0", "History of Medication use Narrative"), told, changes),
        ("Funn", ("29545-1", "Physical findings Narrative"), summary.findings, ()),
        (
            "Legemidler gitt på legevakten",
            ("29549-3", "Medication administered Narrative"),
            "\n".join(each.words for each in summary.given),
            given,
        ),
        ("Målinger", ("8716-3", "Vital signs"), _measured(summary), measurements),
        (
            "Prøvesvar",
            codes.TESTS,
            _tested(summary),
            tests,
        ),
        ("Hastegrad", ("54094-8", "Emergency department Triage note"), _urgency(summary), triage),
        ("Vurdering", ("51848-0", "Evaluation note"), summary.assessment, ()),
        ("Tiltak og plan", ("18776-5", "Plan of care note"), summary.plan, ()),
        ("Informasjon til pasienten", ("69730-0", "Instructions"), summary.told_to_patient, ()),
        ("Kontaktårsak", ("10154-3", "Chief complaint Narrative - Reported"), summary.complaint, ()),
        ("Sykehistorie", ("10164-2", "History of Present illness Narrative"), summary.story, ()),
        ("Tillegg", None, _added(summary), ()),
    )
    for title, code, words, entries in texts:
        if words:
            section: Tree = {"title": title, "text": narrative(words)}
            section |= {"code": codes.concept(codes.coding(codes.LOINC, *code))} if code else {}
            references = [links.to(name) for name in entries]
            yield section | ({"entry": references} if references else {})


def _added(summary: Summary) -> str:
    return "\n".join(
        f"{local(each.at):%d.%m.%Y kl. %H:%M}, {each.by}: {each.text}" for each in summary.addenda
    )


def _measured(summary: Summary) -> str:
    return "\n".join(_in_words(sign) for sign in summary.vital_signs)


def _in_words(sign: SummaryVitalSign) -> str:
    amount = f"{sign.value:f}".replace(".", ",")
    unit = codes.UNITS_AS_READ.get(sign.unit, sign.unit)
    return f"{codes.NAMES[sign.code]}: {amount} {unit} ({local(sign.measured_at):%d.%m.%Y kl. %H:%M})"


def _tested(summary: Summary) -> str:
    return "\n".join(_test_in_words(test) for test in summary.results)


def _test_in_words(test: SummaryResult) -> str:
    amount = "" if test.value is None else f"{test.value:f}".replace(".", ",")
    unit = test.unit if test.unit != "1" else None
    said = " ".join(filter(None, (amount, unit, test.text, test.remarks)))
    return f"{test.name}: {said} ({local(test.at):%d.%m.%Y kl. %H:%M})"


def _urgency(summary: Summary) -> str | None:
    if summary.triage is None:
        return None
    scores = ", ".join(f"{name} {score}" for name, score in summary.triage.scores)
    return f"{summary.triage.level_word} ({summary.triage.scale}). {scores}".strip()
