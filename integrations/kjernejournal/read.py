"""Critical information as FHIR R4 AllergyIntolerance and Flag, read into the lines of our banner.

The profile is the one systems that write to kjernejournal use (KjAllergyIntolerance); of Flag no public
profile was found, so only what R4 itself says is read: that it is active, what it says, and since when.
"""

from __future__ import annotations

from typing import Any

from integrations.clinical.fhir import Tree, code, entries, require_about, words
from integrations.registers.port import RegisterAway

_OFF = ("refuted", "entered-in-error")
_CERTAINTIES = ("confirmed", "presumed", "unconfirmed")


def allergies(bundle: Tree, number: str) -> list[dict[str, Any]]:
    """Those that are active."""
    return [
        _allergy(each)
        for _, each in entries(bundle, "AllergyIntolerance")
        if _counts(each, each.get("patient"), number)
    ]


def flags(bundle: Tree, number: str) -> list[dict[str, Any]]:
    """Other critical information: conditions, implants, complications."""
    return [
        {
            "id": str(each.get("id") or ""),
            "kind": "condition",
            "text": _named(each.get("code")),
            "reaction": None,
            "severity": "unknown",
            "certainty": "confirmed",
            "onset": (each.get("period") or {}).get("start"),
        }
        for _, each in entries(bundle, "Flag")
        if each.get("status") == "active" and _counts(each, each.get("subject"), number)
    ]


def _counts(each: Tree, patient: Tree | None, number: str) -> bool:
    require_about([(patient or {}).get("identifier") or {}], number)
    if code(each.get("verificationStatus")) in _OFF:
        return False
    return code(each.get("clinicalStatus")) not in ("inactive", "resolved")


def _allergy(each: Tree) -> dict[str, Any]:
    certainty = code(each.get("verificationStatus"))
    return {
        "id": str(each.get("id") or ""),
        "kind": "allergy",
        "text": _named(each.get("code")),
        "reaction": _reaction(each),
        "severity": _severity(each),
        "certainty": certainty if certainty in _CERTAINTIES else "unconfirmed",
        "onset": each.get("onsetDateTime") or each.get("recordedDate"),
    }


def _named(concept: Tree | None) -> str:
    said = words(concept)
    if not said:
        raise RegisterAway("unexpected-answer")  # a warning without words helps nobody
    return said


def _reaction(each: Tree) -> str | None:
    said = [
        words(found)
        for reaction in each.get("reaction") or ()
        for found in reaction.get("manifestation") or ()
    ]
    return ", ".join(filter(None, said)) or None


def _severity(each: Tree) -> str:
    told = [reaction.get("severity") for reaction in each.get("reaction") or ()]
    known = next((level for level in ("severe", "moderate", "mild") if level in told), None)
    return known or ("severe" if each.get("criticality") == "high" else "unknown")
