"""What was found: diagnoses and measurements as FHIR R4, coded as the R4 vital signs profiles demand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from integrations.shared_record import codes
from integrations.shared_record.codes import Tree
from integrations.shared_record.links import Links
from journal.rules.summary import CodedText, Summary, SummaryResult, SummaryTriage, SummaryVitalSign

_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_OUTSIDE = {"low": ("L", "Low"), "high": ("H", "High")}
_PRESSURES = ("sbp", "dbp")


def conditions(summary: Summary, links: Links) -> Iterator[tuple[str, Tree]]:
    """The diagnoses, main one first, each with its name inside the document."""
    for number, diagnosis in enumerate(summary.diagnoses, start=1):
        yield f"condition-{number}", _condition(diagnosis, links, summary.finished_at)


def _condition(diagnosis: CodedText, links: Links, at: datetime) -> Tree:
    system = codes.DIAGNOSIS_SYSTEMS[diagnosis.system]
    return {
        "resourceType": "Condition",
        "category": [codes.concept(codes.ENCOUNTER_DIAGNOSIS)],
        "code": codes.concept(
            codes.coding(system, diagnosis.code, diagnosis.display), text=diagnosis.display
        ),
        "subject": links.to("patient"),
        "encounter": links.to("encounter"),
        "recordedDate": at.isoformat(),
        "recorder": links.to("doctor"),
    }


def vital_signs(summary: Summary, links: Links) -> Iterator[tuple[str, Tree]]:
    """The measurements. Systolic and diastolic pressure of the same moment are one panel."""
    pressures: dict[datetime, list[SummaryVitalSign]] = {}
    for number, measured in enumerate(summary.vital_signs, start=1):
        if measured.code in _PRESSURES:
            pressures.setdefault(measured.measured_at, []).append(measured)
        else:
            yield f"vital-{number}", _single(measured, links)
    for number, (at, parts) in enumerate(pressures.items(), start=1):
        yield f"pressure-{number}", _panel(parts, links, at)


def tests(summary: Summary, links: Links) -> Iterator[tuple[str, Tree]]:
    """Results of the ward's own tests. They stand by name: no code is claimed that was not looked up."""
    for number, test in enumerate(summary.results, start=1):
        yield f"test-{number}", _test(test, links)


def _test(test: SummaryResult, links: Links) -> Tree:
    about = _observation(links, test.at, codes.LABORATORY_CATEGORY)
    about |= {"status": test.status, "code": {"text": test.name}}
    if test.mark:
        code, words = _OUTSIDE[test.mark]
        about |= {"interpretation": [codes.concept(codes.coding(_INTERPRETATION, code, words))]}
    if test.value is None:
        return about | {"valueString": test.text}
    coded = {"system": codes.UCUM, "code": test.unit, "unit": test.unit} if test.unit else {}
    words_too = {"note": [{"text": test.text}]} if test.text else {}
    return about | {"valueQuantity": {"value": test.value} | coded} | words_too


def triage(summary: Summary, links: Links) -> Iterator[tuple[str, Tree]]:
    """The last triage: level and scores. No code valid in Norway exists for these, so they stand by name."""
    if summary.triage is None:
        return
    yield "triage-level", _level(summary.triage, links)
    for number, (name, score) in enumerate(summary.triage.scores, start=1):
        about = _observation(links, summary.triage.assessed_at, codes.SURVEY_CATEGORY)
        yield f"score-{number}", about | {"code": {"text": name}, "valueInteger": score}


def _level(assessed: SummaryTriage, links: Links) -> Tree:
    level = f"{assessed.level_word} (nivå {assessed.level_rank}, 1 haster mest)"
    about = _observation(links, assessed.assessed_at, codes.SURVEY_CATEGORY)
    name = f"Hastegrad ({assessed.scale})"
    return about | {"code": {"text": name}, "valueCodeableConcept": {"text": level}}


def _observation(links: Links, at: datetime, category: Tree) -> Tree:
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [codes.concept(category)],
        "subject": links.to("patient"),
        "encounter": links.to("encounter"),
        "effectiveDateTime": at.isoformat(),
    }


def _named(code: str) -> Tree:
    return codes.concept(*codes.OBSERVATIONS[code], text=codes.NAMES[code])


def _quantity(measured: SummaryVitalSign) -> Tree:
    return {
        "value": measured.value,
        "unit": codes.UNITS_AS_READ.get(measured.unit, measured.unit),
        "system": codes.UCUM,
        "code": measured.unit,
    }


def _single(measured: SummaryVitalSign, links: Links) -> Tree:
    in_blood = measured.code == "glucose"
    category = codes.LABORATORY_CATEGORY if in_blood else codes.VITAL_SIGNS_CATEGORY
    about = _observation(links, measured.measured_at, category)
    return about | {"code": _named(measured.code), "valueQuantity": _quantity(measured)}


def _panel(parts: list[SummaryVitalSign], links: Links, at: datetime) -> Tree:
    components = [{"code": _named(part.code), "valueQuantity": _quantity(part)} for part in parts]
    about = _observation(links, at, codes.VITAL_SIGNS_CATEGORY)
    return about | {"code": codes.concept(codes.BLOOD_PRESSURE, text="Blodtrykk"), "component": components}
