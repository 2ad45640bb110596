"""What a sick note and a referral must say before they are signed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.screens.compositions.page import sheets
from app.screens.texts import texts
from journal.queries.compositions.of_encounter import PageComposition
from journal.rules.compositions.forms import FORM, about, lacks

TODAY = date(2026, 12, 1)
SICK = {
    "kind": "sick-note",
    "diagnosis": "R72 Halsbetennelse",
    "from_day": "2026-12-01",
    "to_day": "2026-12-04",
    "grade": 50,
    "limits": "Feber.",
    "at_work": "Hjemmekontor.",
}
REFERRAL = {
    "kind": "referral",
    "receiver": "Sykehuset, kirurgisk mottak",
    "urgency": "emergency",
    "reason": "Appendisitt?",
    "history": "Magesmerter i ett døgn.",
    "findings": "Slippøm.",
}


@pytest.mark.parametrize(
    ("form", "change", "lacking"),
    [
        (SICK, {}, ()),
        (SICK, {"diagnosis": " "}, ("diagnosis",)),
        (SICK, {"from_day": None}, ("from_day",)),
        (SICK, {"to_day": None}, ("to_day",)),
        (SICK, {"to_day": "2026-11-30"}, ("period",)),
        (SICK, {"to_day": "2027-12-02"}, ("period",)),
        (SICK, {"to_day": "2026-12-01"}, ()),  # one day
        (SICK, {"grade": 19}, ("grade",)),
        (SICK, {"grade": 20}, ()),
        (SICK, {"grade": None, "limits": ""}, ("grade", "limits")),
        (SICK, {"from_day": "2026-11-30"}, ("backdated_reason",)),
        (SICK, {"from_day": "2026-11-30", "backdated_reason": "Innlagt i natt"}, ()),
        (REFERRAL, {}, ()),
        (REFERRAL, {"urgency": None, "receiver": ""}, ("receiver", "urgency")),
        (REFERRAL, {"reason": "", "history": "", "findings": ""}, ("reason", "history", "findings")),
    ],
)
def test_what_is_missing_is_named(
    form: dict[str, Any], change: dict[str, Any], lacking: tuple[str, ...]
) -> None:
    found = lacks(FORM.validate_python({**form, **change}), contact_day=TODAY, identified=True)

    assert found == lacking
    assert all(f"composition.lack_{code}" in texts("nb").entries for code in found)


def test_an_unknown_patient_is_named_first() -> None:
    form = FORM.validate_python(SICK)

    assert lacks(form, contact_day=TODAY, identified=False) == ("identity",)


def test_a_list_says_the_period_or_the_receiver() -> None:
    assert about(SICK) == "01.12.2026 – 04.12.2026, 50 %"
    assert about(REFERRAL) == "Sykehuset, kirurgisk mottak"


def test_the_employers_sheet_says_nothing_of_the_illness() -> None:
    whole = {**SICK, "follow_up": "Fastlegen.", "backdated_reason": "Innlagt.", "work_related": True}
    shown = PageComposition.model_construct(kind="sick-note", body=whole)
    patient, employer = ([words for _, words in sheet.lines] for sheet in sheets(shown, texts("nb")))

    assert {"R72 Halsbetennelse", "Feber.", "Hjemmekontor."} <= set(patient)
    assert employer == ["01.12.2026 – 04.12.2026", "50 %", "Hjemmekontor."]
