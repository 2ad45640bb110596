"""Code systems and codes of the shared record: no-basis identifiers, national lists, LOINC."""

from __future__ import annotations

from typing import Any

from journal.rules.summary import Outcome, Sex

Tree = dict[str, Any]
"""A FHIR element as JSON; its shape is checked by `fhir.resources` when the document is finished."""

_OID = "urn:oid:2.16.578.1.12.4.1."
LIST = _OID + "1."

HER_ID = _OID + "2"
ORGANISATION_NUMBER = _OID + "4.101"  # ENH
HPR_NUMBER = _OID + "4.4"
PERSON_IDENTITIES = {"fnr": _OID + "4.1", "dnr": _OID + "4.2", "fhn": _OID + "4.3"}
URI = "urn:ietf:rfc:3986"

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
ICD_10 = LIST + "7110"
DIAGNOSIS_SYSTEMS = {"icpc-2": "http://hl7.org/fhir/sid/icpc-2", "icd-10": ICD_10}

NO_BASIS = "http://hl7.no/fhir/StructureDefinition/no-basis-"
MHD = "https://profiles.ihe.net/ITI/MHD/"

LANGUAGE = "nb-NO"
GENDERS = {Sex.FEMALE: "female", Sex.MALE: "male", Sex.UNKNOWN: "unknown"}
OUTCOMES = {
    Outcome.HOME: "Hjem",
    Outcome.HOME_GP: "Hjem, kontroll hos fastlege",
    Outcome.MUNICIPAL_BED: "Kommunal akutt døgnenhet",
    Outcome.ADMITTED: "Innlagt i sykehus",
    Outcome.OTHER: "Annet",
    Outcome.DEAD: "Død",
}


def coding(system: str, code: str, display: str) -> Tree:
    """One code with its words."""
    return {"system": system, "code": code, "display": display}


def concept(*codings: Tree, text: str | None = None) -> Tree:
    """A CodeableConcept."""
    return ({"coding": list(codings)} if codings else {}) | ({"text": text} if text else {})


CATEGORY = coding(LIST + "9602", "A00-1", "Epikriser og sammenfatninger")
TYPE = coding(LIST + "9602", "A03-2", "Epikrise")
EPISODE_NOTE = coding(LOINC, "34133-9", "Summary of episode note")
OPEN_TO_PATIENT = coding(LIST + "9603", "N", "Normal")
FACILITY = coding(LIST + "1303", "86.211", "Allmenn legetjeneste")
PRACTICE = coding(LIST + "8663", "KA02", "Legevakt")
FORMAT = coding(
    "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "urn:ihe:iti:xds:2017:mimeTypeSufficient",
    "mimeType Sufficient",
)
EMERGENCY = coding("http://terminology.hl7.org/CodeSystem/v3-ActCode", "EMER", "emergency")
ENCOUNTER_DIAGNOSIS = coding(
    "http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis", "Encounter Diagnosis"
)
_CATEGORY_OF_OBSERVATION = "http://terminology.hl7.org/CodeSystem/observation-category"
VITAL_SIGNS_CATEGORY = coding(_CATEGORY_OF_OBSERVATION, "vital-signs", "Vital Signs")
SURVEY_CATEGORY = coding(_CATEGORY_OF_OBSERVATION, "survey", "Survey")
LABORATORY_CATEGORY = coding(_CATEGORY_OF_OBSERVATION, "laboratory", "Laboratory")

TESTS = ("30954-2", "Relevant diagnostic tests/laboratory data Narrative")
BLOOD_PRESSURE = coding(LOINC, "85354-9", "Blood pressure panel with all children optional")
OBSERVATIONS: dict[str, tuple[Tree, ...]] = {
    "rr": (coding(LOINC, "9279-1", "Respiratory rate"),),
    # The R4 profile demands 2708-6; 59408-5 says that it was measured on a finger.
    "spo2": (
        coding(LOINC, "2708-6", "Oxygen saturation in Arterial blood"),
        coding(LOINC, "59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
    ),
    "hr": (coding(LOINC, "8867-4", "Heart rate"),),
    "sbp": (coding(LOINC, "8480-6", "Systolic blood pressure"),),
    "dbp": (coding(LOINC, "8462-4", "Diastolic blood pressure"),),
    "temp": (coding(LOINC, "8310-5", "Body temperature"),),
    "glucose": (coding(LOINC, "15074-8", "Glucose [Moles/volume] in Blood"),),
}
UNITS_AS_READ = {"Cel": "°C", "mm[Hg]": "mmHg"}
NAMES = {
    "rr": "Respirasjonsfrekvens",
    "spo2": "Oksygenmetning",
    "hr": "Puls",
    "sbp": "Systolisk blodtrykk",
    "dbp": "Diastolisk blodtrykk",
    "temp": "Kroppstemperatur",
    "glucose": "Glukose i blod",
}
