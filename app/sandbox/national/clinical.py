"""What the sandbox's kjernejournal and SFM know of patients, in the FHIR both speak. All is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pydantic import BaseModel, ConfigDict, Field

_NUMBER = "urn:oid:2.16.578.1.12.4.1.4.1"
_ATC = "urn:oid:2.16.578.1.12.4.1.1.7180"
_SFM = "http://ehelse.no/fhir/StructureDefinition/sfm-"
_ERRORS = "http://ehelse.no/fhir/CodeSystem/sfm-kj-rf-error-code"
_ALLERGY = "http://terminology.hl7.org/CodeSystem/allergyintolerance-"


class Allergy(BaseModel):
    """A registered reaction."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    reaction: str | None = None
    severity: str = "severe"
    certainty: str = "confirmed"
    onset: str | None = None


class Medicine(BaseModel):
    """A line of the list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    dosage: str
    atc: str | None = None
    status: str = "active"


class Known(BaseModel):
    """What both registers know of one patient."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allergies: tuple[Allergy, ...] = ()
    conditions: tuple[str, ...] = ()
    medicines: tuple[Medicine, ...] = ()
    blocked: bool = False
    listed: datetime | None = None
    prescriptions_away: bool = False  # Reseptformidleren gives SFM no answer
    somebody_else: str | None = None  # answers about this number instead: a fault that must be caught


_PEOPLE = (
    Known(
        listed=datetime(2026, 3, 12, 9, tzinfo=UTC),
        allergies=(Allergy(text="Penicillin", reaction="Anafylaksi", onset="2011"),),
        conditions=("Kols grad 2, SpO2-mål 88–92 %",),
        medicines=(
            Medicine(id="r-1", name="Apiksaban tab 5 mg", dosage="1 × 2", atc="B01AF02"),
            Medicine(id="r-2", name="Metoprolol depottab 50 mg", dosage="1 × 1", atc="C07AB02"),
            Medicine(id="r-3", name="Tiotropium inh 18 µg", dosage="1 × 1", atc="R03BB04"),
            Medicine(id="r-4", name="Simvastatin tab 20 mg", dosage="1 × 1 kveld", atc="C10AA01"),
            Medicine(
                id="r-5", name="Paracetamol tab 1 g", dosage="Ved behov, inntil 4 daglig", atc="N02BE01"
            ),
            Medicine(
                id="r-0", name="Erytromycin tab 500 mg", dosage="1 × 2", atc="J01FA01", status="completed"
            ),
        ),
    ),
    Known(),
    Known(medicines=(Medicine(id="r-6", name="Levotyroksin tab 75 µg", dosage="1 × 1", atc="H03AA01"),)),
    Known(blocked=True),
)


_CHILDREN = (
    Known(allergies=(Allergy(text="Peanøtt", reaction="Elveblest", severity="moderate", onset="2024"),)),
    Known(),
    Known(),
)


def _is_young(number: str) -> bool:
    """Born from 2000 on, by the numbers that are given out to them: nobody of that age has kols."""
    return int(number[6:9]) >= 500 and int(number[4:6]) < 40


@dataclass(slots=True)
class Clinical:
    """Both registers. With `everybody` each number that nothing was told of is like one of a few."""

    people: dict[str, Known] = field(default_factory=dict)
    everybody: bool = False
    asked: int = 0

    def of(self, number: str) -> Known:
        """What is known of a number."""
        if number in self.people:
            return self.people[number]
        if not self.everybody:
            return Known()
        alike = _CHILDREN if _is_young(number) else _PEOPLE
        return alike[int(number[:9]) % len(alike)]


class Told(BaseModel):
    """What the registers are to know from now on."""

    model_config = ConfigDict(extra="forbid")

    people: dict[str, Known] = Field(default_factory=dict)


def indicator(known: Known, *, at: datetime) -> dict[str, Any]:
    """Whether there is critical information, as the portal says it."""
    critical = bool(known.allergies or known.conditions)
    status = 0 if known.blocked else 4 if critical else 1
    said: dict[str, Any] = {"status": status, "ticket": _id("ticket", at.isoformat())}
    return said | ({"sistEndretKritiskInfoDato": "2026-03-12T10:15:00+01:00"} if critical else {})


def critical(known: Known, kind: str, number: str) -> dict[str, Any]:
    """A searchset of AllergyIntolerance or Flag."""
    about = {"identifier": {"system": _NUMBER, "value": known.somebody_else or number}}
    found = (
        [_allergy(each, about) for each in known.allergies]
        if kind == "AllergyIntolerance"
        else [_flag(each, about) for each in known.conditions]
    )
    entry = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in found]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(entry), "entry": entry}


def _allergy(each: Allergy, about: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "resourceType": "AllergyIntolerance",
        "id": _id("allergy", each.text),
        "meta": {"profile": ["http://nhn.no/kj/fhir/StructureDefinition/KjAllergyIntolerance"]},
        "clinicalStatus": {"coding": [{"system": f"{_ALLERGY}clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{_ALLERGY}verification", "code": each.certainty}]},
        "category": ["medication"],
        "criticality": "high",
        "code": {"text": each.text},
        "patient": about,
        "recordedDate": "2012-02-01",
    }
    if each.reaction:
        said["reaction"] = [{"manifestation": [{"text": each.reaction}], "severity": each.severity}]
    return said | ({"onsetDateTime": each.onset} if each.onset else {})


def _flag(text: str, about: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "Flag",
        "id": _id("flag", text),
        "status": "active",
        "code": {"text": text},
        "subject": about,
    }


def medication(known: Known, number: str, *, at: datetime) -> dict[str, Any]:
    """The answer of `$getMedication`: the list as a document, and how each of the sources answered."""
    fine, away = ({"coding": [{"system": _ERRORS, "code": code}]} for code in ("0", "1"))
    moment = at.isoformat()
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "medication", "resource": _document(known, known.somebody_else or number, moment)},
            {"name": "KJHentetTidspunkt", "valueDateTime": moment},
            {"name": "RFHentetTidspunkt", "valueDateTime": moment},
            {"name": "KJFeilkode", "valueCodeableConcept": fine},
            {"name": "RFM96Feilkode", "valueCodeableConcept": away if known.prescriptions_away else fine},
            {"name": "RFM912Feilkode", "valueCodeableConcept": fine},
            {"name": "KJHarLegemidler", "valueBoolean": bool(known.medicines)},
        ],
    }


def _document(known: Known, number: str, moment: str) -> dict[str, Any]:
    patient, author = _id("patient", number), _id("author", "sfm")
    resources: dict[str, dict[str, Any]] = {}
    for each in known.medicines:
        resources |= _medicine(each, patient)
    in_use = [_address("statement", each.id) for each in known.medicines]
    entry = {
        _id("composition", moment): _composition(in_use, patient, author, moment),
        patient: {"resourceType": "Patient", "identifier": [{"system": _NUMBER, "value": number}]},
        author: {"resourceType": "Organization", "name": "SFM"},
        **resources,
    }
    if known.listed:
        entry[_id("basic", number)] = _list_information(patient, known.listed)
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{_SFM}MedicationBundle"]},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{_id('bundle', moment)}"},
        "type": "document",
        "timestamp": moment,
        "entry": [{"fullUrl": f"urn:uuid:{id}", "resource": each | {"id": id}} for id, each in entry.items()],
    }


def _composition(in_use: list[str], patient: str, author: str, moment: str) -> dict[str, Any]:
    section: dict[str, Any] = {
        "title": "Medication",
        "code": {
            "coding": [
                {"system": "http://ehelse.no/fhir/CodeSystem/sfm-section-types", "code": "sectionMedication"}
            ]
        },
    }
    empty = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/list-empty-reason", "code": "nilknown"}]
    }
    section |= {"entry": [{"reference": each} for each in in_use]} if in_use else {"emptyReason": empty}
    return {
        "resourceType": "Composition",
        "meta": {"profile": [f"{_SFM}MedicationComposition"]},
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11503-0", "display": "Medical records"}]},
        "subject": {"reference": f"urn:uuid:{patient}"},
        "date": moment,
        "author": [{"reference": f"urn:uuid:{author}"}],
        "title": "Medication summary",
        "section": [section],
    }


def _medicine(each: Medicine, patient: str) -> dict[str, dict[str, Any]]:
    coding = {"coding": [{"system": _ATC, "code": each.atc}]} if each.atc else {}
    return {
        _id("medication", each.id): {"resourceType": "Medication", "code": {**coding, "text": each.name}},
        _id("statement", each.id): {
            "resourceType": "MedicationStatement",
            "meta": {"profile": [f"{_SFM}MedicationStatement"]},
            "identifier": [{"system": "ReseptId", "value": each.id}],
            "status": each.status,
            "medicationReference": {"reference": _address("medication", each.id), "display": each.name},
            "subject": {"reference": f"urn:uuid:{patient}"},
            "dosage": [{"text": each.dosage}],
        },
    }


def _list_information(patient: str, listed: datetime) -> dict[str, Any]:
    inner = [{"url": "PLLdate", "valueDateTime": listed.isoformat()}]
    return {
        "resourceType": "Basic",
        "meta": {"profile": [f"{_SFM}PLL-info"]},
        "extension": [{"url": f"{_SFM}pllInformation", "extension": inner}],
        "code": {
            "coding": [{"system": "http://ehelse.no/fhir/CodeSystem/sfm-message-type", "code": "M25.1"}]
        },
        "subject": {"reference": f"urn:uuid:{patient}"},
    }


def _id(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"sandbox:{kind}:{name}"))


def _address(kind: str, name: str) -> str:
    return f"urn:uuid:{_id(kind, name)}"
