"""The answer of SFM's `$getMedication`: a Parameters with a document Bundle, read into lines of a list.

What counts stands in the Composition's section `sectionMedication`; other statements in the bundle are the
history of those. The list's own date (PLLdate) tells how new it is; without one, when the prescriptions were
fetched. An answer that SFM itself says is incomplete is no answer: half a list looks whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from integrations.clinical.fhir import Tree, code, entries, moment, require_about, words
from integrations.clinical.port import ClinicalAnswer
from integrations.registers.port import RegisterAway

SECTION = "sectionMedication"
PLL_INFORMATION = "http://ehelse.no/fhir/StructureDefinition/sfm-pllInformation"
_ATC = "urn:oid:2.16.578.1.12.4.1.1.7180"
_IN_USE = ("active", "intended", "unknown", None)
_FETCHED = ("RFM96Feilkode",)  # the prescriptions; without them the list is not whole


def answer(parameters: Tree, number: str) -> ClinicalAnswer:
    """The medicines in use, by the list."""
    given = {each.get("name"): each for each in parameters.get("parameter") or ()}
    for name in _FETCHED:
        if code((given.get(name) or {}).get("valueCodeableConcept")) not in ("0", None):
            raise RegisterAway("incomplete-answer")
    bundle = (given.get("medication") or {}).get("resource")
    if not bundle or bundle.get("type") != "document":
        raise RegisterAway("unexpected-answer")
    for _, patient in entries(bundle, "Patient"):
        require_about(patient.get("identifier"), number)
    lines = tuple(_lines(bundle))
    fetched = moment((given.get("RFHentetTidspunkt") or {}).get("valueDateTime"))
    return ClinicalAnswer("found" if lines else "nothing", lines, _listed(bundle) or fetched)


def _listed(bundle: Tree) -> datetime | None:
    for _, basic in entries(bundle, "Basic"):
        for outer in basic.get("extension") or ():
            if outer.get("url", "").lower() == PLL_INFORMATION.lower():
                inner = {each.get("url"): each for each in outer.get("extension") or ()}
                return moment((inner.get("PLLdate") or {}).get("valueDateTime"))
    return None


def _lines(bundle: Tree) -> Iterator[dict[str, Any]]:
    statements = dict(entries(bundle, "MedicationStatement"))
    medicines = dict(entries(bundle, "Medication"))
    for reference in _section(bundle):
        statement = statements.get(reference)
        if statement is None:
            raise RegisterAway("unexpected-answer")  # a line we cannot read is not left out in silence
        if statement.get("status") in _IN_USE:
            yield _line(statement, medicines)


def _section(bundle: Tree) -> list[str]:
    compositions = [each for _, each in entries(bundle, "Composition")]
    sections = [
        section
        for each in compositions
        for section in each.get("section") or ()
        if (code(section.get("code")) or "").lower() == SECTION.lower()
    ]
    if len(sections) != 1:
        raise RegisterAway("unexpected-answer")
    return [each.get("reference") or "" for each in sections[0].get("entry") or ()]


def _line(statement: Tree, medicines: Mapping[str, Tree]) -> dict[str, Any]:
    reference = statement.get("medicationReference") or {}
    medicine = medicines.get(reference.get("reference") or "", {})
    concept = statement.get("medicationCodeableConcept") or medicine.get("code")
    name = words(concept) or reference.get("display")
    external = next((each.get("value") for each in statement.get("identifier") or ()), statement.get("id"))
    if not name or not external:
        raise RegisterAway("unexpected-answer")
    doses = [each.get("text") for each in statement.get("dosage") or ()]
    return {
        "external_id": str(external),
        "name": name[:200],
        "atc": _atc(concept),
        "dosage": "; ".join(filter(None, doses))[:200] or None,
    }


def _atc(concept: Tree | None) -> str | None:
    codings = (concept or {}).get("coding") or ()
    return next((each.get("code") for each in codings if each.get("system") == _ATC), None)
