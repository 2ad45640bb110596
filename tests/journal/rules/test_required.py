"""What a record must hold before it is signed: what stops, and what is named and may be left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.screens.texts import texts
from journal.rules.required import RecordContents, Weight, required, stops

WHOLE = RecordContents(
    identified=True,
    gp_known=True,
    complaint="Brystsmerter",
    note={
        "subjective": "Vondt siden i morges",
        "objective": "BT 120/80",
        "assessment": "Myalgi",
        "plan": "Ro",
    },
    diagnoses=1,
    outcome="home",
    medication_changes_answered=True,
    asked_of_gp_answered=True,
    told_to_patient="Kom igjen ved feber",
    critical_information="none-known",
    medicines="recorded",
    assessed=True,
    age_months=40 * 12,
)


def test_nothing_is_missing_of_a_whole_record() -> None:
    assert required(WHOLE) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"complaint": " "}, "complaint"),
        ({"note": {"subjective": " \n"}}, "note"),
        ({"diagnoses": 0}, "diagnosis"),
        ({"outcome": None}, "outcome"),
    ],
)
def test_what_no_contact_is_understandable_without_stops_the_signing(
    change: dict[str, Any], code: str
) -> None:
    assert stops(replace(WHOLE, **change)) == (code,)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"identified": False}, "identity"),
        ({"gp_known": False}, "gp"),
        ({"note": {**WHOLE.note, "assessment": ""}}, "assessment"),
        ({"critical_information": "not-recorded"}, "critical_information"),
        ({"medicines": "not-recorded"}, "medicines"),
        ({"medication_changes_answered": False}, "medication_changes"),
        ({"asked_of_gp_answered": False}, "asked_of_gp"),
        ({"told_to_patient": None}, "told_to_patient"),
        ({"assessed": False}, "triage"),
        ({"age_months": 15 * 12}, "guardians"),
        ({"unsigned_documents": ("sick-note",)}, "document_sick-note"),
    ],
)
def test_the_rest_is_named_and_whoever_signs_may_leave_it_out(change: dict[str, Any], code: str) -> None:
    lacks = required(replace(WHOLE, **change))

    assert [(lack.code, lack.weight) for lack in lacks] == [(code, Weight.SHOULD)]
    assert f"missing.{code}" in texts("nb").entries


def test_a_child_with_a_guardian_and_a_patient_of_unknown_age_lack_nobody() -> None:
    assert required(replace(WHOLE, age_months=30, guardians=1)) == ()
    assert required(replace(WHOLE, age_months=None)) == ()
